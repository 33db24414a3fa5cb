import Table from "cli-table3";

export type Align = "left" | "right";

/** Columns without borders; aligns by what a terminal shows, not by code units. Trailing blanks are cut. */
export function columns(
  rows: readonly (readonly string[])[],
  aligns: readonly Align[],
  indent = 2,
): readonly string[] {
  if (rows.length === 0) return [];
  const blank = Object.fromEntries(
    [
      "top",
      "top-mid",
      "top-left",
      "top-right",
      "bottom",
      "bottom-mid",
      "bottom-left",
      "bottom-right",
      "left",
      "left-mid",
      "mid",
      "mid-mid",
      "right",
      "right-mid",
    ].map((part) => [part, ""]),
  );
  const table = new Table({
    chars: { ...blank, middle: "  " },
    colAligns: [...aligns],
    style: { "padding-left": 0, "padding-right": 0, head: [], border: [] },
  });
  table.push(...rows.map((row) => [...row]));
  return table
    .toString()
    .split("\n")
    .map((line) => " ".repeat(indent) + line.trimEnd());
}

/** Breaks text at blanks so that no line is wider than `width`; words that are longer stand alone. */
export function wrap(text: string, width: number, first = "", rest = first): readonly string[] {
  const lines: string[] = [];
  let line = "";
  // A number stays with its percent sign.
  for (const word of text.replaceAll(/(\d) %/g, "$1\u00a0%").split(" ")) {
    if (word === "") continue;
    const margin = lines.length === 0 ? first : rest;
    if (line !== "" && margin.length + line.length + 1 + word.length > width) {
      lines.push(margin + line);
      line = word;
    } else {
      line = line === "" ? word : `${line} ${word}`;
    }
  }
  if (line !== "") lines.push((lines.length === 0 ? first : rest) + line);
  return lines.map((wrapped) => wrapped.replaceAll("\u00a0%", " %"));
}

/** A line that is too wide ends in dots where the terminal ends. */
export function cut(line: string, width: number): string {
  return line.length <= width ? line : `${line.slice(0, Math.max(0, width - 3))}...`;
}

/** Ends a text that does not fit after a clause that does; where there is none it is given whole, over several lines. */
export function clauseOrWrap(text: string, width: number, first: string, rest: string): readonly string[] {
  if (first.length + text.length <= width) return [first + text];
  const ends = Array.from(text.matchAll(/; |\. /g), ({ index }) => index);
  const end = ends
    .filter((place) => first.length + place <= width && place > (width - first.length) / 3)
    .at(-1);
  return end === undefined ? wrap(text, width, first, rest) : [first + text.slice(0, end)];
}
