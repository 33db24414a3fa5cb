/**
 * The search for the best set of settings: every setting alone, then sets of those that help. Nothing that it sees
 * becomes the reported gain of the set: that comes from fresh blocks, so that being the best of many costs no honesty.
 */
import { halfWidth } from "../base/statistics.ts";
import type { Contrast } from "../model/inference.ts";
import { bestArm, isNegligible, neighbours, poolGains, promised, winners } from "./combine.ts";
import { finalRepeats } from "./final-blocks.ts";
import {
  type Arm,
  armName,
  columnCount,
  type Option,
  type Round,
  type RoundResult,
  type SearchProblem,
  type SearchStep,
  type Standing,
} from "./search-problem.ts";

/** Parts of the budget; what they leave is the final comparison's. */
const aloneShare = 0.45;
const searchShare = 0.65;

/** From four blocks on outlying runs are told from the rest. */
const wantedBlocks = 4;
const fewestBlocks = 2;
const mostBlocksOfSecondLook = 8;
const mostTogetherRounds = 3;
/** A setting is given up early only where it surely loses: its verdict rests on the blocks until then. */
const racingConfidence = 0.99;

/** What to do now; the same for the same standing. */
export function nextStep(problem: SearchProblem, standing: Standing): SearchStep {
  const round =
    firstLook(problem, standing) ?? secondLook(problem, standing) ?? togetherRound(problem, standing);
  if (round !== undefined) return { kind: "round", round };
  const best = bestArm(problem, standing.rounds);
  return { kind: "found", ...(best === undefined ? {} : { best }) };
}

/** Milliseconds up to a share of the budget, as far as they leave the final comparison its two blocks. */
function limitOf(
  { budgetMs }: Pick<SearchProblem, "budgetMs">,
  { spentMs, columnMs }: Pick<Standing, "spentMs" | "columnMs">,
  share: number,
): number {
  return Math.min(share * budgetMs, budgetMs - finalMs(columnMs)) - spentMs;
}

/** Two blocks of the final comparison. */
function finalMs(columnMs: number): number {
  return 2 * (2 * finalRepeats + 1) * columnMs;
}

/**
 * Every setting that the budget reaches and that was not looked at, the most promising first, and the most promising of
 * all kinds together. What a run takes is a guess before the first round, so a second one may find time for more.
 */
function firstLook(problem: SearchProblem, standing: Standing): Round | undefined {
  const { rounds, spentMs, columnMs } = standing;
  if (rounds.some((round) => round.kind === "together" || isSecondLook(round, rounds))) return undefined;
  const limitMs = limitOf(problem, standing, aloneShare);
  const asked = new Set(rounds.flatMap(({ arms }) => arms.map(armName)));
  const byPromise = problem.options.toSorted((left, right) => right.promise - left.promise);
  const singles = byPromise.map(({ id }): Arm => [id]).filter((arm) => !asked.has(armName(arm)));
  if (singles.length === 0) return undefined;
  const together = rounds.length === 0 ? promised(problem) : undefined;
  const arms = together === undefined ? singles : [...singles, together];
  for (let blocks = wantedBlocks; blocks > fewestBlocks; blocks--)
    if (blocks * columnCount(arms.length) * columnMs <= limitMs)
      return { kind: "alone", arms, blocks, limitMs };
  const most = armsWithin(limitMs / (fewestBlocks * columnMs));
  if (most > 0) return { kind: "alone", arms: arms.slice(0, most), blocks: fewestBlocks, limitMs };
  // With so little time the verdict on one setting is worth more than a final comparison that has nothing to compare.
  const whole = armsWithin((problem.budgetMs - spentMs) / (fewestBlocks * columnMs));
  return whole === 0 || rounds.length > 0
    ? undefined
    : { kind: "alone", arms: arms.slice(0, 1), blocks: fewestBlocks, limitMs };
}

/** A round of arms that an earlier round has measured. */
function isSecondLook({ arms }: RoundResult, rounds: readonly RoundResult[]): boolean {
  return arms.some(
    (arm) => rounds.filter((round) => round.arms.some((other) => armName(other) === armName(arm))).length > 1,
  );
}

