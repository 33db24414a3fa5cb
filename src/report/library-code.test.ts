import { expect, test } from "vitest";
import type { Accounting, Gap, LibraryShare } from "../model/report.ts";
import { librarySentence } from "./library-code.ts";

const side = (subject: string, libraries: readonly LibraryShare[]): Accounting => ({
  subject,
  method: "perf",
  components: [],
  unexplainedShare: 0,
  libraries,
});

const gapOf = (low: number, high: number): Gap => {
  const value = (low + high) / 2;
  const estimate = (one: number) => ({ value: one, low, high, confidence: 0.95, method: "t" });
  return {
    slow: "go",
    fast: "rust",
    metric: "cpuTime",
    logRatio: estimate(value),
    ratio: estimate(Math.exp(value)),
  };
};

const read = (go: readonly LibraryShare[], rust: readonly LibraryShare[], gap = gapOf(0.5, 0.7)) =>
  librarySentence({ accounting: [side("rust", rust), side("go", go)] }, gap, (id) => id, 0.03);

test("says which libraries take the time, and that no switch tells what they cost", () => {
  expect(read([{ name: "crypto/sha256", share: 0.968 }], [{ name: "sha2", share: 1 }])).toBe(
    "Much of the time is in libraries: go 97 % (crypto/sha256), rust 100 % (sha2). They are not the same code, and no switch tells what that costs or saves.",
  );
  const three = ["encoding/json", "strconv", "sort"].map((name) => ({ name, share: 0.2 }));
  expect(read(three, [])).toContain("go 60 % (encoding/json, strconv and others), rust none.");
});

test("keeps silent where the programs' own code is compared, one library is the same on both sides, or no gap is told", () => {
  const sha = [{ name: "sha2", share: 0.9 }];
  expect(read([{ name: "sort", share: 0.49 }], [{ name: "core", share: 0.49 }])).toBeUndefined();
  expect(read(sha, sha)).toBeUndefined();
  expect(read(sha, [], gapOf(-0.1, 0.1))).toBeUndefined();
  expect(
    librarySentence({ accounting: [side("go", sha)] }, gapOf(0.5, 0.7), (id) => id, 0.03),
  ).toBeUndefined();
});
