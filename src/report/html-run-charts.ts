import { median, quantile } from "../base/statistics.ts";
import type { Observation } from "../model/observation.ts";
import { type Column, isLatency, type MetricId, type Side } from "../model/plan.ts";
import type { ReportDetails } from "../model/report-details.ts";
import { type Html, html } from "./html.ts";
import { round } from "./html-bar.ts";
import { type Page, subjectIndex } from "./html-page.ts";
import { type HtmlColumn, htmlFold, htmlTable, subjectMark } from "./html-table.ts";
import { howHtml } from "./switched-off.ts";

/** What was measured by one plan: the session of the causes, or a round of the search for settings. */
export type Session = Pick<ReportDetails, "plan" | "blocks">;

/** A timed run with its value in the metric that decides: seconds, or bytes. */
export interface Timed {
  readonly observation: Observation;
  readonly value: number;
  /** Place among all runs of the session. */
  readonly place: number;
}

export interface SideRuns {
  readonly subject: number;
  readonly title: string;
  readonly side: Side;
  readonly runs: readonly Timed[];
}

/** Runs that are shown as one distribution: "Go as written". */
export interface RunGroup {
  readonly subject: number;
  readonly title: string;
  readonly values: readonly number[];
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

export function sidesOf(page: Page, { plan, blocks }: Session): readonly SideRuns[] {
  const { metric } = page;
  const all = blocks
    .flatMap((block) => block.observations)
    .toSorted((left, right) => left.run.startedAtMs - right.run.startedAtMs)
    .flatMap((observation, place): readonly Timed[] => {
      const value = metricValue(observation, metric);
      return value === undefined || !(value > 0) ? [] : [{ observation, value, place }];
    });
  return (plan?.sides ?? []).flatMap((side) => {
    const subject = subjectIndex(page, side.subject);
    const runs = all.filter(({ observation }) => observation.subject === side.subject);
    return subject === -1 || runs.length === 0
      ? []
      : [{ subject, title: page.name(side.subject), side, runs }];
  });
}

const chartHeight = 64;
const bins = 120;

/** One histogram a group, all on one logarithmic axis; `caption` says what the groups are. */
export function distributionPart({ metric }: Page, groups: readonly RunGroup[], caption: string): Html {
  const all = groups.flatMap(({ values }) => values);
  if (all.length === 0) return html``;
  const [min, max] = [Math.log(least(all)), Math.log(-least(all.map((value) => -value)))];
  const pad = Math.max(0.02, (max - min) * 0.03);
  const place = (value: number) => (Math.log(value) - min + pad) / (max - min + 2 * pad);
  const charts = groups.map(({ subject, title, values }, index) =>
    values.length === 0
      ? html``
      : html`<div${subjectMark(subject)}><p class="soft">${title}: ${values.length} runs</p>${histogram(values, place, index % 2 === 1)}</div>`,
  );
  const quantiles = quantilesOf(groups.map(({ values }) => values));
  return html`${charts}${htmlTable(
    `${caption}, ${unitOf(metric)}; the charts above share one logarithmic axis, the upright line is the median. ${quantileNote}`,
    [{ title: "Program" }, ...quantileHead(quantiles)],
    groups.map(({ title, values }) => ({ cells: [title, ...quantileCells(values, quantiles, metric)] })),
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

interface Quantile {
  readonly title: string;
  readonly share: number;
  /** Told of many runs only: of few it would be a number between the same two runs as its neighbour. */
  readonly ofMany: boolean;
}

const quantileNote = "Quantiles between two runs are interpolated (Hyndman and Fan, type 7).";
const allQuantiles: readonly Quantile[] = [
  { title: "Fastest", share: 0, ofMany: false },
  { title: "5 %", share: 0.05, ofMany: true },
  { title: "25 %", share: 0.25, ofMany: true },
  { title: "Median", share: 0.5, ofMany: false },
  { title: "75 %", share: 0.75, ofMany: true },
  { title: "95 %", share: 0.95, ofMany: true },
  { title: "Slowest", share: 1, ofMany: false },
];
const many = 8;

/** Which quantiles a table shows: all where some row has many runs. */
function quantilesOf(rows: readonly (readonly number[])[]): readonly Quantile[] {
  return rows.some(({ length }) => length >= many)
    ? allQuantiles
    : allQuantiles.filter(({ ofMany }) => !ofMany);
}

function quantileHead(quantiles: readonly Quantile[]): readonly HtmlColumn[] {
  return ["Runs", ...quantiles.map(({ title }) => title)].map((title) => ({ title, kind: "number" }));
}

function quantileCells(
  values: readonly number[],
  quantiles: readonly Quantile[],
  metric: MetricId,
): readonly string[] {
  const sorted = values.toSorted((left, right) => left - right);
  const texts = quantiles.map(({ share }) =>
    sorted.length === 0 ? "" : amountText(quantile(sorted, share), metric),
  );
  return [String(sorted.length), ...texts];
}

function unitOf(metric: MetricId): string {
  return metric === "maxRss" ? "megabytes" : "milliseconds";
}

/** Single runs are shown with three digits: their spread is the point of the table. */
function amountText(value: number, metric: MetricId): string {
  return String(Number((value * (metric === "maxRss" ? 1e-6 : 1e3)).toPrecision(3)));
}

const lineHeight = 90;
/** Runs further from the middle than this stand at the edge. */
const widest = Math.log(1.25);

/** Every run over the median of its variant, in the order of the session. */
export function timelinePart({ blocks }: Session, sides: readonly SideRuns[]): Html {
  const total = blocks.reduce((sum, { observations }) => sum + observations.length, 0);
  const edges = blockEdges(blocks);
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
  return html`${charts}<p class="soft">Up is slower than the median of its own variant, by up to 25 % at the edge; upright lines are ends of blocks${edges.length === 0 ? " (too many to draw)" : ""}.</p>${blockFold(blocks, sides)}`;
}

/** Where one block ends and the next begins; none where lines would cover the runs. */
function blockEdges(blocks: Session["blocks"]): readonly number[] {
  if (blocks.length > 80) return [];
  let end = 0;
  return blocks.slice(0, -1).map(({ observations }) => {
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

function blockFold(blocks: Session["blocks"], sides: readonly SideRuns[]): Html {
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

/** Every variant that was timed, so that a reader can redo the arithmetic; `describe` says what a column is. */
export function variantTables(
  { metric }: Page,
  sides: readonly SideRuns[],
  {
    heading,
    describe,
  }: { readonly heading: string; readonly describe: (column: Column, side: Side) => string },
): readonly Html[] {
  return sides.map(({ subject, title, side, runs }) => {
    const valuesOf = ({ id }: Column) =>
      runs.flatMap(({ observation, value }) => (observation.column === id ? [value] : []));
    const quantiles = quantilesOf(side.columns.map(valuesOf));
    const rows = side.columns.map((column) => {
      const values = valuesOf(column);
      return {
        cells: [
          column.id,
          describe(column, side),
          howHtml(column.setting),
          ...quantileCells(values, quantiles, metric),
        ],
      };
    });
    return html`<div${subjectMark(subject)}>${htmlTable(
      `Variants of ${title}, ${unitOf(metric)}`,
      [{ title: "Column" }, { title: heading }, { title: "How" }, ...quantileHead(quantiles)],
      rows,
    )}</div>`;
  });
}
