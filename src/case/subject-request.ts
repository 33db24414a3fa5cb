import { err, ok, type Result } from "../base/result.ts";
import { splitShellWords } from "./shell-words.ts";

/** One subject as it was asked for, on the command line or in a case file; not looked at on disk yet. */
export interface SubjectRequest {
  /** How the user wrote it, for messages. */
  readonly written: string;
  readonly id?: string;
  readonly language?: string;
  readonly path?: string;
  readonly bin?: string;
  readonly command?: readonly string[];
  readonly compiler?: string;
  readonly compileCommand?: readonly string[];
  readonly flags?: readonly string[];
}

export interface Complaint {
  readonly message: string;
  readonly help?: string;
}

/**
 * Reads `lang:PATH[#BIN]`, `cmd:COMMAND` or a plain path. A word before a colon counts as a language when it is
 * one, or when no file of that whole name exists.
 */
export function parseSubjectArgument(
  argument: string,
  languages: readonly string[],
  exists: (path: string) => boolean,
): Result<SubjectRequest, Complaint> {
  const prefix = /^([a-z][a-z0-9+-]*):(.*)$/s.exec(argument);
  const [language, rest] = [prefix?.[1], prefix?.[2] ?? ""];
  if (language === "cmd") return parseCommand(argument, rest);
  if (language !== undefined && (languages.includes(language) || !exists(argument))) {
    if (rest === "") {
      return err({
        message: `"${argument}" names a language but no path`,
        help: `write ${language}:PATH, for example ${language}:./${language}`,
      });
    }
    return ok({ written: argument, language, ...splitBin(rest, exists) });
  }
  return ok({ written: argument, ...splitBin(argument, exists) });
}

function parseCommand(written: string, line: string): Result<SubjectRequest, Complaint> {
  const words = splitShellWords(line);
  if (!words.ok) {
    return err({
      message: `${written}: ${words.error}`,
      help: "put it in quotes to mean it literally, or run a shell yourself: cmd:\"sh -c '...'\" (its time counts too)",
    });
  }
  if (words.value.length === 0)
    return err({ message: "cmd: names no command", help: "write cmd:./program, or 'cmd:./program --flag'" });
  return ok({ written, language: "cmd", command: words.value });
}

/** A `#` that is part of an existing name stays in it. */
function splitBin(text: string, exists: (path: string) => boolean): { path: string; bin?: string } {
  const hash = text.lastIndexOf("#");
  if (hash <= 0 || hash === text.length - 1 || exists(text)) return { path: text };
  return { path: text.slice(0, hash), bin: text.slice(hash + 1) };
}
