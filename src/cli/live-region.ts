/** One line at the foot of the terminal; `style` is put around it after it was cut to the width. */
export interface LiveLine {
  readonly text: string;
  readonly style?: (text: string) => string;
}

/** Lines at the foot of a terminal that are painted over, while other text scrolls above them. */
export interface LiveRegion {
  readonly paint: (lines: readonly LiveLine[]) => void;
  /** Text above the region, which stays. */
  readonly print: (text: string) => void;
  /** Takes the region away and gives the cursor back. */
  readonly clear: () => void;
}

const hideCursor = "\u001b[?25l";
const showCursor = "\u001b[?25h";
/** Synchronised output: a terminal that knows it shows all of a write at once, others ignore it. */
const [begin, end] = ["\u001b[?2026h", "\u001b[?2026l"];
const eraseBelow = "\u001b[J";
const eraseToEnd = "\u001b[K";

/**
 * Every change is one write, only lines that changed are written again, and nothing is painted by a timer. `size` is
 * asked each time: terminals are resized, and a line that was wrapped by that takes more rows than it did.
 */
export function createLiveRegion(
  stream: { write(text: string): unknown },
  size: () => { readonly columns: number; readonly rows: number },
): LiveRegion {
  let shown: readonly string[] = [];
  let widths: readonly number[] = [];

  /** From behind the last line to the region's first column. */
  const toTop = () => {
    const { columns } = size();
    const rows = widths.reduce((sum, width) => sum + Math.max(1, Math.ceil(width / columns)), 0);
    return rows > 1 ? `\r\u001b[${rows - 1}A` : "\r";
  };
  const write = (text: string) => void stream.write(`${begin}${text}${end}`);
  const clear = () => {
    if (shown.length === 0) return;
    write(`${toTop()}${eraseBelow}${showCursor}`);
    shown = [];
    widths = [];
  };
  return {
    clear,
    paint: (lines) => {
      const { columns, rows } = size();
      const cuts = lines.slice(0, Math.max(1, rows - 1)).map(({ text }) => cutToWidth(text, columns - 1));
      const next = cuts.map((text, index) => lines[index]?.style?.(text) ?? text);
      if (next.length === shown.length && next.every((line, index) => line === shown[index])) return;
      const resized = widths.some((width) => width >= columns);
      const body = next.map((line, index) =>
        line === shown[index] && !resized ? "" : `${line}${eraseToEnd}`,
      );
      const start = shown.length === 0 ? hideCursor : toTop() + (resized ? eraseBelow : "");
      write(`${start}${body.join("\n\r")}${next.length < shown.length ? `\n\r${eraseBelow}\u001b[A` : ""}`);
      shown = next;
      widths = cuts.map(widthOf);
    },
    print: (text) => {
      if (!text.endsWith("\n")) clear();
      if (shown.length === 0) return void stream.write(text);
      write(`${toTop()}${eraseBelow}${text}${shown.map((line) => line + eraseToEnd).join("\n\r")}`);
    },
  };
}

/** Columns that a text takes; East Asian wide characters and emoji take two. */
function widthOf(text: string): number {
  return Array.from(text).reduce((sum, character) => sum + (isWide(character) ? 2 : 1), 0);
}

function isWide(character: string): boolean {
  const code = character.codePointAt(0) ?? 0;
  return (
    (code >= 0x1100 && code <= 0x115f) ||
    (code >= 0x2e80 && code <= 0xa4cf) ||
    (code >= 0xac00 && code <= 0xd7a3) ||
    (code >= 0xf900 && code <= 0xfaff) ||
    (code >= 0xfe30 && code <= 0xfe6f) ||
    (code >= 0xff00 && code <= 0xff60) ||
    (code >= 0xffe0 && code <= 0xffe6) ||
    code >= 0x1f300
  );
}

function cutToWidth(text: string, width: number): string {
  let used = 0;
  let kept = "";
  for (const character of text) {
    used += isWide(character) ? 2 : 1;
    if (used > width) return kept;
    kept += character;
  }
  return kept;
}
