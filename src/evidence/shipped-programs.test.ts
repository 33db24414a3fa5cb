import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import type { HotFunction } from "../model/profile.ts";
import type { CodeSide } from "./compare-code.ts";
import { comparePrograms } from "./compare-programs.ts";
import { type PairSide, pairFunctions } from "./pair-functions.ts";

interface Recorded extends Omit<CodeSide, "cpuSeconds"> {
  readonly hot: readonly Pick<HotFunction, "symbol" | "selfShare" | "totalShare">[];
}

/** Facts and profiles of the shipped workloads as they were counted on one machine. */
const recorded = JSON.parse(
  readFileSync(new URL("../../test/golden/evidence/programs.json", import.meta.url), "utf8"),
) as Readonly<Record<string, readonly Recorded[]>>;

const secondsOf = ({ facts }: Recorded) => facts["cpu.seconds"] ?? 0;

function pairSide({ subject, name, hot }: Recorded): PairSide {
  const functions = hot.map((one) => ({ ...one, module: "/p", selfSamples: 1, lines: [], addresses: [] }));
  const profile = {
    subject,
    rung: "perf" as const,
    lost: [],
    executable: "/p",
    periodNs: 1e6,
    frames: [],
    stacks: [],
    runs: [],
  };
  return { subject, name, profile, hot: functions };
}

/** Where it was not recorded nothing is left for other code: what makes a difference the easiest to claim. */
function codeSide(recorded: Recorded): CodeSide {
  return { unplacedShare: 0, ...recorded, cpuSeconds: secondsOf(recorded) };
}

/** Every subject against the fastest, as the report does it. */
function largeDifferences(subjects: readonly Recorded[]): readonly string[] {
  const [fast, ...slower] = subjects.toSorted((left, right) => secondsOf(left) - secondsOf(right));
  if (fast === undefined) return [];
  return slower.flatMap((slow) =>
    comparePrograms({
      slow: codeSide(slow),
      fast: codeSide(fast),
      gap: Math.log(secondsOf(slow) / secondsOf(fast)),
      pairing: pairFunctions(pairSide(slow), pairSide(fast)),
    })
      .differences.filter(({ weight }) => weight === "large")
      .map(({ title }) => title),
  );
}

test.each(
  ["a-a", "binary-trees", "blur", "crc32", "heapsort", "interpreter", "lcs", "matmul", "sum-array"].map(
    (name) => [name],
  ),
)("%s is the same program on all sides: no large difference", (name) => {
  expect(recorded[name]?.length).toBeGreaterThanOrEqual(2);
  expect(largeDifferences(recorded[name] ?? [])).toEqual([]);
});

test.each([
  ["unbuffered-output", ["Go makes 30000 times as many write calls as Rust for the same output"]],
  ["dead-work", ["Go spends 84 % in main.audit, work for which no code runs in Rust"]],
  ["int-width", ["The hot loop works on 64-bit numbers in Go and 32-bit numbers in Rust"]],
  // Its README says so: Rust makes a String of every word, C and Go only of new ones.
  ["word-count", ["Rust allocates 20 times as often as C"]],
])("%s is not", (name, differences) => {
  expect(largeDifferences(recorded[name] ?? [])).toEqual(differences);
});

test("the same signs with the sides exchanged blame nobody for being faster", () => {
  const [go, rust] = recorded["dead-work"] ?? [];
  if (go === undefined || rust === undefined) throw new Error("dead-work was recorded for two programs");
  const { differences } = comparePrograms({
    slow: { ...rust, cpuSeconds: 1 },
    fast: { ...go, cpuSeconds: 0.5 },
    gap: Math.log(2),
  });
  expect(differences.filter(({ weight }) => weight === "large")).toEqual([]);
});
