/**
 * Characters that change what a reader sees without being seen: control characters (terminal escapes among
 * them), bidirectional controls (Boucher and Anderson, "Trojan Source", 2021), zero-width and tag characters,
 * line separators, lone surrogates.
 */
const invisible = /[\p{Control}\p{Format}\p{Line_Separator}\p{Paragraph_Separator}\p{Surrogate}]/gu;

/** Text from outside on one line: nothing in it can move the cursor, reorder or hide other text. */
export function printable(text: string): string {
  return text.replace(invisible, escapeCharacter);
}

/** The same for text of several lines: line feeds and tabs stay; a carriage return before a line feed goes. */
export function printableLines(text: string): string {
  return text
    .replaceAll("\r\n", "\n")
    .replace(invisible, (character) =>
      character === "\n" || character === "\t" ? character : escapeCharacter(character),
    );
}

function escapeCharacter(character: string): string {
  if (character === "\n") return "\\n";
  if (character === "\r") return "\\r";
  if (character === "\t") return "\\t";
  return `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
}