/** Fewer blocks give a setting no verdict. */
const leastBlocksOfVerdict = 3;

/** How many settings the first look can measure alone with a verdict on each; to try more of them once is wasted. */
export function measurableSettings(budgetMs: number, columnMs: number): number {
  const limitMs = limitOf({ budgetMs }, { spentMs: 0, columnMs }, aloneShare);
  return armsWithin(limitMs / (leastBlocksOfVerdict * columnMs));
}

/** The least budget that measures so many settings; the other way round of measurableSettings. */
export function budgetToMeasure(settings: number, columnMs: number): number {
  const roundMs = leastBlocksOfVerdict * columnCount(settings) * columnMs;
  return Math.max(roundMs / aloneShare, roundMs + finalMs(columnMs));
}

/** The largest number of arms whose block has at most so many columns. */
function armsWithin(columns: number): number {
  let arms = 0;
  while (columnCount(arms + 1) <= columns) arms++;
  return arms;
}

/** More blocks for the settings that neither surely lose nor surely do nothing, until the width is reached. */
function secondLook(problem: SearchProblem, standing: Standing): Round | undefined {
  const { rounds, columnMs } = standing;
  const [first] = rounds;
  if (first === undefined) return undefined;
  if (rounds.some((round) => round.kind === "together" || isSecondLook(round, rounds))) return undefined;
  const gains = poolGains(rounds);
  const open = rounds.flatMap(({ arms }) =>
    arms.flatMap((arm) => {
      const gain = gains.get(armName(arm));
      return gain === undefined || surelyLoses(gain) || isNegligible(gain, problem) ? [] : [{ arm, gain }];
    }),
  );
  if (open.length === 0) return undefined;
  const widest = Math.max(...open.map(({ gain }) => halfWidth(gain, problem.confidence)));
  const wanted = Math.ceil(first.blocks * ((widest / problem.precision) ** 2 - 1));
  // Without a setting to put into a set, the time for sets serves the verdicts on single ones.
  const share = winners(problem, rounds).length === 0 ? searchShare : aloneShare;
  const limitMs = limitOf(problem, standing, share);
  const affordable = Math.floor(limitMs / (columnCount(open.length) * columnMs));
  const blocks = Math.min(wanted, affordable, mostBlocksOfSecondLook);
  const arms = open.map(({ arm }) => arm);
  return blocks < fewestBlocks ? undefined : { kind: "alone", arms, blocks, limitMs };
}

function surelyLoses(gain: Contrast): boolean {
  return gain.value + halfWidth(gain, racingConfidence) < 0;
}

/** The best set so far beside the sets that differ from it by one setting. */
function togetherRound(problem: SearchProblem, standing: Standing): Round | undefined {
  const { rounds, columnMs } = standing;
  const before = rounds.filter(({ kind }) => kind === "together");
  if (before.length >= mostTogetherRounds) return undefined;
  const helping = before.length === 0 ? winners(problem, rounds) : [];
  const incumbent: Arm = helping.length > 0 ? helping : (bestArm(problem, rounds) ?? []);
  if (incumbent.length === 0) return undefined;
  const asked = new Set(before.flatMap(({ arms }) => arms.map(armName)));
  const fresh = neighbours(problem, rounds, incumbent).filter((arm) => !asked.has(armName(arm)));
  const limitMs = limitOf(problem, standing, searchShare);
  const room = armsWithin(limitMs / (wantedBlocks * columnMs));
  const arms = [incumbent, ...fresh].slice(0, room);
  const tellsNothingNew = arms.length < 2 && (incumbent.length < 2 || asked.has(armName(incumbent)));
  return tellsNothingNew || arms.length === 0
    ? undefined
    : { kind: "together", arms, blocks: wantedBlocks, limitMs };
}

/** Settings that no round has measured. */
export function untried(problem: SearchProblem, standing: Standing): readonly Option[] {
  const asked = new Set(standing.rounds.flatMap(({ arms }) => arms.map(armName)));
  return problem.options.filter(({ id }) => !asked.has(armName([id])));
}
