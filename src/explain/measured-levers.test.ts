import { expect, test } from "vitest";
import { fakeSetting } from "../../test/support/fake-built-language.ts";
import { estimate } from "../../test/support/report-parts.ts";
import { processorSettings } from "../languages/native/go-runtime-settings.ts";
import type { TimeMetric } from "../model/plan.ts";
import { applyPatches, baselineSetting, type SettingPatch } from "../model/setting.ts";
import { type MeasuredLever, withMeasuredPromise } from "./measured-levers.ts";

function lever(patch: SettingPatch, gains: Partial<Record<TimeMetric, number>>): MeasuredLever {
  return {
    subject: "go",
    setting: applyPatches(baselineSetting, [patch]),
    gains: new Map(
      (["cpuTime", "wallTime"] as const).flatMap((metric) => {
        const value = gains[metric];
        return value === undefined ? [] : [[metric, estimate(value, 0.05)] as const];
      }),
    ),
  };
}

const oneProcessor: SettingPatch = { run: { cpuCount: 1, env: { GOMAXPROCS: "1" } } };
const [one] = processorSettings(8);
const settings = [
  fakeSetting("dear", { dimension: "dear", promise: 22 }),
  ...(one === undefined ? [] : [one]),
  fakeSetting("cheap", { dimension: "cheap", promise: 1 }),
];

function order(...levers: readonly MeasuredLever[]): readonly string[] {
  return withMeasuredPromise(settings, levers, "cpuTime")
    .toSorted((left, right) => right.promise - left.promise)
    .map(({ id }) => id);
}

test.each<readonly [string, Partial<Record<TimeMetric, number>>, readonly string[]]>([
  [
    "helped comes first, also where it was bound to one processor besides",
    { cpuTime: 1.75 },
    ["gomaxprocs-1", "dear", "cheap"],
  ],
  [
    "helped in both kinds of time comes first",
    { cpuTime: 1.75, wallTime: 1.2 },
    ["gomaxprocs-1", "dear", "cheap"],
  ],
  [
    "costs time of the other kind keeps its place",
    { cpuTime: 0.2, wallTime: -0.7 },
    ["dear", "gomaxprocs-1", "cheap"],
  ],
  ["is not known to help keeps its place", { cpuTime: 0.01 }, ["dear", "gomaxprocs-1", "cheap"]],
  ["hurt comes last", { cpuTime: -0.5 }, ["dear", "cheap", "gomaxprocs-1"]],
  [
    "was measured in the other kind of time only keeps its place",
    { wallTime: 1 },
    ["dear", "gomaxprocs-1", "cheap"],
  ],
])("a setting that %s", (_, gains, expected) => {
  expect(order(lever(oneProcessor, gains))).toEqual(expected);
});

test("of two that helped the more helpful one comes first; another value or other flags are another setting", () => {
  const cheap = { build: { flags: { compile: ["-fneutral=cheap"] } } };
  expect(order(lever(oneProcessor, { cpuTime: 0.5 }), lever(cheap, { cpuTime: 0.7 }))).toEqual([
    "cheap",
    "gomaxprocs-1",
    "dear",
  ]);
  const others = [
    lever({ run: { env: { GOMAXPROCS: "2" } } }, { cpuTime: 2 }),
    lever({ run: { cpuCount: 1 } }, { cpuTime: 2 }),
    lever({ build: { flags: { compile: ["-fneutral=cheap", "-O3"] } } }, { cpuTime: 2 }),
  ];
  expect(order(...others)).toEqual(["dear", "gomaxprocs-1", "cheap"]);
});
