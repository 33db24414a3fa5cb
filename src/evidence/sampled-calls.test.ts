import { expect, test } from "vitest";
import type { InlineTable, SourceFrame } from "../base/symbolizer-output.ts";
import type { Profile, ProfileFrame } from "../model/profile.ts";
import { callsByLine } from "./sampled-calls.ts";

const own = (symbol: string, line: number): SourceFrame => ({ symbol, file: "/p/main.go", line });
const library = (symbol: string): SourceFrame => ({
  symbol,
  file: "/usr/local/go/src/runtime/malloc.go",
  line: 5,
});

const leaf = (symbol: string, ...inlined: readonly SourceFrame[]): ProfileFrame => ({
  symbol,
  module: "/p/program",
  address: 1,
  inlined,
});
const caller = (symbol: string, address: number): ProfileFrame => ({ symbol, module: "/p/program", address });

function profile(
  stacks: readonly (readonly [number, readonly ProfileFrame[]])[],
  origin: Profile["origin"],
): Profile {
  const frames = stacks.flatMap(([, list]) => list);
  return {
    subject: "s",
    rung: "perf",
    lost: [],
    executable: "/p/program",
    ...(origin === undefined ? {} : { origin }),
    periodNs: 1e6,
    frames,
    stacks: stacks.map(([count, list]) => ({
      frames: list.map((frame) => frames.indexOf(frame)),
      counts: [count],
    })),
    runs: [],
  };
}

/** The line of a call is looked up one byte before the address that it returns to. */
const table: InlineTable = new Map([
  [99, [own("main.build", 20)]],
  [199, [library("runtime.newobject")]],
  [299, [library("slices.grow"), own("main.fill", 7)]],
]);

test("samples of another component of the same line stand apart", () => {
  const frame = leaf("runtime.mallocgc", library("runtime.mallocgc"));
  const stacks = profile([[4, [frame, caller("runtime.newobject", 200), caller("main.build", 100)]]], "go");
  const [call] = callsByLine(stacks, table, ([first]) =>
    first?.symbol === frame.symbol ? "alloc" : undefined,
  );
  expect(call).toMatchObject({ line: 20, component: "alloc" });
});

test("time in library code counts for the line that asked for it, through code that was inlined there", () => {
  const calls = callsByLine(
    profile(
      [
        [
          6,
          [
            leaf("runtime.mallocgc", library("runtime.mallocgc")),
            caller("runtime.newobject", 200),
            caller("main.build", 100),
          ],
        ],
        [3, [leaf("runtime.growslice", library("runtime.growslice")), caller("main.fill", 300)]],
        [1, [leaf("main.build", own("main.build", 18))]],
      ],
      "go",
    ),
    table,
  );
  expect(calls).toEqual([
    {
      file: "/p/main.go",
      line: 20,
      function: "main.build",
      callee: "runtime.newobject",
      below: ["runtime.mallocgc", "runtime.newobject"],
      share: 0.6,
    },
    {
      file: "/p/main.go",
      line: 7,
      function: "main.fill",
      callee: "slices.grow",
      below: ["runtime.growslice", "slices.grow"],
      share: 0.3,
    },
  ]);
});

test("a leaf that may have no frame of its own hides its caller: the line above is not blamed", () => {
  const assembly = leaf("runtime.memmove", {
    ...library("runtime.memmove"),
    file: "/usr/local/go/src/runtime/memmove_amd64.s",
  });
  expect(callsByLine(profile([[5, [assembly, caller("main.build", 100)]]], "go"), table)).toEqual([]);
  const malloc: ProfileFrame = { symbol: "malloc", module: "/lib/libc.so.6" };
  expect(callsByLine(profile([[5, [malloc, caller("main::build", 100)]]], "rust"), table)).toEqual([]);
  const deep = [malloc, caller("runtime.newobject", 200), caller("main.build", 100)];
  expect(callsByLine(profile([[5, deep]], "rust"), table)).toHaveLength(1);
});

test("frames of another program, or none at all, are no line", () => {
  const kernel: ProfileFrame = { symbol: "schedule", module: "[kernel]" };
  expect(callsByLine(profile([[5, [kernel, kernel]]], "go"), table)).toEqual([]);
  expect(callsByLine(profile([[5, []]], "go"), table)).toEqual([]);
});
