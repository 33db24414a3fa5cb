import { expect, test } from "vitest";
import { type Counting, shortOfTime } from "./counting.ts";

function short(typicalMs: number, leftMs: number): string | undefined {
  const pilot = { typicalWallTimeNs: typicalMs * 1e6 };
  return shortOfTime({ pilot, remainingMs: () => leftMs } as unknown as Counting, 2);
}

test("a time that is not nothing is never told as 0.0 s, and nothing left is called nothing", () => {
  expect(short(15, 4)).toBe("it takes about 30 ms and 4 ms of the budget are left for it");
  expect(short(0.1, -3)).toBe("it takes about 1 ms and nothing of the budget is left for it");
  expect(short(4000, 1500)).toBe("it takes about 8.0 s and 1.5 s of the budget are left for it");
  expect(short(15, 40)).toBeUndefined();
});
