import { accessSync, constants, readdirSync, realpathSync, statSync } from "node:fs";
import { basename, delimiter, dirname, join, resolve } from "node:path";
import { present } from "../base/present.ts";
import { printable } from "../base/printable.ts";
import { err, ok, type Result } from "../base/result.ts";
import { didYouMean, suggest } from "../base/suggest.ts";
import type { Subject } from "../model/case.ts";
import type { Detection, Language } from "../plugin.ts";
import type { UnnamedSubject } from "./subject-ids.ts";
import type { Complaint, SubjectRequest } from "./subject-request.ts";

/** Finds what a request names: looks at the disk and asks the languages. Paths are relative to `directory`. */
export async function detectSubject(
  request: SubjectRequest,
  directory: string,
  languages: readonly Language[],
): Promise<Result<UnnamedSubject, Complaint>> {
  if (request.command !== undefined) return commandSubject(request, request.command, directory);
  const asked = languages.find(({ id }) => id === request.language);
  if (request.language !== undefined && asked === undefined)
    return err(unknownLanguage(request.language, languages));
  const written = request.path ?? "";
  const path = resolve(directory, written);
  if (statSync(path, { throwIfNoEntry: false }) === undefined) return err(missingPath(written, path));
  const found =
    asked === undefined ? await detectAmong(request, path, languages) : await ask(asked, request, path);
  return found.ok ? ok(withOverrides(found.value, request)) : found;
}

function withOverrides(found: UnnamedSubject, request: SubjectRequest): UnnamedSubject {
  return {
    ...found,
    path: realpathSync(found.path),
    ...present({
      id: request.id,
      compiler: request.compiler,
      compileCommand: request.compileCommand,
      flags: request.flags,
    }),
  };
}

/** A language names its subject after itself; whether that is unique is known only with all subjects at hand. */
function unnamed(subject: Subject): UnnamedSubject {
  return present({ ...subject, id: undefined }) as UnnamedSubject;
}

async function ask(
  language: Language,
  request: SubjectRequest,
  path: string,
): Promise<Result<UnnamedSubject, Complaint>> {
  const detection = await language.detect(path, request.bin, true);
  if (detection.kind === "yes") return ok(unnamed(detection.subject));
  if (detection.kind === "problem") return err(detection);
  return err({
    message: `${printable(request.path ?? path)} does not look like a ${language.title} program.`,
    help: "check the path, or leave the prefix out and let the language be detected",
  });
}

async function detectAmong(
  request: SubjectRequest,
  path: string,
  languages: readonly Language[],
): Promise<Result<UnnamedSubject, Complaint>> {
  const answers: { readonly language: Language; readonly detection: Detection }[] = [];
  for (const language of languages)
    answers.push({ language, detection: await language.detect(path, request.bin, false) });
  const yes = answers.flatMap(({ detection }) =>
    detection.kind === "yes" ? [unnamed(detection.subject)] : [],
  );
  const [only, second] = yes;
  const shown = printable(request.path ?? path);
  if (only !== undefined && second === undefined) return ok(only);
  if (only !== undefined)
    return err({
      message: `${shown} could be ${yes.map(({ language }) => language).join(" or ")}.`,
      help: `say which: ${yes.map(({ language }) => `${language}:${shown}`).join("   or   ")}`,
    });
  const problem = answers.find(({ detection }) => detection.kind === "problem")?.detection;
  if (problem?.kind === "problem") return err(problem);
  return err({
    message: `${shown} is no program that perfgap knows: ${languages.map(({ title }) => title).join(", ")}.`,
    help: `name the language (${languages[0]?.id ?? "go"}:${shown}), or run something that is built already: cmd:./program`,
  });
}

function unknownLanguage(id: string, languages: readonly Language[]): Complaint {
  const ids = [...languages.map((language) => language.id), "cmd"];
  return {
    message: `"${printable(id)}" is no language that perfgap knows${didYouMean(id, ids)}`,
    help: `known: ${[...new Set(ids)].join(", ")}`,
  };
}

function missingPath(written: string, path: string): Complaint {
  const near = suggest(basename(path), namesIn(dirname(path)));
  const help = near === undefined ? {} : { help: `did you mean ${printable(join(dirname(written), near))}?` };
  return { message: `${printable(written)} does not exist.`, ...help };
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function commandSubject(
  request: SubjectRequest,
  words: readonly string[],
  directory: string,
): Result<UnnamedSubject, Complaint> {
  const [program = "", ...args] = words;
  const executable = program.includes("/") ? resolve(directory, program) : onPath(program);
  const shown = printable(program);
  if (executable === undefined)
    return err({
      message: `The program ${shown} is not on PATH.`,
      help: `check the name; a file in this folder is cmd:./${shown}`,
    });
  const stats = statSync(executable, { throwIfNoEntry: false });
  if (stats === undefined) return err(missingPath(program, executable));
  if (stats.isDirectory())
    return err({
      message: `${shown} is a folder, not a program.`,
      help: `a program to build: ${shown} without cmd:`,
    });
  if (!isExecutable(executable))
    return err({ message: `${shown} is not executable.`, help: `chmod +x ${shown}` });
  return ok({
    language: "cmd",
    path: directory,
    command: [executable, ...args],
    ...present({ id: request.id }),
  });
}

function onPath(program: string): string | undefined {
  return (process.env["PATH"] ?? "")
    .split(delimiter)
    .filter((folder) => folder !== "")
    .map((folder) => join(folder, program))
    .find(
      (path) => isExecutable(path) && !(statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? true),
    );
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
