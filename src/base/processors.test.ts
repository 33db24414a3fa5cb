import { expect, test } from "vitest";
import { availableProcessors, parseProcessorList } from "./processors.ts";

test("the kernel's lists of processors", () => {
  expect(parseProcessorList("0-2,7")).toEqual([0, 1, 2, 7]);
  expect(parseProcessorList("5")).toEqual([5]);
  expect(parseProcessorList("")).toEqual([]);
});

test("there is always one", async () => {
  expect((await availableProcessors()).length).toBeGreaterThanOrEqual(1);
});
