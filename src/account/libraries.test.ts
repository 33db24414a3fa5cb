import { expect, test } from "vitest";
import type { Profile } from "../model/profile.ts";
import { createClassifier } from "./classify.ts";
import { libraryShares } from "./libraries.ts";

function profileOf(...stacks: readonly (readonly [number, ...string[]])[]): Profile {
  const frames: Profile["frames"][number][] = [];
  return {
    subject: "go",
    rung: "perf",
    lost: [],
    executable: "/app/prog",
    periodNs: 1e6,
    stacks: stacks.map(([count, ...symbols]) => ({
      counts: [count],
      frames: symbols.map((symbol) => frames.push({ symbol, module: "/app/prog" }) - 1),
    })),
    frames,
    runs: [{ samples: 100, malformed: 0, wallTimeNs: 1e9, stdoutHash: "" }],
  };
}

test("what a library allocates counts for it, what it calls back and the runtime by itself do not", () => {
  const profile = profileOf(
    [40, "encoding/json.(*decodeState).object", "main.main"],
    [20, "runtime.mallocgc", "reflect.New", "encoding/json.(*decodeState).object", "main.main"],
    [15, "main.less", "sort.insertionSort", "main.main"],
    [10, "runtime.mallocgc", "main.main"],
    [8, "runtime.gcDrain", "runtime.gcBgMarkWorker"],
    [5, "runtime.memmove", "example.com/lib/v2.Copy", "main.main"],
    [2, "sort.insertionSort", "main.main"],
  );
  const classifier = createClassifier({ language: "go", executable: profile.executable }, profile);
  expect(libraryShares(profile, classifier)).toEqual([
    { name: "encoding/json", share: 0.6 },
    { name: "example.com/lib/v2", share: 0.05 },
  ]);
});

test("a closure of the program in a library's iterator is the program's, a library's own part of it is not", () => {
  const library = "/home/me/.rustup/toolchains/x/lib/rustlib/src/rust/library/core/src/iter.rs";
  const frame = (...files: readonly string[]): Profile["frames"][number] => ({
    symbol: "<core::iter::Filter<I> as core::iter::Iterator>::fold",
    module: "/app/prog",
    inlined: files.map((file) => ({ symbol: "f", file, line: 1 })),
  });
  const stack = (count: number, ...frames: readonly number[]) => ({ counts: [count], frames });
  const profile: Profile = {
    ...profileOf(),
    frames: [
      frame("/home/me/src/main.rs", library),
      frame(library),
      { symbol: "core::hash::sip::Hasher::write", module: "/app/prog" },
    ],
    stacks: [stack(60, 0), stack(30, 1), stack(10, 2, 1)],
  };
  const classifier = createClassifier({ language: "rust", executable: "/app/prog", ownPackages: ["prog"] });
  expect(libraryShares(profile, classifier)).toEqual([{ name: "core", share: 0.3 }]);
});
