import { printable } from "../base/printable.ts";
import type { LiveContribution } from "../model/progress.ts";
import { textBar } from "../report/bar.ts";
import { type BlockDone, doneOf, measuredText, type ProgressState } from "../report/progress-state.ts";
import { factorText, showFactor } from "../report/quantities.ts";
import type { LiveLine } from "./live-region.ts";
import type { Terminal } from "./terminal.ts";

const mostCauses = 8;

export function liveLines(state: ProgressState, terminal: Terminal): readonly LiveLine[] {
  const { errStyle } = terminal;
  const now: LiveLine[] =
    state.now === "" ? [] : [{ text: label("now", printable(state.now)), style: errStyle.faint }];
  return state.block === undefined ? now : [...blockLines(state.block, state, terminal), ...now];
}

function label(word: string, text: string): string {
  return `${word.padEnd(9)} ${text}`;
}

function blockLines(block: BlockDone, state: ProgressState, terminal: Terminal): readonly LiveLine[] {
  const { errStyle, unicode } = terminal;
  const { done, blocks } = doneOf(block);
  const bar = textBar(
    { low: done / blocks, high: 1 },
    { min: 0, max: 1 },
    terminal.columns >= 70 ? 16 : 8,
    unicode,
  );
  return [
    ...(block.gap === undefined
      ? []
      : [
          {
            text: label("gap", `${printable(pairOf(state))}${factorText(block.gap)}`),
            style: errStyle.strong,
          },
        ]),
    ...causeLines(block, terminal),
    { text: label("measure", `${bar} ${measuredText(block)}`) },
  ];
}

/** "go over rust ", where there are two programs only: of several, the pair that is furthest apart may change. */
function pairOf({ subjects, firstLook }: ProgressState): string {
  return subjects > 2 || firstLook === undefined ? "" : `${firstLook.slow} over ${firstLook.fast} `;
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
