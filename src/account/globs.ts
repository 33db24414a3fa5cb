/** Whether a text matches one of the patterns. */
export type Globs = (text: string) => boolean;

/**
 * Compiles patterns in which `*` stands for any text. Plain names and prefixes,
 * most of them by far, are looked up without a regular expression.
 */
export function compileGlobs(patterns: readonly string[]): Globs {
  const exact = new Set<string>();
  const prefixes: string[] = [];
  const parts: (readonly string[])[] = [];
  for (const pattern of patterns) {
    const star = pattern.indexOf("*");
    // In Go's "(*T).M" the star is a part of the name.
    const text = pattern.replaceAll("(*", "(\0");
    if (!text.includes("*")) exact.add(text.replaceAll("\0", "*"));
    else if (text.indexOf("*") === text.length - 1 && star !== -1)
      prefixes.push(text.slice(0, -1).replaceAll("\0", "*"));
    else parts.push(text.split("*").map((part) => part.replaceAll("\0", "*")));
  }
  return (text) =>
    exact.has(text) ||
    prefixes.some((prefix) => text.startsWith(prefix)) ||
    parts.some((pieces) => matchesPieces(text, pieces));
}

/** Greedy from the left with the last piece tied to the end: linear, whatever the text. */
function matchesPieces(text: string, pieces: readonly string[]): boolean {
  const first = pieces[0] ?? "";
  const last = pieces.at(-1) ?? "";
  if (!text.startsWith(first) || text.length < first.length + last.length || !text.endsWith(last))
    return false;
  let at = first.length;
  const end = text.length - last.length;
  for (const piece of pieces.slice(1, -1)) {
    const found = text.indexOf(piece, at);
    if (found === -1 || found + piece.length > end) return false;
    at = found + piece.length;
  }
  return true;
}
