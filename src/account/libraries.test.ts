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
