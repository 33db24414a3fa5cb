import { cut, wrap } from "./table.ts";
import type { TerminalOptions } from "./terminal-options.ts";

export function heading(text: string, { style, columns }: TerminalOptions): string {
  return wrap(text, columns, "").map(style.strong).join("\n");
}

/** Rows with what is to be said of each: behind it where there is room, else under it. */
export function withDetails(
  lines: readonly string[],
  { columns: width }: TerminalOptions,
  details: (index: number) => readonly string[],
): readonly string[] {
  return lines.flatMap((line, index) => {
    const text = details(index)
      .filter((detail) => detail !== "")
      .join("; ");
    if (text === "") return [cut(line, width)];
    if (line.length + 2 + text.length <= width) return [`${line}  ${text}`];
    return [cut(line, width), ...wrap(text, width, "      ")];
  });
}
