import type { Report } from "../model/report.ts";
import type { Answer } from "./answer.ts";
import type { Html } from "./html.ts";
import { htmlFold, htmlTable } from "./html-table.ts";
import { stackRows } from "./stack-rows.ts";

/** The stack as plain arithmetic, for who wants to add it up: what the bars show without a number stands here too. */
export function sumPart(answer: Answer, report: Report): Html | undefined {
  if (answer.attribution === undefined) return undefined;
  let sum = 0;
  const rows = stackRows(answer, report)
    .filter(({ kind }) => kind !== "group" && kind !== "different work")
    .map(({ name, value }) => {
      sum += value;
      return { cells: [name, logText(value), factor(value), factor(sum)] };
    });
  const { value } = answer.gap.logRatio;
  return htmlFold(
    "Add it up",
    htmlTable(
      "The middles of all bars with more digits than are certain: logarithms add up, factors multiply",
      [
        { title: "Cause" },
        { title: "Natural logarithm", kind: "number" },
        { title: "Factor", kind: "number" },
        { title: "All so far", kind: "number" },
      ],
      [...rows, { className: "total", cells: ["the gap", logText(value), factor(value), ""] }],
    ),
  );
}

const logText = (value: number) => value.toFixed(4);

const factor = (logRatio: number) => `x${Number(Math.exp(logRatio).toPrecision(5))}`;
