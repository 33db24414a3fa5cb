import { median } from "../base/statistics.ts";
import type { Observation } from "../model/observation.ts";
import { type Column, isLatency, type MetricId, type Side } from "../model/plan.ts";
import type { RunData } from "../model/report-details.ts";
import { type Html, html } from "./html.ts";
import { round } from "./html-bar.ts";
import { type Page, subjectIndex } from "./html-page.ts";
import { htmlFold, htmlTable, subjectMark } from "./html-table.ts";

/** A timed run with its value in the metric that decides: seconds, or bytes. */
interface Timed {
  readonly observation: Observation;
  readonly value: number;
  /** Place among all runs of the session. */
  readonly place: number;
}

interface SideRuns {
  readonly subject: number;
  readonly title: string;
  readonly side: Side;
  readonly runs: readonly Timed[];
}

/** All runs one after the other, in the order in which they were made, for the script and for download. */
export function runData({ details }: Page): RunData {
  const observations = details.blocks.flatMap((block) => block.observations);
  const columns = [...new Set(observations.map(({ column }) => column))];
  const places = new Map(columns.map((column, index) => [column, index]));
  const micros = (nanos: number | undefined) => (nanos === undefined ? -1 : Math.round(nanos / 1000));
  return {
    columns,
    block: observations.map(({ block }) => block),
    column: observations.map(({ column }) => places.get(column) ?? -1),
    cpuUs: observations.map(({ run }) =>
      micros(run.userTimeNs === undefined ? undefined : run.userTimeNs + (run.systemTimeNs ?? 0)),
    ),
    wallUs: observations.map(({ run }) => micros(run.wallTimeNs)),
    maxRssKiB: observations.map(({ run }) =>
      run.maxRssBytes === undefined ? -1 : Math.round(run.maxRssBytes / 1024),
    ),
  };
}

const latencyQuantiles = { latencyP50: "p50", latencyP95: "p95", latencyP99: "p99" } as const;

function metricValue({ run }: Observation, metric: MetricId): number | undefined {
  if (metric === "wallTime") return run.wallTimeNs * 1e-9;
  if (metric === "maxRss") return run.maxRssBytes;
  if (isLatency(metric)) {
    const quantile = run.latencies?.[latencyQuantiles[metric]];
    return quantile === undefined ? undefined : quantile.valueNs * 1e-9;
  }
  return run.userTimeNs === undefined ? undefined : (run.userTimeNs + (run.systemTimeNs ?? 0)) * 1e-9;
}

/** Every run: how values are spread for each program, and whether they drift over the session. */
export function runsPart(page: Page): Html | undefined {
  const sides = sidesOf(page);
  if (sides.length === 0) return undefined;
  return html`<h3 id="runs">Every run</h3>${distributionPart(page, sides)}${timelinePart(page, sides)}${variantFold(page, sides)}`;
}

function sidesOf(page: Page): readonly SideRuns[] {
  const { details, metric } = page;
  const all = details.blocks
    .flatMap((block) => block.observations)
    .toSorted((left, right) => left.run.startedAtMs - right.run.startedAtMs)
    .flatMap((observation, place): readonly Timed[] => {
      const value = metricValue(observation, metric);
      return value === undefined || !(value > 0) ? [] : [{ observation, value, place }];
    });
  return (details.plan?.sides ?? []).flatMap((side) => {
    const subject = subjectIndex(page, side.subject);
    const runs = all.filter(({ observation }) => observation.subject === side.subject);
    return subject === -1 || runs.length === 0
      ? []
      : [{ subject, title: page.name(side.subject), side, runs }];
  });
}

/** Columns that are the program as its user would ship it, or the nearest to it that was timed. */
function asWritten({ columns }: Side): readonly Column[] {
  const plain = columns.filter(({ role }) => role === "plain");
  return plain.length > 0 ? plain : columns.filter(({ role, cell }) => role === "cell" && cell === 0);
}

function baselineRuns({ side, runs }: SideRuns): readonly Timed[] {
  const ids = new Set(asWritten(side).map(({ id }) => id));
  return runs.filter(({ observation }) => ids.has(observation.column));
}

const chartHeight = 64;
const bins = 120;

