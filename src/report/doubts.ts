import type { MetricId } from "../model/plan.ts";
import type { Report, Warning } from "../model/report.ts";

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
export function sortDoubts(report: Report, metric: MetricId): Doubts {
  const here = report.warnings.filter((warning) => concerns(warning, metric));
  const messages = (list: readonly Warning[]) => [...new Set(list.map(({ message }) => message))];
  const special = messages(here.filter(({ code }) => !generalCodes.has(code)));
  const general = messages(here.filter(({ code }) => generalCodes.has(code)));
  const all = new Set(report.warnings.map(({ message }) => message));
  return { special, general, elsewhere: all.size - special.length - general.length };
}

/** A warning about one metric ends its `appliesTo` with it. */
function concerns({ appliesTo }: Warning, metric: MetricId): boolean {
  const named = /, (cpuTime|wallTime|maxRss|latencyP\d\d)$/.exec(appliesTo)?.[1];
  return named === undefined || named === metric;
}
