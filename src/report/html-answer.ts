import type { Report } from "../model/report.ts";
import type { Answer } from "./answer.ts";
import { type Html, html } from "./html.ts";
import { amountBar } from "./html-bar.ts";
import { type Page, subjectIndex } from "./html-page.ts";
import { htmlTable } from "./html-table.ts";
import { factorText, metricTitle, showFactor, typicalText } from "./quantities.ts";

/** The sentence, and how far apart the two are by every metric. */
export function answerPart(answer: Answer, only: boolean): Html {
  const heading = only ? html`<h1>${answer.headline}</h1>` : html`<h2>${answer.headline}</h2>`;
  const gaps = htmlTable(
    `How far: ${answer.slow} over ${answer.fast}`,
    [
      { title: "Metric" },
      { title: "Factor (95 % interval)", kind: "keep" },
      { title: answer.slow, kind: "number" },
      { title: answer.fast, kind: "number" },
    ],
    answer.gaps.map(({ metric, factor, slow, fast }) => ({ cells: [metric, factor, slow, fast] })),
  );
  return html`${heading}
${answer.why.map((sentence) => html`<p class="lead">${sentence}</p>`)}
${gaps}`;
}

/** Several subjects: all of them in one table, the fastest first, and a link to each pair. */
export function overviewPart(page: Page): Html {
  const { report, metric, name, answers } = page;
  const subjects = report.subjects
    .map((subject) => ({ subject, typical: subject.typical[metric] }))
    .toSorted((left, right) => (left.typical?.value ?? Infinity) - (right.typical?.value ?? Infinity));
  const fastest = subjects[0]?.subject.id ?? "";
  const largest = Math.max(0, ...subjects.map(({ typical }) => typical?.high ?? 0));
  const rows = subjects.map(({ subject, typical }) => ({
    cells: [
      name(subject.id),
      typical === undefined ? "" : typicalText(metric, typical),
      typical === undefined ? "" : amountBar(typical, largest, subject.id === fastest),
      overFastest(report, metric, subject.id, fastest),
      subject.toolchain,
    ],
  }));
  const last = subjects.at(-1)?.subject.id ?? "";
  const widest =
    answers.find(({ gap }) => gap.slow === last && gap.fast === fastest) ??
    answers.toSorted((left, right) => right.gap.logRatio.value - left.gap.logRatio.value)[0];
  return html`<h1>${widest?.headline ?? "There is no gap to show: nothing was measured."}</h1>
${htmlTable(
  `All ${subjects.length} programs by ${metricTitle(metric)}, the fastest first`,
  [
    { title: "Program" },
    { title: metricTitle(metric), kind: "number" },
    { title: "From zero", kind: "bars" },
    { title: `Over ${name(fastest)}`, kind: "keep" },
    { title: "Toolchain" },
  ],
  rows,
)}
${pickPart(page)}`;
}

/** Links to the pairs; the script turns them into a choice that hides what is not about the pair. */
function pickPart({ answers }: Page): Html {
  const links = answers.map(
    ({ slow, fast }, index) => html`<li><a href="#pair-${index}">${slow} over ${fast}</a></li>`,
  );
  return html`<nav aria-label="Pairs of programs" id="pairs"><ul>${links}</ul></nav>`;
}

function overFastest(report: Report, metric: Page["metric"], subject: string, fastest: string): string {
  if (subject === fastest) return "x1";
  const gap = report.gaps.find(
    (each) =>
      each.metric === metric &&
      ((each.slow === subject && each.fast === fastest) || (each.slow === fastest && each.fast === subject)),
  );
  if (gap === undefined) return "";
  if (gap.slow === subject) return factorText(gap.logRatio);
  const { value, low, high } = gap.logRatio;
  const { value: shown, range } = showFactor({ value: -value, low: -high, high: -low });
  return `x${shown} (${range})`;
}

/** The subjects of a pair by their places, as the script reads them. */
export function pairMark(page: Page, { gap }: Answer): string {
  return `${subjectIndex(page, gap.slow)} ${subjectIndex(page, gap.fast)}`;
}