/** One histogram a program, all on one logarithmic axis. */
function distributionPart(page: Page, sides: readonly SideRuns[]): Html {
  const samples = sides.map((side) => baselineRuns(side).map(({ value }) => value));
  const all = samples.flat();
  if (all.length === 0) return html``;
  const [min, max] = [Math.log(least(all)), Math.log(-least(all.map((value) => -value)))];
  const pad = Math.max(0.02, (max - min) * 0.03);
  const place = (value: number) => (Math.log(value) - min + pad) / (max - min + 2 * pad);
  const charts = sides.map(({ subject, title }, index) => {
    const values = samples[index] ?? [];
    if (values.length === 0) return html``;
    return html`<div${subjectMark(subject)}><p class="soft">${title}: ${values.length} runs as written</p>${histogram(values, place, index % 2 === 1)}</div>`;
  });
  return html`${charts}${htmlTable(
    `Runs of each program as written, ${unitOf(page.metric)}; the charts above share one logarithmic axis, the upright line is the median`,
    [
      { title: "Program" },
      { title: "Runs", kind: "number" },
      ...["Fastest", "5 %", "25 %", "Median", "75 %", "95 %", "Slowest"].map((title) => ({
        title,
        kind: "number" as const,
      })),
    ],
    sides.map(({ title }, index) => ({
      cells: [title, ...quantileCells(samples[index] ?? [], page.metric)],
    })),
  )}`;
}

function histogram(values: readonly number[], place: (value: number) => number, second: boolean): Html {
  const counts = new Array<number>(bins).fill(0);
  for (const value of values) {
    const bin = Math.min(bins - 1, Math.max(0, Math.floor(place(value) * bins)));
    counts[bin] = (counts[bin] ?? 0) + 1;
  }
  const highest = Math.max(...counts);
  const columns = counts.flatMap((count, bin) => {
    if (count === 0) return [];
    const height = round((count / highest) * (chartHeight - 8));
    return [
      html`<rect x="${round((100 * bin) / bins)}%" y="${round(chartHeight - height)}" width="${round(90 / bins)}%" height="${height}"/>`,
    ];
  });
  const middle = round(100 * place(median(values)));
  return html`<svg class="chart" aria-hidden="true" height="${chartHeight}"><g class="${second ? "columns second" : "columns"}">${columns}</g><line class="middle" x1="${middle}%" x2="${middle}%" y1="0" y2="${chartHeight}"/><line class="axis" x1="0" x2="100%" y1="${chartHeight - 0.5}" y2="${chartHeight - 0.5}"/></svg>`;
}

function least(values: readonly number[]): number {
  return values.reduce((low, value) => Math.min(low, value), Number.POSITIVE_INFINITY);
}

function quantileCells(values: readonly number[], metric: MetricId): readonly string[] {
  const sorted = values.toSorted((left, right) => left - right);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
  const shares = [0, 0.05, 0.25, 0.5, 0.75, 0.95, 1];
  return [String(sorted.length), ...shares.map((share) => amountText(at(share), metric))];
}

function unitOf(metric: MetricId): string {
  return metric === "maxRss" ? "megabytes" : "milliseconds";
}

/** Single runs are shown with three digits: their spread is the point of the table. */
function amountText(value: number | undefined, metric: MetricId): string {
  if (value === undefined) return "";
  return String(Number((value * (metric === "maxRss" ? 1e-6 : 1e3)).toPrecision(3)));
}

const lineHeight = 90;
/** Runs further from the middle than this stand at the edge. */
const widest = Math.log(1.25);

/** Every run over the median of its variant, in the order of the session. */
function timelinePart(page: Page, sides: readonly SideRuns[]): Html {
  const total = page.details.blocks.reduce((sum, { observations }) => sum + observations.length, 0);
  const edges = blockEdges(page);
  const charts = sides.map((side, index) => {
    const medians = columnMedians(side.runs);
    const points = side.runs.map(({ observation, value, place }) => {
      const away = Math.log(value / (medians.get(observation.column) ?? value));
      const y = lineHeight / 2 - (Math.min(widest, Math.max(-widest, away)) / widest) * (lineHeight / 2 - 4);
      return `M${round(((place + 0.5) / Math.max(1, total)) * 1000)} ${Math.round(y * 10) / 10}h0`;
    });
    const lines = edges.map((edge) => {
      const x = round((1000 * edge) / Math.max(1, total));
      return html`<line class="axis" x1="${x}" x2="${x}" y1="0" y2="${lineHeight}"/>`;
    });
    return html`<div${subjectMark(side.subject)}><p class="soft">${side.title}: ${side.runs.length} runs of all variants in the order in which they were made</p><svg class="chart" aria-hidden="true" viewBox="0 0 1000 ${lineHeight}" height="${lineHeight}" preserveAspectRatio="none">${lines}<line class="middle" x1="0" x2="1000" y1="${lineHeight / 2}" y2="${lineHeight / 2}" stroke-opacity="0.4"/><path class="${index % 2 === 1 ? "dots second" : "dots"}" vector-effect="non-scaling-stroke" stroke-width="${total > 1500 ? 3 : 5}" d="${points.join("")}"/></svg></div>`;
  });
  return html`${charts}<p class="soft">Up is slower than the median of its own variant, by up to 25 % at the edge; upright lines are ends of blocks${edges.length === 0 ? " (too many to draw)" : ""}.</p>${blockFold(page, sides)}`;
}

