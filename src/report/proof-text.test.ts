import { expect, test } from "vitest";
import { proofText } from "./proof-text.ts";

const proof = { fact: "cpu.parallelism", expect: "decreases", title: "processors kept busy" } as const;

test("counts with the digits that a reader can use", () => {
  expect(proofText({ proof, before: 0.161_092_282_582_556_28, after: 12_345.67, applied: true })).toBe(
    "processors kept busy 0.161 -> 12346",
  );
});

test("the part that tells more stands beside the whole", () => {
  const whole = { ...proof, title: "checks in all", part: { fact: "hot.checks", title: "in hot functions" } };
  const result = { proof: whole, before: 92, after: 91, applied: true };
  expect(proofText({ ...result, part: { before: 1, after: 0 } })).toBe(
    "checks in all 92 -> 91, in hot functions 1 -> 0",
  );
  expect(proofText(result)).toBe("checks in all 92 -> 91");
});
