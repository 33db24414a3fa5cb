import { dirname, join, relative } from "node:path";
import { stringify } from "smol-toml";
import { packageDirectory } from "../base/directories.ts";
import type { Case, Subject } from "../model/case.ts";

/** A case file as a person would begin one: what is known, and what else could be said, as comments. */
export function caseFileText({ name, workload, subjects }: Case, path: string): string {
  const folder = dirname(path);
  const schema = relative(folder, join(packageDirectory(), "schema", "case.schema.json"));
  const known = (parts: Readonly<Record<string, unknown>>) => stringify(parts).trimEnd();
  const lines = [
    `#:schema ${schema}`,
    known({ name }),
    '# question = "Why is one faster than the other?"',
    "",
    "# What every program is given.",
    known({ args: workload.args }),
    workload.stdinPath === undefined
      ? '# stdin = "input.txt"'
      : known({ stdin: relative(folder, workload.stdinPath) }),
    Object.keys(workload.env).length === 0
      ? '# env = { LC_ALL = "C" }'
      : `env = ${inlineTable(workload.env)}`,
    workload.timeoutMs === undefined ? '# timeout = "60s"' : known({ timeout: `${workload.timeoutMs}ms` }),
    "",
    '# How outputs are compared: "exact", "numeric" (with tolerance = 1e-9), or "none".',
    known({ compare: workload.compare.kind }),
    ...(workload.compare.kind === "numeric" ? [known({ tolerance: workload.compare.tolerance })] : []),
    ...subjects.flatMap((subject) => ["", "[[subject]]", known(subjectKeys(subject, folder))]),
    "",
    "# [factors]",
    '# skip = ["inlining"]',
  ];
  return `${lines.join("\n")}\n`;
}

function inlineTable(values: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(values).map(([name, value]) => stringify({ [name]: value }).trimEnd());
  return `{ ${pairs.join(", ")} }`;
}

function subjectKeys({ id, language, path, bin, command }: Subject, folder: string): Record<string, unknown> {
  if (command !== undefined) return { id, command: [...command] };
  return { id, language, path: relative(folder, path) || ".", ...(bin === undefined ? {} : { bin }) };
}
