import { join } from "node:path";
import { Command } from "commander";
import { packageDirectory } from "../../base/directories.ts";
import { Failure } from "../../base/failure.ts";
import type { Case, Subject } from "../../model/case.ts";
import type { Language } from "../../plugin.ts";
import type { CommandContext } from "../context.ts";
import {
  addMeasureOptions,
  addOutputOptions,
  explainOptions,
  type MeasureFlags,
  type OutputFlags,
} from "../explain-options.ts";
import { durationValue } from "../option-values.ts";

/** The same runs in the same order on every machine. */
const demoSeed = 20261124;
/** With the builds it leaves the causes on the screen within two minutes. */
const demoBudget = "100s";

export function demoCommand(context: CommandContext): Command {
  const command = new Command("demo")
    .summary("see it work: explains the shipped sum-array case")
    .description(
      "Explains why adding up an array is faster in one language than in another, with the toolchains that are here. Takes about two minutes.",
    );
  addMeasureOptions(command, demoBudget);
  addOutputOptions(command);
  return command
    .addHelpText(
      "after",
      `
Examples:
  perfgap demo
  perfgap demo --open
  perfgap demo --plan`,
    )
    .action(async (flags: MeasureFlags & OutputFlags) => {
      const [{ loadCase }, { measure }] = await Promise.all([
        import("../../case/load-case.ts"),
        import("../measure.ts"),
      ]);
      const languages = await context.services.languages();
      const subjects = [join(packageDirectory(), "workloads", "sum-array", "case.toml")];
      const loaded = await loadCase({ subjects, directory: context.directory }, languages);
      const subset = await choosePair(loaded.case, languages);
      await measure(
        await explainOptions(
          { ...loaded, case: subset },
          {
            seed: demoSeed,
            ...(flags.quick === true ? {} : { budget: durationValue(demoBudget) }),
            ...flags,
          },
          context,
        ),
        flags,
        context,
      );
      if (flags.quiet !== true && flags.json !== true)
        context.terminal.err("next    perfgap explain ./your-go ./your-rust, and perfgap doctor\n");
    });
}

/** The first two programs whose toolchains are here; with one toolchain only, that program at two settings. */
async function choosePair(whole: Case, languages: readonly Language[]): Promise<Case> {
  const buildable: Subject[] = [];
  const helps: string[] = [];
  for (const subject of whole.subjects) {
    const language = languages.find(({ id }) => id === subject.language);
    const search = await language?.findToolchain(subject);
    if (search?.kind === "found") buildable.push(subject);
    else if (search !== undefined) helps.push(search.help);
  }
  const c = buildable.find(({ language }) => language === "c");
  const onlyC = buildable.every(({ language }) => language === "c" || language === "cpp");
  if (c !== undefined && onlyC)
    return {
      ...whole,
      subjects: [
        { ...c, id: "c-o2" },
        { ...c, id: "c-o3", flags: ["-O3"] },
      ],
    };
  if (buildable.length >= 2) return { ...whole, subjects: buildable.slice(0, 2) };
  throw new Failure({
    code: "toolchain-missing",
    exit: "toolchainOrHost",
    message: `The demo needs two toolchains of Go, Rust and C, or a C compiler; ${buildable.length === 0 ? "none is" : "one is"} here.`,
    help: [...new Set(helps)].join("; "),
  });
}
