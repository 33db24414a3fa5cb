import { InvalidArgumentError } from "commander";
import { printable } from "../base/printable.ts";
import { parseDurationMs } from "../base/quantity.ts";
import { didYouMean } from "../base/suggest.ts";
import type { MetricId } from "../model/plan.ts";

/** Names of metrics as people type them. */
const metricNames: Readonly<Record<string, MetricId>> = {
  cpu: "cpuTime",
  wall: "wallTime",
  memory: "maxRss",
  "latency-p50": "latencyP50",
  "latency-p95": "latencyP95",
  "latency-p99": "latencyP99",
};

export function durationValue(text: string): number {
  const milliseconds = parseDurationMs(text);
  if (milliseconds === undefined)
    throw new InvalidArgumentError('Write a time such as "90s", "15m" or "1h".');
  return milliseconds;
}

export function precisionValue(text: string): number {
  const value = Number(text);
  if (text.trim() === "" || !(value > 0 && value < 1))
    throw new InvalidArgumentError(
      "Write a number between 0 and 1; 0.02 means intervals of about 2 % each way.",
    );
  return value;
}

export function seedValue(text: string): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value > 0xffff_ffff)
    throw new InvalidArgumentError("Write a whole number from 0 to 4294967295.");
  return value;
}

export function portValue(text: string): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value > 65_535)
    throw new InvalidArgumentError("Write a port from 1 to 65535, or 0 for any that is free.");
  return value;
}

export function toleranceValue(text: string): number {
  const value = Number(text);
  if (text.trim() === "" || !(value >= 0) || value === Number.POSITIVE_INFINITY)
    throw new InvalidArgumentError("Write a number that is not negative, such as 1e-9.");
  return value;
}

export function metricsValue(text: string): readonly MetricId[] {
  const metrics = listValue(text).map((name) => {
    const metric = metricNames[name];
    if (metric !== undefined) return metric;
    const near = didYouMean(name, Object.keys(metricNames));
    throw new InvalidArgumentError(
      `"${printable(name)}" is no metric${near === "" ? "." : near} Known: ${Object.keys(metricNames).join(", ")}.`,
    );
  });
  return [...new Set(metrics)];
}

export function listValue(text: string): readonly string[] {
  const items = text.split(",").map((item) => item.trim());
  if (items.some((item) => item === ""))
    throw new InvalidArgumentError("Write names with commas between them.");
  return items;
}

/** Collects NAME=VALUE of a repeated option. */
export function environmentValue(
  text: string,
  before: Readonly<Record<string, string>> | undefined,
): Readonly<Record<string, string>> {
  const equals = text.indexOf("=");
  if (equals <= 0) throw new InvalidArgumentError("Write NAME=VALUE.");
  return { ...before, [text.slice(0, equals)]: text.slice(equals + 1) };
}

/** A bound that a gap must not surely cross: `cpu>1.05`, or `go/rust cpu>1.05` for one direction. */
export interface FailOn {
  readonly written: string;
  readonly metric: MetricId;
  readonly ratio: number;
  readonly over?: { readonly numerator: string; readonly denominator: string };
}

export function failOnValue(text: string): FailOn {
  const match = /^\s*(?:([^\s/]+)\/([^\s/]+)\s+)?([a-z]+(?:-p\d\d)?)\s*>\s*(\d+(?:\.\d+)?)\s*$/.exec(text);
  const metric = metricNames[match?.[3] ?? ""];
  const ratio = Number(match?.[4]);
  if (match === null || metric === undefined || !(ratio > 0))
    throw new InvalidArgumentError('Write METRIC>RATIO in quotes, such as "cpu>1.05" or "go/rust wall>2".');
  const [, numerator, denominator] = match;
  return {
    written: text.trim(),
    metric,
    ratio,
    ...(numerator === undefined || denominator === undefined ? {} : { over: { numerator, denominator } }),
  };
}
