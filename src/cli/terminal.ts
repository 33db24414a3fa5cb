import { plainStyle, type Style } from "../report/style.ts";
import { createLiveRegion, type LiveLine } from "./live-region.ts";

/** What a command may write to. Results go to `out`, everything else to `err`. */
export interface Terminal {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  /** As wide as the terminal is now. */
  readonly columns: number;
  readonly rows: number;
  readonly outStyle: Style;
  readonly errStyle: Style;
  /** Whether block characters and the like can be shown. */
  readonly unicode: boolean;
  /** Whether lines on `err` can be painted over. */
  readonly live: boolean;
  /** Paints lines at the foot of `err`, over those painted before; other text goes above them. Only where `live`. */
  readonly paint: (lines: readonly LiveLine[]) => void;
  /** Takes the painted lines away and gives the cursor back. */
  readonly clear: () => void;
}

export interface Stream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly rows?: number;
  write(text: string): unknown;
}

export type ColourChoice = "auto" | "always" | "never";
export const colourChoices: readonly ColourChoice[] = ["auto", "always", "never"];

export interface TerminalParts {
  readonly stdout: Stream;
  readonly stderr: Stream;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly colour: ColourChoice;
}

export function openTerminal({ stdout, stderr, env, colour }: TerminalParts): Terminal {
  const styleOf = (stream: Stream): Style =>
    usesColour(colour, env, stream.isTTY === true) ? colourStyle : plainStyle;
  // `script` and some CI systems give a terminal of 0 columns.
  const columnsOf = (stream: Stream) => (stream.columns ?? 0) || 80;
  const rowsOf = (stream: Stream) => (stream.rows ?? 0) || 24;
  const region = createLiveRegion(stderr, () => ({ columns: columnsOf(stderr), rows: rowsOf(stderr) }));
  return {
    out: (text) => {
      region.clear();
      stdout.write(text);
    },
    err: region.print,
    paint: region.paint,
    clear: region.clear,
    get columns() {
      return Math.max(40, columnsOf(stdout));
    },
    get rows() {
      return rowsOf(stderr);
    },
    outStyle: styleOf(stdout),
    errStyle: styleOf(stderr),
    unicode: showsUnicode(env),
    live: stderr.isTTY === true && env["TERM"] !== "dumb" && !isSet(env["CI"]),
  };
}

/** The choice, then NO_COLOR, then FORCE_COLOR, then what the stream is. Decided here and nowhere else. */
export function usesColour(
  choice: ColourChoice,
  env: Readonly<Record<string, string | undefined>>,
  isTty: boolean,
): boolean {
  if (choice !== "auto") return choice === "always";
  if (isSet(env["NO_COLOR"])) return false;
  const forced = env["FORCE_COLOR"];
  if (forced !== undefined) return forced !== "0" && forced !== "false";
  return isTty && env["TERM"] !== "dumb";
}

function isSet(value: string | undefined): boolean {
  return value !== undefined && value !== "";
}

function showsUnicode(env: Readonly<Record<string, string | undefined>>): boolean {
  const locale = [env["LC_ALL"], env["LC_CTYPE"], env["LANG"]].find(isSet);
  return locale !== undefined && /utf-?8/i.test(locale) && env["TERM"] !== "dumb";
}

function sgr(start: number, end: number): (text: string) => string {
  return (text) => (text === "" ? "" : `\u001b[${start}m${text}\u001b[${end}m`);
}

const colourStyle: Style = {
  strong: sgr(1, 22),
  faint: sgr(2, 22),
  bad: sgr(31, 39),
  good: sgr(32, 39),
  doubt: sgr(33, 39),
};
