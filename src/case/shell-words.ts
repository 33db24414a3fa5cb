import { err, ok, type Result } from "../base/result.ts";

/** What a shell would act on and perfgap, which starts none, cannot. */
const shellSyntax = new Set(["|", "&", ";", "<", ">", "(", ")", "$", "`", "*", "?", "[", "~", "#"]);
/** These mean something to a shell only where a word begins. */
const onlyAtWordStart = new Set(["~", "#"]);

/**
 * Splits a command line into words by POSIX quoting rules, without a shell. Unquoted shell syntax is an error:
 * taken literally it would silently run another command than the one that was meant.
 */
export function splitShellWords(line: string): Result<readonly string[], string> {
  const words: string[] = [];
  let word: string | undefined;
  let at = 0;
  while (at < line.length) {
    const character = line.charAt(at);
    if (/\s/.test(character)) {
      if (word !== undefined) words.push(word);
      word = undefined;
      at++;
      continue;
    }
    if (isShellSyntax(character, word === undefined))
      return err(`"${character}" needs a shell, and none is started`);
    const part = readPart(line, at);
    if (part === undefined) return err(`the quote ${character} is never closed`);
    word = (word ?? "") + part.text;
    at = part.end;
  }
  if (word !== undefined) words.push(word);
  return ok(words);
}

function isShellSyntax(character: string, atWordStart: boolean): boolean {
  return shellSyntax.has(character) && (atWordStart || !onlyAtWordStart.has(character));
}

interface Part {
  readonly text: string;
  readonly end: number;
}

function readPart(line: string, at: number): Part | undefined {
  const character = line.charAt(at);
  if (character === "'") {
    const end = line.indexOf("'", at + 1);
    return end === -1 ? undefined : { text: line.slice(at + 1, end), end: end + 1 };
  }
  if (character === '"') return readDoubleQuoted(line, at + 1);
  if (character === "\\") {
    const next = line.charAt(at + 1);
    return { text: next === "\n" ? "" : next, end: at + 2 };
  }
  return { text: character, end: at + 1 };
}

function readDoubleQuoted(line: string, start: number): Part | undefined {
  let text = "";
  for (let at = start; at < line.length; at++) {
    const character = line.charAt(at);
    if (character === '"') return { text, end: at + 1 };
    if (character === "\\" && '$`"\\\n'.includes(line.charAt(at + 1)) && at + 1 < line.length) {
      at++;
      if (line.charAt(at) !== "\n") text += line.charAt(at);
    } else {
      text += character;
    }
  }
  return undefined;
}
