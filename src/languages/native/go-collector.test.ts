import { expect, test } from "vitest";
import { collectorLever } from "./go-collector.ts";

/** The heap may grow to what is live and that many hundredths of it more (package runtime, "GOGC"). */
const heapOf = (gogc: number) => 1 + gogc / 100;
const asWritten = 100;

test("a level of the heap is named by how much more of it there is than as written", () => {
  const lever = collectorLever("2.5 times the heap");
  const gogc = Number(lever?.patch.run?.env?.["GOGC"]);
  expect(heapOf(gogc) / heapOf(asWritten)).toBe(2.5);
  expect(collectorLever("four times the heap")).toBeUndefined();
});
