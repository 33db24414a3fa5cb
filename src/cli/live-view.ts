import { printable } from "../base/printable.ts";
import { formatDuration } from "../base/quantity.ts";
import type { LiveContribution, ProgressEvent } from "../model/progress.ts";
import { textBar } from "../report/bar.ts";
import { factorText, percentText, showFactor } from "../report/quantities.ts";
import type { LiveLine } from "./live-region.ts";
import type { Terminal } from "./terminal.ts";

type BlockDone = Extract<ProgressEvent, { kind: "blockDone" }>;

/** What the foot of the terminal shows; each event gives the next state. */
export interface LiveState {
  /** What is being done now. */
  readonly now: string;
  readonly block?: BlockDone;
  /** "go over rust", where there are two programs only. */
  readonly pair: string;
  readonly subjects: number;
  /** Runs in a block. */
  readonly runs: number;
}

export const nothingYet: LiveState = { now: "", pair: "", subjects: 0, runs: 0 };

/** The state after an event; the same value where the event changes nothing that is shown. */
export function nextState(state: LiveState, event: ProgressEvent): LiveState {
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
      return { ...state, pair: state.subjects > 2 ? "" : `${event.gap.slow} over ${event.gap.fast} ` };
    case "planMade":
      return { ...state, runs: event.sides.reduce((sum, { columns }) => sum + columns, 0) };
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

const mostCauses = 8;

export function liveLines(state: LiveState, terminal: Terminal): readonly LiveLine[] {
  const { errStyle } = terminal;
  const now: LiveLine[] =
    state.now === "" ? [] : [{ text: label("now", printable(state.now)), style: errStyle.faint }];
  return state.block === undefined ? now : [...blockLines(state.block, state, terminal), ...now];
}

function label(word: string, text: string): string {
  return `${word.padEnd(9)} ${text}`;
}

function blockLines(block: BlockDone, state: LiveState, terminal: Terminal): readonly LiveLine[] {
  const { errStyle, unicode } = terminal;
  const done = block.block + 1;
  const blocks = Math.max(done, block.blocksForecast);
  const bar = textBar(
    { low: done / blocks, high: 1 },
    { min: 0, max: 1 },
    terminal.columns >= 70 ? 16 : 8,
    unicode,
  );
  return [
    ...(block.gap === undefined
      ? []
      : [{ text: label("gap", `${printable(state.pair)}${factorText(block.gap)}`), style: errStyle.strong }]),
    ...causeLines(block, terminal),
    {
      text: label(
        "measure",
        `${bar} ${done}/${blocks} blocks, ${formatDuration(block.etaMs)} left${widthText(block)}`,
      ),
    },
  ];
}

function widthText({ halfWidth, wantedHalfWidth }: BlockDone): string {
  if (halfWidth === undefined || !Number.isFinite(halfWidth)) return "";
  return `; known to ${percentText(halfWidth)}, wanted ${percentText(wantedHalfWidth)}`;
}

/** Causes by size, as bars on one axis that the point estimates span: wide intervals do not squeeze it. */
function causeLines({ contributions, gap }: BlockDone, terminal: Terminal): readonly LiveLine[] {
  const shown = contributions
    .toSorted((left, right) => Math.abs(right.value) - Math.abs(left.value))
    .slice(0, Math.max(1, Math.min(mostCauses, terminal.rows - 6)));
  const values = [0, gap?.value ?? 0, ...shown.map(({ value }) => value)];
  const axis = { min: Math.min(...values) * 1.05, max: Math.max(...values) * 1.05 };
  const [nameWidth, barWidth] = terminal.columns >= 70 ? [26, 24] : [18, Math.max(6, terminal.columns - 44)];
  const more = contributions.length - shown.length;
  return [
    ...shown.map((cause): LiveLine => {
      const name = cutName(printable(cause.phrase), nameWidth, terminal.unicode).padEnd(nameWidth);
      const bar = textBar(cause, axis, barWidth, terminal.unicode);
      return { text: `  ${name} ${bar} ${figure(cause)}`, ...styleOf(cause, terminal) };
    }),
    ...(more > 0 ? [{ text: `  and ${more} smaller`, style: terminal.errStyle.faint }] : []),
  ];
}

function figure({ value, low, high, verdict }: LiveContribution): string {
  const shown = showFactor({ value, low, high });
  return verdict === "cause" || verdict === "asset"
    ? `x${shown.value} (${shown.range})`
    : `~ (${shown.range})`;
}

function styleOf({ verdict }: LiveContribution, { errStyle }: Terminal): Pick<LiveLine, "style"> {
  return verdict === "cause" || verdict === "asset" ? {} : { style: errStyle.faint };
}

function cutName(name: string, width: number, unicode: boolean): string {
  if (name.length <= width) return name;
  return unicode ? `${name.slice(0, width - 1)}\u2026` : `${name.slice(0, width - 3)}...`;
}
