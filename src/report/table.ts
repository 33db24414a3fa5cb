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
export function wrap(text: string, width: number, indent = 0, hanging = indent): readonly string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ").filter((part) => part !== "")) {
    const margin = lines.length === 0 ? indent : hanging;
    if (line !== "" && margin + line.length + 1 + word.length > width) {
      lines.push(" ".repeat(margin) + line);
      line = word;
    } else {
      line = line === "" ? word : `${line} ${word}`;
    }
  }
  if (line !== "") lines.push(" ".repeat(lines.length === 0 ? indent : hanging) + line);
  return lines;
}
