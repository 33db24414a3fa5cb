import { ownValue } from "../base/own-value.ts";
import type { Attribution, Exclusion, Report } from "../model/report.ts";
import { type Answer, foldExclusions, subjectNames } from "./answer.ts";
import { sortDoubts } from "./doubts.ts";
import { type Html, html } from "./html.ts";
import { absentFrom, absentNote } from "./html-absent.ts";
import { pairMark } from "./html-answer.ts";
import { htmlBar } from "./html-bar.ts";
import { diagnosticTable } from "./html-diagnostics.ts";
import { type Page, phraseOf, subjectIndex } from "./html-page.ts";
import { runsPart } from "./html-runs.ts";
import { settingsRunsPart } from "./html-settings-runs.ts";
import { htmlFold, htmlSection, htmlTable } from "./html-table.ts";
import { factorText, isMetric, metricTitle, showFactor } from "./quantities.ts";

/** How far the numbers may be trusted: runs, noise, what was left out and why, doubts. */
export function surenessPart(page: Page): Html | undefined {
  const { report } = page;
  const runs = [runsPart(page), settingsRunsPart(page)].flatMap((part) => part ?? []);
  const parts = [
    ...doubts(page),
    ...report.attributions.map((attribution) => diagnosticPart(page, attribution)),
    ...(runs.length === 0 && absentFrom(page).runs ? [absentNote("Single runs and variants")] : runs),
    ...page.answers.flatMap((answer) => exclusionPart(page, answer) ?? []),
  ];
  return parts.length === 0 ? undefined : htmlSection("How sure", "sureness", html`${parts}`);
}

/** "gc, cpuTime" or "go against rust" in words. */
function placeText(page: Page, place: string): string {
  const word = (part: string) =>
    isMetric(part)
      ? metricTitle(part)
      : subjectIndex(page, part) >= 0
        ? page.name(part)
        : phraseOf(page, part);
  return place
    .split(", ")
    .map((part) => part.split(" against ").map(word).join(" against "))
    .join(", ");
}

/** What this run's own numbers suffer from stands open; caveats of the method and other metrics are folded. */
function doubts(page: Page): readonly Html[] {
  const { report, metric } = page;
  if (report.warnings.length === 0) return [];
  const places = new Map<string, string[]>();
  for (const { message, appliesTo } of report.warnings)
    places.set(message, [...new Set([...(places.get(message) ?? []), placeText(page, appliesTo)])]);
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
  const content = html`${noisePart(page, attribution)}${diagnosticTable(title, attribution, page)}${interactionTable(attribution, report)}`;
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

const exclusionMeanings: Readonly<Record<Exclusion["kind"], string>> = {
  hole: "the program has it and nothing switches it off",
  failed: "switching it off failed",
  "not applied": "switching it off changed nothing that its proof counts",
  "not selected": "it may be a cause, and there was no room for it or it was not asked for",
  apart: "it is no part of the gap, or it is measured under another name",
  "screened out": "what was counted shows that it cannot matter here",
  natural: "the language has no such thing",
};

function exclusionPart(page: Page, answer: Answer): Html | undefined {
  const lines = foldExclusions(answer.attribution?.excluded ?? [], subjectNames(page.report));
  if (lines.length === 0) return undefined;
  // Holes are what a reader must know; that a thing has no cause by nature, or could not matter, comes after.
  const order = ["hole", "failed", "not applied", "not selected", "apart", "screened out", "natural"];
  const sorted = lines.toSorted((left, right) => order.indexOf(left.kind) - order.indexOf(right.kind));
  const both = page.answers.length > 1 ? `: ${answer.slow} over ${answer.fast}` : "";
  const meanings = order.flatMap((kind) => {
    const meaning = ownValue(exclusionMeanings, kind);
    return meaning !== undefined && sorted.some((line) => line.kind === kind)
      ? [html`<b>${kind}</b>: ${meaning}. `]
      : [];
  });
  return html`<div data-pair="${pairMark(page, answer)}"><h3>Left out, and why${both}</h3><p class="soft">${meanings}</p>${htmlTable(
    "Possible causes that were not switched off",
    [{ title: "Cause (program)" }, { title: "Kind", kind: "keep" }, { title: "Reason" }],
    sorted.map(({ what, kind, reason }) => ({
      className: kind === "hole" ? "" : "negligible",
      cells: [what, kind, reason],
    })),
  )}</div>`;
}

/** Why no cause was counted as well as switched off. */
function noSecondMethod({ report }: Page): string {
  const rests = "each factor above rests on switching it off, and on the proof that stands with its evidence";
  return report.accounting.length === 0
    ? `There is no profile to count in: ${rests}.`
    : `None of the causes above has seconds of its own in a profile, which counts by component (collecting, allocating, copying and the like): ${rests}.`;
}

/** The same cause, switched off and counted in profiles. */
export function agreementPart(page: Page): Html | undefined {
  const { report, name, answers } = page;
  if (report.agreement.length === 0)
    return report.attributions.length === 0
      ? undefined
      : htmlSection("Do both methods agree?", "agreement", html`<p>${noSecondMethod(page)}</p>`);
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
