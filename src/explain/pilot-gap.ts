import { mean, studentQuantile, variance } from "../base/statistics.ts";
import type { PilotSubject } from "../measure/pilot-subject.ts";
import type { Estimate } from "../model/estimate.ts";
import type { MetricId } from "../model/plan.ts";
import type { Gap } from "../model/report.ts";
import { cpuTimeNs } from "../model/run-exit.ts";

/**
 * The first answer: the slowest against the fastest over the pilot's rounds, a t interval on paired log ratios. Layouts
 * are not averaged yet, so the blocks may move it. Undefined when the metric cannot be had from the pilot.
 */
export function pilotGap(subjects: readonly PilotSubject[], metric: MetricId): Gap | undefined {
  if (metric !== "cpuTime" && metric !== "wallTime") return undefined;
  const logs = subjects.map((subject) => ({ subject: subject.subject, values: logTimes(subject, metric) }));
  if (logs.some(({ values }) => values.length < 2 || values.length !== logs[0]?.values.length))
    return undefined;
  const ordered = logs.toSorted((left, right) => mean(left.values) - mean(right.values));
  const [fast, slow] = [ordered[0], ordered.at(-1)];
  if (fast === undefined || slow === undefined || fast === slow) return undefined;
  const differences = slow.values.map((value, round) => value - (fast.values[round] ?? 0));
  const logRatio = tEstimate(differences);
  const ratio: Estimate = {
    ...logRatio,
    value: Math.exp(logRatio.value),
    low: Math.exp(logRatio.low),
    high: Math.exp(logRatio.high),
  };
  return { slow: slow.subject, fast: fast.subject, metric, logRatio, ratio };
}

function logTimes({ runs }: PilotSubject, metric: "cpuTime" | "wallTime"): readonly number[] {
  return runs.flatMap((run) => {
    const time = metric === "wallTime" ? run.wallTimeNs : cpuTimeNs(run);
    return time === undefined || time <= 0 ? [] : [Math.log(time)];
  });
}

function tEstimate(values: readonly number[]): Estimate {
  const confidence = 0.95;
  const value = mean(values);
  const half =
    studentQuantile(0.5 + confidence / 2, values.length - 1) * Math.sqrt(variance(values) / values.length);
  return { value, low: value - half, high: value + half, confidence, method: "paired t over pilot rounds" };
}