/** Where one block ends and the next begins; none where lines would cover the runs. */
function blockEdges({ details }: Page): readonly number[] {
  if (details.blocks.length > 80) return [];
  let end = 0;
  return details.blocks.slice(0, -1).map(({ observations }) => {
    end += observations.length;
    return end;
  });
}

function columnMedians(runs: readonly Timed[]): ReadonlyMap<string, number> {
  const values = new Map<string, number[]>();
  for (const { observation, value } of runs) {
    const known = values.get(observation.column);
    if (known === undefined) values.set(observation.column, [value]);
    else known.push(value);
  }
  return new Map([...values].map(([column, list]) => [column, median(list)]));
}

const maxBlockRows = 200;

function blockFold(page: Page, sides: readonly SideRuns[]): Html {
  const { blocks } = page.details;
  const cells = sides.map((side) => {
    const medians = columnMedians(side.runs);
    const byBlock = new Map<number, number[]>();
    for (const { observation, value } of side.runs) {
      const away = value / (medians.get(observation.column) ?? value);
      byBlock.set(observation.block, [...(byBlock.get(observation.block) ?? []), away]);
    }
    return byBlock;
  });
  const shown = blocks.slice(0, maxBlockRows);
  const rows = shown.map(({ block, observations }) => ({
    cells: [
      String(block),
      String(observations.length),
      ...cells.map((byBlock) => {
        const values = byBlock.get(block) ?? [];
        return values.length === 0 ? "" : `x${median(values).toFixed(3)}`;
      }),
    ],
  }));
  const more = shown.length < blocks.length ? `, the first ${maxBlockRows} of ${blocks.length}` : "";
  return htmlFold(
    "Blocks as a table",
    htmlTable(
      `Blocks: the middle run of each over the median of its variant${more}`,
      [
        { title: "Block" },
        { title: "Runs", kind: "number" },
        ...sides.map(({ title, subject }) => ({ title, kind: "number" as const, subject })),
      ],
      rows,
    ),
  );
}

/** Every variant that was timed, so that a reader can redo the arithmetic. */
function variantFold(page: Page, sides: readonly SideRuns[]): Html {
  const tables = sides.map((side) => {
    const rows = side.side.columns.map((column) => {
      const values = side.runs.flatMap(({ observation, value }) =>
        observation.column === column.id ? [value] : [],
      );
      return { cells: [column.id, columnTitle(column, side.side), ...quantileCells(values, page.metric)] };
    });
    return html`<div${subjectMark(side.subject)}>${htmlTable(
      `Variants of ${side.title}, ${unitOf(page.metric)}`,
      [
        { title: "Column" },
        { title: "Switched off" },
        { title: "Runs", kind: "number" },
        ...["Fastest", "5 %", "25 %", "Median", "75 %", "95 %", "Slowest"].map((title) => ({
          title,
          kind: "number" as const,
        })),
      ],
      rows,
    )}</div>`;
  });
  return htmlFold("Every variant as a table", html`${tables}`);
}

function columnTitle({ role, cell, dose }: Column, { factors }: Side): string {
  if (role === "plain") return "nothing: exactly as written";
  if (role === "dose") return dose === undefined ? "" : `${dose.factor} at "${dose.level}"`;
  const off = factors.filter((_, bit) => ((cell >> bit) & 1) === 1).map(({ factor }) => factor);
  const what = off.length === 0 ? "nothing" : off.join(", ");
  return role === "placebo" ? `${what} (once more, to see what noise is)` : what;
}
