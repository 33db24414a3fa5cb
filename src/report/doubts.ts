import type { MetricId } from "../model/plan.ts";
import type { Report, Warning } from "../model/report.ts";
import { subjectNames } from "./answer.ts";

/** Caveats that hold of the method, or of what was looked at besides: one line each is enough where space is short. */
const generalCodes = new Set([
  "knob-not-cause",
  "joint-coverage",
  "hole-bounded",
  "one-layout-ships",
  "sequential-stop",
  "not-counted",
]);

export interface Doubts {
  /** What this run's numbers suffer from. */
  readonly special: readonly string[];
  readonly general: readonly string[];
  /** Doubts about metrics that do not decide: in the report only. */
  readonly elsewhere: number;
}

/** Warnings in the order in which they matter to a reader, each message once. */
export function sortDoubts({ warnings }: Pick<Report, "warnings">, metric: MetricId): Doubts {
  const here = warnings.filter((warning) => concerns(warning, metric));
  const messages = (list: readonly Warning[]) => [...new Set(list.map(({ message }) => message))];
  const special = messages(here.filter(({ code }) => !generalCodes.has(code)));
  const general = messages(here.filter(({ code }) => generalCodes.has(code)));
  const all = new Set(warnings.map(({ message }) => message));
  return { special, general, elsewhere: all.size - special.length - general.length };
}

/** The same for where no place stands beside a doubt: "Go over C: ..." where there are several pairs and it is not of all. */
export function sortPlacedDoubts(report: Report, metric: MetricId): Doubts {
  const name = subjectNames(report);
  const pairs = report.gaps
    .filter((gap) => gap.metric === metric)
    .map(({ slow, fast }) => ({ slow, fast, place: `${slow} against ${fast}, ${metric}` }));
  const isOf = (message: string, place: string) =>
    report.warnings.some((warning) => warning.message === message && warning.appliesTo === place);
  const placed = (warning: Warning): Warning => {
    const { message, appliesTo } = warning;
    const pair = pairs.find(({ place }) => place === appliesTo);
    if (pair === undefined || pairs.every(({ place }) => isOf(message, place))) return warning;
    return { ...warning, message: `${name(pair.slow)} over ${name(pair.fast)}: ${message}` };
  };
  const { special, general } = sortDoubts({ warnings: report.warnings.map(placed) }, metric);
  return { special, general, elsewhere: sortDoubts(report, metric).elsewhere };
}

/** A warning about one metric ends its `appliesTo` with it. */
function concerns({ appliesTo }: Warning, metric: MetricId): boolean {
  const named = /, (cpuTime|wallTime|maxRss|latencyP\d\d)$/.exec(appliesTo)?.[1];
  return named === undefined || named === metric;
}
