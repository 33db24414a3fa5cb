import { toEstimate } from "../attribute/estimate.ts";
import { ensure } from "../base/assert.ts";
import { median } from "../base/statistics.ts";
import type { Estimate } from "../model/estimate.ts";
import type { Contrast } from "../model/inference.ts";
import type { MetricId } from "../model/plan.ts";
import type { SettingCosts, Tuning, Warning, Win } from "../model/report.ts";
import { factorText } from "../report/quantities.ts";
import { titlesOf } from "./subject-title.ts";
import { type Candidate, candidatesOf, checkSet, executableBytes } from "./tune-candidates.ts";
import type { Finals } from "./tune-final.ts";
import type { TuningRig } from "./tune-measure.ts";
import type { SearchFrame } from "./tune-search.ts";
import type { SearchedSide } from "./tune-side.ts";
import { judgeOptions, type MeasuredOption, type WinVerdict, withdrawUnconfirmed } from "./tune-verdicts.ts";

export interface TunedSide {
  readonly wins: readonly Win[];
  readonly tuning: Tuning;
  readonly warnings: readonly Warning[];
}

const methods = {
  alone: "t on pooled strata, each setting alone",
  final: "t on blocks that the search did not see",
} as const;

/** A search and its final comparison as the report's values. */
export async function describeTuning(
  rig: TuningRig,
  side: SearchedSide,
  finals: Finals,
  frame: SearchFrame,
): Promise<TunedSide> {
  const { searched, tuned } = side;
  const final = finals.comparisons.get(tuned.subject);
  const measured = withdrawUnconfirmed(judgeOptions(side.candidates, searched.rounds, frame), final);
  const best = await bestSet(rig, side, finals, frame);
  const interrupted = searched.interrupted || finals.interrupted;
  return {
    wins: measured.map((one) => winOf(rig, side, one, frame)).toSorted(byVerdict),
    tuning: {
      subject: tuned.subject,
      metric: frame.primary,
      ...(best === undefined ? {} : { best }),
      dropped: [...side.dropped, ...untriedOf(side)],
      searchBlocks: searched.blocks,
      finalBlocks: searched.best === undefined ? 0 : finals.blocks.length,
      stoppedBy: interrupted ? "interrupted" : ranOut(side, finals) ? "budget" : "finished",
    },
    warnings: unconfirmed(rig, side, finals, frame),
  };
}

function ranOut({ outOfTime, searched }: SearchedSide, { skipped }: Finals): boolean {
  return outOfTime || skipped || searched.untried.length > 0;
}

const verdictOrder: Readonly<Record<WinVerdict, number>> = {
  gain: 0,
  undetermined: 1,
  "no difference": 2,
  hurts: 3,
};

function byVerdict(left: Win, right: Win): number {
  const place = ({ verdict = "undetermined" }: Win) => verdictOrder[verdict];
  return place(left) - place(right) || right.gain.value - left.gain.value;
}

function winOf(rig: TuningRig, side: SearchedSide, measured: MeasuredOption, frame: SearchFrame): Win {
  const { setting } = ensure(
    side.candidates.find(({ id }) => id === measured.option.id),
    `setting ${measured.option.id}`,
  );
  return {
    subject: side.tuned.subject,
    id: setting.id,
    setting: setting.title,
    change: setting.change,
    gain: toEstimate(measured.gain, frame.confidence, methods.alone),
    costs: [...setting.costs, ...trainedOn(rig, [setting])],
    ...measuredCosts(measured.shifts, frame),
    deployable: setting.deployable,
    verdict: measured.verdict,
  };
}

/** Less than that is not worth a line. */
const noticeable = 0.05;

/** What the same runs say of memory and of the other kind of time, where it surely moved. */
function measuredCosts(
  shifts: ReadonlyMap<MetricId, Contrast>,
  frame: SearchFrame,
): Pick<Win, "measuredCosts"> {
  const other = frame.primary === "wallTime" ? "cpuTime" : "wallTime";
  const memory = priceOf(shifts.get("maxRss"), frame, methods.alone);
  const time = priceOf(shifts.get(other), frame, methods.alone);
  const costs = {
    ...(memory !== undefined && surelyMoved(memory) ? { maxRss: memory } : {}),
    ...(time !== undefined && surelyMoved(time) && time.value > 0 ? { [other]: time } : {}),
  };
  return Object.keys(costs).length === 0 ? {} : { measuredCosts: costs };
}

function surelyMoved({ value, low, high }: Estimate): boolean {
  return Math.abs(value) > noticeable && (low > 0 || high < 0);
}

/** With the set over as it is: positive costs more. */
function priceOf(
  shift: Contrast | undefined,
  { confidence }: SearchFrame,
  method: string,
): Estimate | undefined {
  if (shift === undefined) return undefined;
  return toEstimate({ ...shift, value: -shift.value }, confidence, method);
}

