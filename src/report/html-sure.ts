import { ownValue } from "../base/own-value.ts";
import type { Attribution, Report } from "../model/report.ts";
import { type Answer, doseText, foldExclusions, subjectNames } from "./answer.ts";
import { sortDoubts } from "./doubts.ts";
import { type Html, html } from "./html.ts";
import { pairMark } from "./html-answer.ts";
import { htmlBar } from "./html-bar.ts";
import type { Page } from "./html-page.ts";
import { runsPart } from "./html-runs.ts";
import { htmlFold, htmlSection, htmlTable } from "./html-table.ts";
import { factorText, metricTitle, percentText, showFactor } from "./quantities.ts";

/** How far the numbers may be trusted: runs, noise, what was left out and why, doubts. */
export function surenessPart(page: Page): Html | undefined {
  const { report } = page;
  const runs = runsPart(page);
  const parts = [
    ...doubts(page),
    ...report.attributions.map((attribution) => diagnosticPart(page, attribution)),
    ...(runs === undefined ? [] : [runs]),
    ...page.answers.flatMap((answer) => exclusionPart(page, answer) ?? []),
  ];
  return parts.length === 0 ? undefined : htmlSection("How sure", "sureness", html`${parts}`);
}

/** What this run's own numbers suffer from stands open; caveats of the method and other metrics are folded. */
function doubts({ report, metric }: Page): readonly Html[] {
  if (report.warnings.length === 0) return [];
  const places = new Map<string, string[]>();
  for (const { message, appliesTo } of report.warnings)
    places.set(message, [...new Set([...(places.get(message) ?? []), appliesTo])]);
  const text = (messages: readonly string[]) =>
    messages.map(
      (message) =>
        html`<p class="doubt">${message} <span class="soft">(${(places.get(message) ?? []).join("; ")})</span></p>`,
    );
  const { special } = sortDoubts(report, metric);
  const others = [...places.keys()].filter((message) => !special.includes(message));
  const rest =
    others.length === 0
      ? undefined
      : htmlFold(`${others.length} more, of the method and of other metrics`, html`${text(others)}`);
  return [html`<h3 id="doubts">Doubts</h3>${text(special)}${rest}`];
}

function diagnosticPart(page: Page, attribution: Attribution): Html {
  const { report, name } = page;
  const { slow, fast, metric } = attribution;
  const title = `${name(slow)} over ${name(fast)}, ${metricTitle(metric)}`;
  const answer = page.answers.find(({ gap }) => gap.slow === slow && gap.fast === fast);
  const mark = answer === undefined ? undefined : html` data-pair="${pairMark(page, answer)}"`;
  const secondary = metric !== page.metric;
  const content = html`${noisePart(page, attribution)}${htmlTable(title, [{ title: "What" }, { title: "Value" }], diagnosticRows(attribution, report))}${interactionTable(attribution, report)}`;
  return html`<div${mark}>${secondary ? htmlFold(`The same for ${metricTitle(metric)}, ${name(slow)} over ${name(fast)}`, content) : content}</div>`;
}

/** Each program against itself beside the gap: what can be told from nothing on this machine. */
function noisePart({ name }: Page, { diagnostics, slow, fast }: Attribution): Html | undefined {
  const sides = [slow, fast].flatMap((side) => {
    const estimate = ownValue(diagnostics.aa, side);
    return estimate === undefined ? [] : [{ side, estimate }];
  });
  if (sides.length === 0) return undefined;
  const { noiseFloor } = diagnostics;
  const ends = [
    noiseFloor,
    ...sides.flatMap(({ estimate }) => [Math.abs(estimate.low), Math.abs(estimate.high)]),
  ];
  const reach = Math.max(0.001, ...ends.filter(Number.isFinite));
  return htmlTable(
    "A program against itself: the interval must hold 1, and half its width is the noise floor",
    [{ title: "Program" }, { title: "Factor", kind: "keep" }, { title: "Around x1", kind: "bars" }],
    sides.map(({ side, estimate }) => ({
      cells: [
        name(side),
        factorText(estimate),
        htmlBar(
          {
            start: 0,
            ...estimate,
            kind: "small",
            label: `${name(side)} against itself: interval ${showFactor(estimate).range}`,
          },
          { min: -reach, max: reach },
        ),
      ],
    })),
  );
}

const rounded = (share: number) => `${Math.round(100 * share)} %`;

