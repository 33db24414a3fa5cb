import { expect, test } from "vitest";
import type { Profile } from "../../model/profile.ts";
import { readPprof } from "../pprof-read.ts";
import { toFolded } from "./folded.ts";
import { toPprof } from "./pprof.ts";
import { toSpeedscope } from "./speedscope.ts";

const profile: Profile = {
  subject: "rust",
  rung: "perf",
  lost: [],
  executable: "/app/prog",
  periodNs: 1e6,
  frames: [
    {
      symbol: "prog::main",
      module: "/app/prog",
      address: 0x1010,
      inlined: [
        { symbol: "core::iter::fold", file: "fold.rs", line: 7 },
        { symbol: "prog::main", file: "main.rs", line: 3 },
      ],
    },
    { symbol: "_start;\n", module: "/app/prog" },
    { symbol: "memcpy", module: "/lib/libc.so.6" },
  ],
  stacks: [
    { frames: [0, 1], counts: [3, 2] },
    { frames: [2, 0, 1], counts: [0, 4] },
  ],
  runs: [
    { samples: 3, malformed: 0, wallTimeNs: 1, stdoutHash: "" },
    { samples: 6, malformed: 0, wallTimeNs: 1, stdoutHash: "" },
  ],
};

test("folded stacks: outermost first, inlined functions in place, names that cannot break a line", () => {
  expect(toFolded(profile)).toBe(
    "_start  ;prog::main;core::iter::fold 5\n_start  ;prog::main;core::iter::fold;memcpy 4\n",
  );
});

test("speedscope: every index names a frame, weights add up to the end", () => {
  const file = JSON.parse(toSpeedscope(profile)) as {
    readonly shared: { readonly frames: readonly { readonly name: string; readonly line?: number }[] };
    readonly profiles: readonly {
      readonly samples: readonly (readonly number[])[];
      readonly weights: readonly number[];
      readonly endValue: number;
    }[];
  };
  const sampled = file.profiles[0];
  expect(sampled?.weights).toEqual([5e6, 4e6]);
  expect(sampled?.endValue).toBe(9e6);
  expect(sampled?.samples.map((stack) => stack.map((index) => file.shared.frames[index]?.name))).toEqual([
    ["_start;\n", "prog::main", "core::iter::fold"],
    ["_start;\n", "prog::main", "core::iter::fold", "memcpy"],
  ]);
  expect(file.shared.frames.find((frame) => frame.name === "core::iter::fold")?.line).toBe(7);
});

test("pprof: what is written is read back", async () => {
  const read = await readPprof(await toPprof(profile));
  if (!read.ok) throw new Error(read.error);
  expect(read.value.periodNs).toBe(1e6);
  expect(read.value.stacks).toEqual([
    { frames: [0, 1], count: 5 },
    { frames: [2, 0, 1], count: 4 },
  ]);
  expect(read.value.frames[0]).toEqual(profile.frames[0]);
  expect(read.value.frames[2]).toMatchObject({ symbol: "memcpy", module: "/lib/libc.so.6" });
});
