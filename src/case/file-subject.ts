import { present } from "../base/present.ts";
import type { ReadCaseFile } from "./case-file.ts";
import { splitShellWords } from "./shell-words.ts";
import type { SubjectRequest } from "./subject-request.ts";

/** The request that the [[subject]] at `index` makes. Throws the complaint that points at its line. */
export async function fileSubject(file: ReadCaseFile, index: number): Promise<SubjectRequest> {
  const subject = file.content.subject[index] ?? {};
  const { command, compile, ...rest } = subject;
  if (command === undefined && rest.path === undefined)
    throw await file.complain(
      ["subject", index],
      `subject ${index + 1} has neither path nor command`,
      'add path = "./go", or command = "./program" for one that is built already',
    );
  if (command !== undefined && (rest.language ?? "cmd") !== "cmd")
    throw await file.complain(
      ["subject", index, "command"],
      `command is for language "cmd" only; this subject is ${rest.language ?? ""}`,
      "leave out command, or language",
    );
  const commandWords = await wordsOf(file, ["subject", index, "command"], command);
  const compileWords = await wordsOf(file, ["subject", index, "compile"], compile);
  return {
    ...rest,
    written: rest.path ?? commandWords?.join(" ") ?? `subject ${index + 1}`,
    ...(commandWords === undefined ? {} : { command: commandWords, language: "cmd" }),
    ...present({ compileCommand: compileWords }),
  };
}

async function wordsOf(
  file: ReadCaseFile,
  at: readonly (string | number)[],
  value: string | readonly string[] | undefined,
): Promise<readonly string[] | undefined> {
  if (value === undefined) return undefined;
  const words = typeof value === "string" ? splitShellWords(value) : { ok: true as const, value };
  const name = String(at.at(-1));
  if (!words.ok)
    throw await file.complain(at, `${name}: ${words.error}`, `give a list: ${name} = ["word", "word"]`);
  if (words.value.length === 0) throw await file.complain(at, `${name} names no program`);
  return words.value;
}
