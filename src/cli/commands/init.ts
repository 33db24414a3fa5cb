import { writeFile } from "node:fs/promises";
import { dirname, join, relative, resolve } from "node:path";
import { Command } from "commander";
import { stringify } from "smol-toml";
import { packageDirectory } from "../../base/directories.ts";
import { printable } from "../../base/printable.ts";
import { loadCase } from "../../case/load-case.ts";
import type { Case, Subject } from "../../model/case.ts";
import { type CommandContext, usageFailure } from "../context.ts";
import { addWorkloadOptions, caseInput, type WorkloadFlags } from "../explain-options.ts";

interface InitFlags extends WorkloadFlags {
  readonly file: string;
  readonly force?: true;
}

export function initCommand(context: CommandContext): Command {
  const command = new Command("init")
    .summary("write a case file for the given programs")
    .description("Detects the given programs and writes a commented case file that explains them.")
    .argument("<programs...>", "two or more programs, as for explain")
    .option("--file <file>", "the case file to write", "perfgap.toml")
    .option("--force", "write over a file that is there");
  addWorkloadOptions(command);
  return command
    .addHelpText(
      "after",
      `
Examples:
  perfgap init ./go ./rust
  perfgap init ./go ./rust --stdin words.txt --file word-count.toml -- --top 10`,
    )
    .action(async (programs: string[], flags: InitFlags) => {
      const input = caseInput(programs, flags, context);
      const { case: loaded } = await loadCase(input, await context.services.languages());
      const path = resolve(context.directory, flags.file);
      try {
        await writeFile(path, caseFileText(loaded, path), { flag: flags.force === true ? "w" : "wx" });
      } catch (error) {
        throw cannotWrite(flags.file, error);
      }
      const shown = printable(flags.file);
      context.terminal.out(`wrote ${shown}; next: perfgap explain ${shown}\n`);
    });
}

function cannotWrite(file: string, error: unknown) {
  const reason = (error as NodeJS.ErrnoException).code ?? String(error);
  return reason === "EEXIST"
    ? usageFailure(
        "file-exists",
        `${printable(file)} is there already.`,
        "--force writes over it, --file names another",
      )
    : usageFailure("export", `${printable(file)} cannot be written (${reason}).`);
}

/** A case file as a person would begin one: what is known, and what else could be said, as comments. */
function caseFileText({ name, workload, subjects }: Case, path: string): string {
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
