import { printable } from "../base/printable.ts";
import { formatDuration } from "../base/quantity.ts";
import type { ProgressEvent, ProgressListener } from "../model/progress.ts";
import { textBar } from "../report/bar.ts";
import { doneOf, nextState, nothingYet, timeLeft } from "../report/progress-state.ts";
import { factorText } from "../report/quantities.ts";
import { wrap } from "../report/table.ts";
import { liveLines } from "./live-view.ts";
import type { Terminal } from "./terminal.ts";

export interface ProgressOptions {
  readonly terminal: Terminal;
  readonly quiet: boolean;
  readonly nowMs: () => number;
}

/** Where no line can be painted over, a block is worth a line only this often. */
const plainLineEveryMs = 30_000;
const barWidth = 16;

export interface ProgressDisplay {
  readonly listen: ProgressListener;
  /** Takes the painted lines away. */
  readonly clear: () => void;
}

/**
 * Tells what happens on stderr. It paints only when an event comes, and events come between runs: no timer of ours
 * wakes up while a subject is being timed.
 */
export function showProgress({ terminal, quiet, nowMs }: ProgressOptions): ProgressDisplay {
  let lastPlainMs = Number.NEGATIVE_INFINITY;
  let gapTold = false;
  let state = nothingYet;
  const show = (told: Told) => {
    const now = nowMs();
    if (told.kind === "plain" && (terminal.live || (!told.always && now - lastPlainMs < plainLineEveryMs)))
      return;
    if (told.kind === "plain") lastPlainMs = now;
    const lines = terminal.live
      ? wrap(told.text, terminal.columns, told.label, "          ")
      : [told.label + told.text];
    terminal.err(`${lines.map((text) => told.style?.(text) ?? text).join("\n")}\n`);
  };
  const listen = (event: ProgressEvent) => {
    if (event.kind === "finished") terminal.clear();
    if (quiet || (event.kind === "gapKnown" && gapTold)) return;
    if (event.kind === "gapKnown") gapTold = true;
    const told = describe(event, terminal);
    if (told !== undefined) show(told);
    if (!terminal.live || event.kind === "finished") return;
    state = nextState(state, event);
    terminal.paint(liveLines(state, terminal));
  };
  return { listen, clear: terminal.clear };
}

/** A line that stays everywhere, or one for where nothing can be painted over (`always`: however soon after the last). */
type Told =
  | {
      readonly kind: "line";
      readonly label: string;
      readonly text: string;
      readonly style?: (text: string) => string;
    }
  | {
      readonly kind: "plain";
      readonly label: string;
      readonly text: string;
      readonly style?: undefined;
      readonly always: boolean;
    };

function line(word: string, text: string): Told {
  return { kind: "line", label: label(word), text: printable(text) };
}

function plain(word: string, text: string, always: boolean): Told {
  return { kind: "plain", label: label(printable(word)), text: printable(text), always };
}

function label(word: string): string {
  return `${word.padEnd(9)} `;
}

function describe(event: ProgressEvent, terminal: Terminal): Told | undefined {
  const { errStyle } = terminal;
  switch (event.kind) {
    case "buildStarted":
      return plain("build", `${event.what}, ${event.builds} to make`, true);
    case "buildDone":
      return plain(
        "build",
        `${event.done}/${event.builds}, ${event.cached} from the cache`,
        event.done === event.builds,
      );
    case "stageStarted":
      return plain(event.stage, "...", true);
    case "tuningStep":
      return plain("tune", tuningText(event), event.done === event.of);
    case "blockDone":
      return plain("measure", blockText(event, terminal), false);
    case "hostDescribed":
      return line("host", `${event.host.cpuModel}, ${event.host.cpuCount} cores; ${event.rung.title}`);
    case "runOpened":
      return line(
        "run",
        event.resumed === 0 ? event.runId : `${event.runId}, resumed after ${event.resumed} blocks`,
      );
    case "verified":
      return line("verify", verifiedText(event));
    case "screened":
      return line("screen", screenText(event));
    case "gapKnown":
      return line(
        "gap",
        `${event.gap.slow} over ${event.gap.fast}: ${factorText(event.gap.logRatio)}, first look`,
      );
    case "planMade":
      return line("plan", planSummary(event));
    case "warning":
      return { kind: "line", label: "! ", text: printable(event.warning.message), style: errStyle.doubt };
    case "note":
      return line("note", event.message);
    case "blockStarted":
    case "pilotDone":
    case "finished":
      return undefined;
  }
}

const tuningSteps = {
  checking: "settings tried once",
  alone: "blocks with each setting alone",
  together: "blocks with sets of settings",
  final: "fresh blocks with the best set",
} as const;

function tuningText({ subject, step, done, of }: Extract<ProgressEvent, { kind: "tuningStep" }>): string {
  return `${subject}: ${done}/${of} ${tuningSteps[step]}`;
}

function verifiedText({ subjects, outputBytes }: Extract<ProgressEvent, { kind: "verified" }>): string {
  if (outputBytes === 0) return subjects === 1 ? "it prints nothing" : `${subjects} programs print nothing`;
  if (subjects === 1) return `its output is the same on equal runs (${outputBytes} bytes)`;
  return `outputs of ${subjects} programs agree (${outputBytes} bytes)`;
}

function blockText(event: Extract<ProgressEvent, { kind: "blockDone" }>, terminal: Terminal): string {
  const { done, blocks } = doneOf(event);
  const share = done / blocks;
  const bar = textBar({ low: share, high: 1 }, { min: 0, max: 1 }, barWidth, terminal.unicode);
  const top = event.contributions.toSorted((left, right) => Math.abs(right.value) - Math.abs(left.value))[0];
  return [
    `${bar} ${done}/${blocks} blocks`,
    ...timeLeft(event),
    ...(event.gap === undefined ? [] : [`gap ${factorText(event.gap)}`]),
    ...(top === undefined ? [] : [`${top.phrase} ${factorText(top)}`]),
  ].join("  ");
}

function screenText({ subject, considered, kept }: Extract<ProgressEvent, { kind: "screened" }>): string {
  if (kept.length === 0) return `${subject}: none of ${considered} causes can be measured`;
  return `${subject}: ${kept.length} of ${considered} causes can be measured: ${kept.join(", ")}`;
}

function planSummary(plan: Extract<ProgressEvent, { kind: "planMade" }>): string {
  const runs = plan.sides.reduce((sum, { columns }) => sum + columns, 0);
  return `${runs} runs a block, about ${plan.forecastBlocks} blocks, ${formatDuration(plan.forecastMs)}`;
}
