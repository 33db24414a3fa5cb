import { formatDuration } from "../base/quantity.ts";
import type { ProgressEvent } from "../model/progress.ts";
import { percentText } from "./quantities.ts";

export type BlockDone = Extract<ProgressEvent, { kind: "blockDone" }>;
type GapKnown = Extract<ProgressEvent, { kind: "gapKnown" }>;
type PlanMade = Extract<ProgressEvent, { kind: "planMade" }>;

/** What a run is doing and what is known of it so far; the terminal and the served page both show this. */
export interface ProgressState {
  /** What is being done now; empty before the first event. */
  readonly now: string;
  readonly subjects: number;
  /** The gap before any cause is known. */
  readonly firstLook?: GapKnown["gap"];
  readonly plan?: PlanMade;
  readonly block?: BlockDone;
}

export const nothingYet: ProgressState = { now: "", subjects: 0 };

/** The state after an event; the same value where the event changes nothing that is shown. */
export function nextState(state: ProgressState, event: ProgressEvent): ProgressState {
  switch (event.kind) {
    case "buildStarted":
      return { ...state, now: `building ${event.what}, ${event.builds} to make` };
    case "buildDone":
      return { ...state, now: `building, ${event.done}/${event.builds}, ${event.cached} from the cache` };
    case "stageStarted":
      return { ...state, now: event.stage };
    case "tuningStep":
      return { ...state, now: `trying settings of ${event.subject}, ${event.done}/${event.of}` };
    case "pilotDone":
      return { ...state, subjects: Object.keys(event.typicalWallTimeNs).length };
    case "gapKnown":
      return { ...state, firstLook: event.gap };
    case "planMade":
      return { ...state, plan: event };
    case "blockStarted":
      return { ...state, now: `block ${event.block + 1}, its runs in random order` };
    case "blockDone":
      return { ...state, block: event, now: `linking block ${event.block + 2} with new layouts` };
    case "hostDescribed":
    case "runOpened":
    case "verified":
    case "screened":
    case "warning":
    case "note":
    case "finished":
      return state;
  }
}

/** "3/12 blocks, 45 s left; known to 6.2 %, wanted 2 %"; after the last one nothing is left. */
export function measuredText(block: BlockDone): string {
  const { halfWidth, wantedHalfWidth } = block;
  const width =
    halfWidth === undefined || !Number.isFinite(halfWidth)
      ? ""
      : `; known to ${percentText(halfWidth)}, wanted ${percentText(wantedHalfWidth)}`;
  const { done, blocks } = doneOf(block);
  return `${[`${done}/${blocks} blocks`, ...timeLeft(block)].join(", ")}${width}`;
}

/** "45 s left", nothing after the last block. */
export function timeLeft(block: BlockDone): readonly string[] {
  const { done, blocks } = doneOf(block);
  return done === blocks ? [] : [`${formatDuration(block.etaMs)} left`];
}

/** Blocks that are done and those that there will be by the forecast, never fewer. */
export function doneOf({ block, blocksForecast }: BlockDone): {
  readonly done: number;
  readonly blocks: number;
} {
  return { done: block + 1, blocks: Math.max(block + 1, blocksForecast) };
}
