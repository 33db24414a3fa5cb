import { ownValue } from "../base/own-value.ts";
import type { Estimate } from "../model/estimate.ts";
import type { Plan, Side } from "../model/plan.ts";
import type { Attribution, Report } from "../model/report.ts";
import { doseText, subjectNames } from "./answer.ts";
import type { Html } from "./html.ts";
import type { Page } from "./html-page.ts";
import { htmlTable } from "./html-table.ts";
import { factorText, percentText } from "./quantities.ts";

/** What the intervals of one attribution rest on, each figure with its meaning. */
export function diagnosticTable(
  title: string,
  attribution: Attribution,
  { report, details }: Pick<Page, "report" | "details">,
): Html {
  const rows = [...measuring(attribution, report, details.plan), ...reading(attribution, report)];
  return htmlTable(
    title,
    [{ title: "What" }, { title: "Value" }, { title: "Meaning" }],
    rows.filter(([, value]) => value !== "").map((cells) => ({ cells })),
  );
}

type Row = readonly [what: string, value: string, meaning: string];

const wholePercent = (share: number) => `${Math.round(100 * share)} %`;

/** How it was measured and how noisy that was. */
function measuring(
  { diagnostics, slow, fast }: Attribution,
  report: Report,
  plan: Plan | undefined,
): readonly Row[] {
  const name = subjectNames(report);
  const perSide = <T>(values: Readonly<Record<string, T>> | undefined, show: (value: T) => string) =>
    Object.entries(values ?? {})
      .map(([side, value]) => `${name(side)} ${show(value)}`)
      .join(", ");
  const end = diagnostics.stoppedBy === "maxBlocks" ? "the limit of blocks" : diagnostics.stoppedBy;
  const { units, tails, precisionReached, precisionWanted, driftShare, detrended } = diagnostics;
  return [
    ["Blocks", `${diagnostics.blocks}, stopped by ${end}`, "passes over all variants in random order"],
    [
      "Widest half width",
      `${percentText(precisionReached)}, wanted ${percentText(precisionWanted)}`,
      "half the interval of the least certain cause",
    ],
    [
      "Noise floor",
      percentText(diagnostics.noiseFloor),
      "half the interval of one comparison of a program with itself; a cause rests on many comparisons and may be told below it",
    ],
    [
      "Spread over code layouts",
      [slow, fast]
        .flatMap((side) => {
          const sd = ownValue(diagnostics.layoutSd, side);
          return sd === undefined ? [] : [`${name(side)} ${layoutText(sd, planSide(plan, side))}`];
        })
        .join(", "),
      "standard deviation that comes from where the linker places code; the program that ships has one placement",
    ],
    ["Spread over runs", perSide(diagnostics.runSd, percentText), "standard deviation of equal runs"],
    [
      "Independent units",
      units === undefined ? "" : String(units),
      "fewer than blocks where blocks share a placement of code",
    ],
    ["Outlying runs", perSide(tails, String), "whether runs far from the rest were pulled in, or why not"],
    ["Runs pulled in", wholePercent(diagnostics.clippedShare), "share of all runs"],
    [
      "Drift over the session",
      `${wholePercent(driftShare)} of the scatter${detrended ? ", taken out" : ""}`,
      "how much of the scatter of equal runs is a slow change of the machine; blocks spread it over all variants",
    ],
    [
      "Degrees of freedom",
      String(Math.round(diagnostics.degreesOfFreedom)),
      "the more, the narrower an interval may be for the same scatter",
    ],
    ["Seed", String(diagnostics.seed), "decides every order and every placement of code"],
  ];
}

/** Known without measuring: there is nothing of the kind. Whatever is estimated has an interval. */
function isExact({ low, high }: Estimate): boolean {
  return low === 0 && high === 0;
}

function planSide(plan: Plan | undefined, subject: string): Side | undefined {
  return plan?.sides.find((side) => side.subject === subject);
}

/** Zero is written where there was nothing to tell layouts apart by, and where their spread did not stand out. */
function layoutText(sd: number, side: Side | undefined): string {
  if (sd > 0) return percentText(sd);
  if (side?.layout === "fixed") return "not estimated: every run had the same placement";
  return side?.mode === "own"
    ? "not estimated: it is within the spread over runs"
    : "not told from the spread over runs";
}

/** What stands beside the causes. */
function reading({ schemeShift, groups, doses, higherOrder }: Attribution, report: Report): readonly Row[] {
  const name = subjectNames(report);
  const estimates = (values: Attribution["schemeShift"]): string =>
    Object.entries(values)
      .map(([side, estimate]) => `${name(side)} ${isExact(estimate) ? "none" : factorText(estimate)}`)
      .join(", ");
  return [
    [
      "Higher orders, in no cause",
      estimates(higherOrder ?? {}),
      "what three and more causes do together and this choice of variants gives to none",
    ],
    [
      "Level by level",
      (doses ?? []).map((series) => doseText(series, name)).join("; "),
      "causes that were also switched off in part",
    ],
    [
      "Shift of the common build",
      estimates(schemeShift),
      "what all variants of a program carry so that they can be compared, over the program exactly as written",
    ],
    [
      "Sums by group",
      groups.map(({ group, sum }) => `${group} ${factorText(sum)}`).join(", "),
      "causes of one kind as one factor: it does not depend on how finely they are cut",
    ],
  ];
}
