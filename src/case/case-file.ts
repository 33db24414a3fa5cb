import { readFile } from "node:fs/promises";
import { dirname, relative } from "node:path";
import { Failure } from "../base/failure.ts";
import { present } from "../base/present.ts";
import { printable, printableLines } from "../base/printable.ts";
import { didYouMean } from "../base/suggest.ts";
import type { CaseFile } from "./case-schema.ts";
import { type KeyPath, locate } from "./positions.ts";

/** A case file that has the right shape; what its values mean is not checked yet. */
export interface ReadCaseFile {
  readonly path: string;
  readonly directory: string;
  readonly content: CaseFile;
  /** A failure that points at the place of a value: `case.toml:9:1: message`. */
  complain(at: KeyPath, message: string, help?: string): Promise<Failure>;
}

/** Reads and checks a case file. `from` is the folder that paths in messages are relative to. */
export async function readCaseFile(path: string, from: string): Promise<ReadCaseFile> {
  const below = relative(from, path);
  const shown = printable(below === "" || below.length > path.length ? path : below);
  const text = await readText(path, shown);
  const values = await parseToml(text, shown);
  const { safeParse, getDotPath } = await import("valibot");
  const { caseFileSchema } = await import("./case-schema.ts");
  const parsed = safeParse(caseFileSchema, values);
  if (!parsed.success) {
    const lines: string[] = [];
    for (const issue of parsed.issues.slice(0, 8)) {
      const keys = (issue.path ?? []).map((item) => item.key as string | number);
      const { line, column } = await locate(text, keys);
      lines.push(`${shown}:${line}:${column}: ${describeIssue(issue, keys, getDotPath(issue) ?? "")}`);
    }
    throw caseFailure(lines.join("\n"));
  }
  const complain: ReadCaseFile["complain"] = async (at, message, help) => {
    const { line, column } = await locate(text, at);
    return caseFailure(`${shown}:${line}:${column}: ${message}`, help);
  };
  return { path, directory: dirname(path), content: parsed.output, complain };
}

async function readText(path: string, shown: string): Promise<string> {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(await readFile(path));
  } catch (error) {
    if (error instanceof TypeError) throw caseFailure(`${shown}: the file is not UTF-8 text`);
    const reason = (error as NodeJS.ErrnoException).code ?? String(error);
    throw caseFailure(
      reason === "ENOENT" ? `${shown} does not exist.` : `${shown}: cannot be read (${reason})`,
      "name a case file, or two programs: perfgap explain ./go ./rust",
    );
  }
}

async function parseToml(text: string, shown: string): Promise<unknown> {
  const { parse, TomlError } = await import("smol-toml");
  try {
    return parse(text);
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    const reason = error.message.split("\n")[0]?.replace(/^Invalid TOML document: /, "") ?? "";
    throw new Failure({
      code: "case-file",
      exit: "usage",
      message: `${shown}:${error.line}:${error.column}: ${printable(reason)}`,
      detail: printableLines(error.codeblock).trimEnd(),
    });
  }
}

interface Issue {
  readonly kind: string;
  readonly type: string;
  readonly message: string;
  readonly expected: string | null;
  readonly received: string;
  readonly requirement?: unknown;
}

const topLevelKeys = [
  "name",
  "question",
  "args",
  "stdin",
  "env",
  "cwd",
  "compare",
  "tolerance",
  "timeout",
  "expected",
  "smaller",
  "training",
  "subject",
  "factors",
];
const knownKeys: Readonly<Record<string, readonly string[]>> = {
  subject: ["id", "language", "path", "bin", "command", "compiler", "compile", "flags"],
  factors: ["only", "skip"],
  smaller: ["args", "stdin", "factor"],
  training: ["args", "stdin"],
};

function describeIssue(issue: Issue, keys: KeyPath, dotPath: string): string {
  const place = keys[0] === "subject" && typeof keys[1] === "number" ? `subject ${keys[1] + 1}` : "";
  if (issue.type === "strict_object" && issue.expected === "never") return unknownKey(keys, place);
  if (issue.type === "strict_object" && issue.received === "undefined") return missingKey(dotPath);
  const named = place === "" ? printable(dotPath) : `${printable(String(keys.at(-1)))} of ${place}`;
  if (issue.kind === "validation") return `${named} ${issue.message.replace(/^\w+ must/, "must")}`;
  const got = printable(issue.received);
  return `${named} must be ${plainType(issue.expected)}, got ${got}${didYouMeanPick(issue)}`;
}

function unknownKey(keys: KeyPath, place: string): string {
  const key = printable(String(keys.at(-1)));
  if (keys.length === 1) return `unknown key "${key}"${didYouMean(key, topLevelKeys)}`;
  const table = String(keys[0]);
  return `unknown key "${key}" in ${place || table}${didYouMean(key, knownKeys[table] ?? [])}`;
}

function missingKey(dotPath: string): string {
  return dotPath === "subject"
    ? "there is no [[subject]]; a case needs two or more"
    : `${printable(dotPath)} is missing`;
}

function plainType(expected: string | null): string {
  const names: Readonly<Record<string, string>> = {
    string: "text in quotes",
    number: "a number",
    Array: "a list",
    Object: "a table",
  };
  return (expected ?? "something else")
    .replace(/^\((.*)\)$/, "$1")
    .split(" | ")
    .map((part) => names[part] ?? part)
    .join(" or ");
}

function didYouMeanPick(issue: Issue): string {
  if (issue.type !== "picklist") return "";
  const options = (issue.expected ?? "").match(/"([^"]*)"/g)?.map((option) => option.slice(1, -1)) ?? [];
  return didYouMean(issue.received.replaceAll('"', ""), options);
}

function caseFailure(message: string, help?: string): Failure {
  return new Failure({ code: "case-file", exit: "usage", message, ...present({ help }) });
}