function diagnosticRows(
  { diagnostics, schemeShift, groups, doses, higherOrder }: Attribution,
  report: Report,
): { readonly cells: readonly string[] }[] {
  const name = subjectNames(report);
  const perSide = (values: Readonly<Record<string, number>>): string =>
    Object.entries(values)
      .map(([side, sd]) => `${name(side)} ${percentText(sd)}`)
      .join(", ");
  const estimates = (values: Attribution["schemeShift"]): string =>
    Object.entries(values)
      .map(([side, estimate]) => `${name(side)} ${factorText(estimate)}`)
      .join(", ");
  const rows: [string, string][] = [
    [
      "Blocks",
      `${diagnostics.blocks}, stopped by ${diagnostics.stoppedBy === "maxBlocks" ? "the limit of blocks" : diagnostics.stoppedBy}`,
    ],
    [
      "Widest half width",
      `${percentText(diagnostics.precisionReached)}, wanted ${percentText(diagnostics.precisionWanted)}`,
    ],
    ["Noise floor", percentText(diagnostics.noiseFloor)],
    ["Spread over code layouts (sd)", perSide(diagnostics.layoutSd)],
    ["Spread over runs (sd)", perSide(diagnostics.runSd)],
    ["Independent units", diagnostics.units === undefined ? "" : String(diagnostics.units)],
    [
      "Outlying runs",
      Object.entries(diagnostics.tails ?? {})
        .map(([side, treatment]) => `${name(side)}: ${treatment}`)
        .join(", "),
    ],
    ["Runs clipped as outliers", rounded(diagnostics.clippedShare)],
    [
      "Drift over the session",
      `${percentText(diagnostics.driftShare)}${diagnostics.detrended ? ", taken out" : ""}`,
    ],
    ["Degrees of freedom", String(Math.round(diagnostics.degreesOfFreedom))],
    ["Higher orders, in no cause", estimates(higherOrder ?? {})],
    ["Level by level", (doses ?? []).map((series) => doseText(series, name)).join("; ")],
    ["What the levers' own builds shift", estimates(schemeShift)],
    ["Sums by group", groups.map(({ group, sum }) => `${group} ${factorText(sum)}`).join(", ")],
    ["Seed", String(diagnostics.seed)],
  ];
  return rows.filter(([, value]) => value !== "").map(([what, value]) => ({ cells: [what, value] }));
}

function interactionTable({ interactions }: Attribution, report: Report): Html | undefined {
  if (interactions.length === 0) return undefined;
  const name = subjectNames(report);
  return htmlTable(
    "Causes that depend on each other",
    [{ title: "Pair" }, { title: "Side" }, { title: "Together", kind: "keep" }, { title: "Reading" }],
    interactions.map(({ factors, side, index, reading }) => ({
      cells: [factors.join(" and "), name(side), factorText(index), reading],
    })),
  );
}

function exclusionPart(page: Page, answer: Answer): Html | undefined {
  const lines = foldExclusions(answer.attribution?.excluded ?? [], subjectNames(page.report));
  if (lines.length === 0) return undefined;
  // Holes are what a reader must know; that a thing has no cause by nature, or could not matter, comes after.
  const order = ["hole", "failed", "not applied", "not selected", "screened out", "natural"];
  const sorted = lines.toSorted((left, right) => order.indexOf(left.kind) - order.indexOf(right.kind));
  const both = page.answers.length > 1 ? `: ${answer.slow} over ${answer.fast}` : "";
  return html`<div data-pair="${pairMark(page, answer)}"><h3>Left out, and why${both}</h3>${htmlTable(
    "Factors that are in no design",
    [{ title: "Factor (side)" }, { title: "Kind", kind: "keep" }, { title: "Reason" }],
    sorted.map(({ what, kind, reason }) => ({
      className: kind === "hole" ? "" : "negligible",
      cells: [what, kind, reason],
    })),
  )}</div>`;
}

/** The same cause, switched off and counted in profiles. */
export function agreementPart(page: Page): Html | undefined {
  const { report, name, answers } = page;
  if (report.agreement.length === 0) return undefined;
  const phrases = new Map(
    report.attributions.flatMap(({ contributions }) =>
      contributions.map(({ factor, phrase }) => [factor, phrase] as const),
    ),
  );
  const rows = report.agreement.map(({ factor, ablation, accounting, flag, reading, slow, fast }) => ({
    cells: [
      phrases.get(factor) ?? factor,
      ...(answers.length > 1
        ? [slow === undefined || fast === undefined ? "" : `${name(slow)} over ${name(fast)}`]
        : []),
      factorText(ablation),
      factorText(accounting),
      flag,
      reading,
    ],
  }));
  return htmlSection(
    "Do both methods agree?",
    "agreement",
    htmlTable(
      "The same cause, switched off and counted in profiles",
      [
        { title: "Cause" },
        ...(answers.length > 1 ? [{ title: "Pair" }] : []),
        { title: "Switched off", kind: "keep" as const },
        { title: "Counted", kind: "keep" as const },
        { title: "Verdict" },
        { title: "Reading" },
      ],
      rows,
    ),
  );
}
