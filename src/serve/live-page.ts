import { ownValue } from "../base/own-value.ts";
import { printable } from "../base/printable.ts";
import { formatDuration } from "../base/quantity.ts";
import type { Gap } from "../model/report.ts";
import { type Answer, describeAnswers } from "../report/answer.ts";
import { type Html, html, htmlText } from "../report/html.ts";
import { gapBar, legend, stackBars } from "../report/html-stack.ts";
import { htmlTable } from "../report/html-table.ts";
import { printableReport } from "../report/printable-report.ts";
import { doneOf, measuredText, type ProgressState } from "../report/progress-state.ts";
import { percentText, showFactor } from "../report/quantities.ts";
import { equivalenceBound, gapSentence } from "../report/sentence.ts";
import { type StackRow, stackRows } from "../report/stack-rows.ts";
import type { LiveState, NamedRun } from "./live-report.ts";
import { page, wayBack } from "./page.ts";

/** What changes while a run is followed; `now` is one line, which screen readers read out, `body` is HTML too. */
export interface LiveParts {
  readonly now: string;
  readonly body: string;
}

/** A run under way; the script puts every new state into the place of the old one. */
export function livePage(run: NamedRun, state: LiveState, progress: ProgressState): string {
  return page(
    run.case.case.name,
    html`${wayBack}
<p class="meta">${run.id} · ${run.case.case.name} · <code>${run.case.command}</code></p>
<p id="now" role="status">${nowPart(run, progress)}</p>
<div id="live" data-events="/runs/${run.id}/events">${bodyPart(run, state, progress)}</div>
<p id="note" class="soft" role="status"></p>
<script src="/live.js"></script>`,
  );
}

export function liveParts(run: NamedRun, state: LiveState, progress: ProgressState): LiveParts {
  return { now: htmlText(nowPart(run, progress)), body: htmlText(bodyPart(run, state, progress)) };
}

/** What is being done now and how long it will take, as the terminal says it. */
function nowPart(run: NamedRun, { now, block, plan }: ProgressState): Html {
  if (run.kind === "finished") return html`<a href="/runs/${run.id}/report.html">The report is ready.</a>`;
  if (run.kind === "resumable")
    return html`It was interrupted. <code>perfgap resume ${run.id}</code> goes on.`;
  if (run.kind === "unplanned") return html`It ended before anything was measured.`;
  const doing = html`<strong>Now:</strong> ${now === "" ? "beginning" : printable(now)}.`;
  if (block !== undefined) return html`${doing} Measured: ${measuredText(block)}.`;
  if (plan === undefined) return doing;
  const blocks = plan.forecastBlocks === 1 ? "1 block" : `${plan.forecastBlocks} blocks`;
  return html`${doing} Planned: ${blocks}, about ${formatDuration(plan.forecastMs)}.`;
}

function bodyPart(run: NamedRun, state: LiveState, progress: ProgressState): Html {
  if (state.kind !== "measuring") return firstPart(run, state, progress);
  const report = printableReport(state.report);
  const answers = describeAnswers(report);
  return html`${answers.map((answer, index) => answerPart(answer, stackRows(answer, report), index === 0))}
${run.kind === "running" ? progressBar(progress) : undefined}
<p class="soft">After ${countText(state.blocks, "block")}. ${widthText(state, progress)} What causes stand on (code, profiles, other work) is told by the report.</p>`;
}

/** Before a block is whole: the gap as the pilot runs show it, when they have. */
function firstPart(run: NamedRun, state: LiveState, { firstLook }: ProgressState): Html {
  const heading = run.kind === "running" ? "No gap is known yet." : "Nothing was measured.";
  const runs =
    state.kind === "planned" && run.kind === "running"
      ? html`<p>The first block is being measured: ${countText(state.runsPerBlock, "run")}.</p>`
      : undefined;
  return firstLook === undefined
    ? html`<h1>${heading}</h1>${runs}`
    : html`<h1>${firstLookSentence(firstLook, run)}</h1>
<p>A first look, from a few runs of each program as written. Causes follow with the first blocks.</p>${runs}`;
}

function firstLookSentence(gap: Gap, { titles }: NamedRun): string {
  return printable(gapSentence(gap, (id) => ownValue(titles, id) ?? id, equivalenceBound(undefined)));
}

function progressBar({ block }: ProgressState): Html | undefined {
  if (block === undefined) return undefined;
  const { done, blocks } = doneOf(block);
  return html`<progress aria-label="blocks measured" value="${done}" max="${blocks}"></progress>`;
}

/** Nothing where the line above says it already. */
function widthText(
  { reached, wanted }: Extract<LiveState, { kind: "measuring" }>,
  { block }: ProgressState,
): string {
  if (!Number.isFinite(reached)) return "One block bounds nothing yet.";
  return block === undefined
    ? `Causes are known to ${percentText(reached)}; ${percentText(wanted)} is wanted.`
    : "";
}

function countText(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? "" : "s"}`;
}

/** The stack as the report will draw it, without what leads to evidence that is not there yet. */
function answerPart(answer: Answer, rows: readonly StackRow[], first: boolean): Html {
  const whole = showFactor(answer.gap.logRatio);
  const bars = stackBars(rows, answer);
  const table = htmlTable(
    `From ${answer.fast} to ${answer.slow}; factors multiply to the gap`,
    [
      { title: "Cause" },
      { title: "Factor", kind: "number" },
      { title: "95 % interval", kind: "keep" },
      { title: `${answer.fast} x1 to ${answer.slow} x${whole.value}`, kind: "bars" },
      { title: "Share", kind: "number" },
      { title: "Who pays", kind: "keep" },
    ],
    [
      ...rows.map((row, at) => ({
        className: `${row.kind.replaceAll(" ", "-")}${row.part ? " part" : ""}`,
        cells: [row.name, row.factor, row.range, bars[at] ?? "", row.share, row.remark],
      })),
      {
        className: "total",
        cells: ["the gap", `x${whole.value}`, whole.range, gapBar(rows, answer), "", ""],
      },
    ],
  );
  return html`${first ? html`<h1>${answer.headline}</h1>` : html`<h2>${answer.headline}</h2>`}
<p class="lead">${answer.why.join(" ")}</p>
${table}
${legend(rows)}`;
}
