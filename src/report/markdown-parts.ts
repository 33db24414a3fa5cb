import { printable } from "../base/printable.ts";

/** Text on one line in which every character stands for itself, in CommonMark and in what GitHub builds on it. */
export function escapeMarkdown(text: string): string {
  return printable(text)
    .replace(/[&<>]/g, (character) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;" })[character] ?? character)
    .replace(/[\\`*_{}[\]#|~]/g, (character) => `\\${character}`)
    .replaceAll("@", "&#64;")
    .replaceAll("$", "&#36;")
    .replaceAll("://", "&#58;//")
    .replace(/\bwww\./gi, (text) => `${text.slice(0, 3)}&#46;`)
    .replace(/^([-+]|\d+[.)])(?=\s|$)/, "\\$1");
}

export function markdownTable(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  right: readonly number[] = [],
): string {
  const line = (cells: readonly string[]) => `| ${cells.map(escapeMarkdown).join(" | ")} |`;
  const rule = head.map((_, column) => (right.includes(column) ? " ---: " : " --- "));
  return [line(head), `|${rule.join("|")}|`, ...rows.map(line)].join("\n");
}

export function bullets(texts: readonly string[]): string {
  return texts.map((text) => `- ${escapeMarkdown(text)}`).join("\n");
}

/** A fence longer than any run of backticks inside it. */
export function codeBlock(text: string): string {
  const longest = Math.max(2, ...(text.match(/`+/g) ?? []).map((run) => run.length));
  const fence = "`".repeat(longest + 1);
  return `${fence}\n${text}\n${fence}`;
}

/** A part that a reader opens; the summary is ours, never a text from outside. Empty parts are left out. */
export function folded(summary: string, parts: readonly string[]): string {
  const body = parts.filter((part) => part !== "");
  if (body.length === 0) return "";
  return [`<details>\n<summary>${summary}</summary>`, ...body, "</details>"].join("\n\n");
}