function trainedOn({ bench }: TuningRig, settings: readonly Candidate["setting"][]): readonly string[] {
  const trained = settings.some(({ patch }) => typeof patch === "function");
  return trained && bench.surroundings.workload.training === undefined
    ? [
        "It learned from the very input that is measured, which flatters it: name another one under [training] in the case file.",
      ]
    : [];
}

async function bestSet(
  rig: TuningRig,
  side: SearchedSide,
  finals: Finals,
  frame: SearchFrame,
): Promise<Tuning["best"]> {
  const { searched, candidates, tuned } = side;
  const final = finals.comparisons.get(tuned.subject);
  if (searched.best === undefined || final?.verdict !== "gain") return undefined;
  const set = candidatesOf(candidates, searched.best);
  const settings = set.map(({ setting }) => setting);
  const memory = priceOf(final.shifts.get("maxRss"), frame, methods.final);
  const bytes = await bytesOf(rig, side, set);
  const times = buildTimes(rig, finals, set);
  const costs: SettingCosts = {
    ...(memory === undefined ? {} : { maxRss: memory }),
    ...(bytes === undefined ? {} : { binaryBytes: bytes }),
    ...(times === undefined ? {} : { buildTimeMs: times }),
    notes: [...new Set([...settings.flatMap((setting) => setting.costs), ...trainedOn(rig, settings)])],
  };
  return {
    settings: set.map(({ id }) => id),
    change: joinChanges(settings.map(({ change }) => change)),
    gain: toEstimate(final.gain, frame.confidence, methods.final),
    costs,
  };
}

async function bytesOf(
  { bench }: TuningRig,
  { baseline }: SearchedSide,
  set: readonly Candidate[],
): Promise<SettingCosts["binaryBytes"]> {
  if (set.every(({ setting }) => setting.stage === "run")) return undefined;
  const built = await checkSet(bench, baseline, set);
  if (!built.ok) return undefined;
  return { before: await executableBytes(baseline.artifact), after: await executableBytes(built.value) };
}

/** Median time of the builds of the final blocks: links with another layout, everything else compiled before. */
function buildTimes(
  { buildTimesMs }: TuningRig,
  { plan }: Finals,
  set: readonly Candidate[],
): SettingCosts["buildTimeMs"] {
  if (set.every(({ setting }) => setting.stage === "run")) return undefined;
  const columns = plan.sides.flatMap((side) => side.columns);
  const of = (best: boolean) =>
    columns.filter(({ cell }) => (cell !== 0) === best).flatMap(({ id }) => buildTimesMs.get(id) ?? []);
  const [before, after] = [of(false), of(true)];
  return before.length === 0 || after.length === 0
    ? undefined
    : { before: median(before), after: median(after) };
}

/** Changes in one place stand in one line. */
function joinChanges(changes: readonly Readonly<Record<string, string>>[]): Readonly<Record<string, string>> {
  const joined = new Map<string, string>();
  for (const [place, what] of changes.flatMap((change) => Object.entries(change)))
    joined.set(place, joined.has(place) ? `${joined.get(place)}; ${what}` : what);
  return Object.fromEntries(joined);
}

function untriedOf({ searched, candidates }: SearchedSide): Tuning["dropped"] {
  return searched.untried.map(({ id }) => ({
    id,
    setting: candidates.find((candidate) => candidate.id === id)?.setting.title ?? id,
    reason: searched.interrupted
      ? "it was not measured: interrupted"
      : "it was not measured: the budget did not reach; a larger --budget would",
  }));
}

/** What the search liked and fresh blocks did not: said, so that nobody takes the search's own numbers for a gain. */
function unconfirmed(
  { bench }: TuningRig,
  side: SearchedSide,
  finals: Finals,
  frame: SearchFrame,
): readonly Warning[] {
  const { searched, candidates, tuned } = side;
  if (searched.best === undefined) return [];
  const final = finals.comparisons.get(tuned.subject);
  if (final?.verdict === "gain") return [];
  const names = candidatesOf(candidates, searched.best).map(({ setting }) => setting.title);
  const list = names.join(", ");
  const title = titlesOf(bench.contenders)(tuned.subject);
  if (final === undefined)
    return [
      {
        code: "set-not-compared",
        message: `The best set that the search found for ${title} (${list}) was not compared on fresh blocks (${finals.interrupted ? "interrupted" : "the budget was used up"}), so no gain of it is claimed.`,
        appliesTo: tuned.subject,
      },
    ];
  const gain = toEstimate(final.gain, frame.confidence, methods.final);
  return [
    {
      code: "set-not-confirmed",
      message: `The best set that the search found for ${title} (${list}) was not shown to be faster on fresh blocks: ${factorText(gain)}.`,
      appliesTo: tuned.subject,
    },
  ];
}
