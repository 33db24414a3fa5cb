import { expect, test } from "vitest";
import type { Factor } from "../model/factor.ts";
import { componentsWithFactor } from "./components.ts";

const factor = (id: string, verdict: "in" | "out" | "unknown"): Factor => ({
  ...{ id, title: "", phrase: "", question: "", group: "memory", levels: [], conflicts: [] },
  ...{ use: "contribution", neutral: "", deployable: false, caveat: "", sources: [] },
  relevantWhen: () => ({ verdict, reason: "", weight: 0 }),
});

test("a factor stands for its components unless the facts rule it out on every side", () => {
  expect(componentsWithFactor([factor("gc", "in"), factor("stdout-buffering", "out")], [{}, {}])).toEqual([
    "gc",
    "write-barrier",
  ]);
  expect(componentsWithFactor([factor("allocator", "unknown")], [{}])).toEqual(["alloc"]);
  expect(componentsWithFactor([factor("bounds-checks", "in")], [{}])).toEqual([]);
});
