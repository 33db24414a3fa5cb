import { expect, test } from "vitest";
import { estimate } from "../../test/support/report-parts.ts";
import { doseText } from "./answer.ts";

test("a level that slows a program down is called slower, one that is open is called neither, and neutral is off", () => {
  const levels = [
    { level: "four times the heap", shift: estimate(0.27, 0.03) },
    { level: "twice the heap", shift: estimate(0.01, 0.1) },
    { level: "neutral", shift: estimate(-Math.log(1.1), 0.02) },
  ];
  const series = { factor: "gc", side: "go", levels, atLeast: estimate(0.27, 0.03) };
  expect(doseText(series, () => "Go")).toBe(
    "gc (Go): four times the heap x1.31 (1.27-1.35) faster, twice the heap x0.9-1.1 as fast, off x1.10 (1.08-1.12) slower",
  );
});
