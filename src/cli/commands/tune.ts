import { Command, Option } from "commander";
import { timeUnits } from "../../report/quantities.ts";
import type { CommandContext } from "../context.ts";
import { addWorkloadOptions, caseInput, type WorkloadFlags } from "../explain-options.ts";
import { durationValue, metricsValue, precisionValue, seedValue } from "../option-values.ts";
import type { TuneFlags } from "../tune.ts";

export function tuneCommand(context: CommandContext): Command {
  const command = new Command("tune")
    .summary("which settings make one program faster, measured on it, and at what price")
    .description(
      "Tries every setting that could ship (compiler flags, allocators, collector, PGO...), measures each alone, searches the best set and compares it on fresh runs. Names lines of the source that a profile shows to be worth a change. The source is not touched.",
    )
    .argument("[program]", "go:PATH, rust:PATH[#BIN], c:PATH, cpp:PATH, cmd:COMMAND, a PATH, or a case file");
  addWorkloadOptions(command)
    .option("--budget <time>", "time for building and measuring (default: 3m)", durationValue)
    .option("--precision <x>", "wanted half width of a gain, 0.02 is 2 %", precisionValue)
    .option("--metric <list>", "cpu or wall: what a gain is (default: cpu)", metricsValue)
    .option("--seed <n>", "seed of every random choice", seedValue)
    .addOption(
      new Option("--runner <rung>", "how programs are started (default: the best there is)").choices([
        "launcher",
        "spawn",
      ]),
    )
    .option("--no-profile", "do not profile: settings only, no lines of the source")
    .option("--json", "the report as one JSON document on standard output")
    .option("--export-html <file>", "also write the HTML report to this file")
    .option("--export-json <file>", "also write the JSON report to this file")
    .option("--export-md <file>", "also write a Markdown report to this file")
    .option("--open", "open the HTML report in the browser")
    .addOption(new Option("--unit <unit>", "unit of times (default: by size)").choices([...timeUnits]))
    .option("--strict", "exit 7 when it is open whether anything helps");
  return command
    .addHelpText(
      "after",
      `
Arguments for the program follow after --.

Examples:
  perfgap tune ./server
  perfgap tune rust:./bench --budget 5m -- --requests 1000
  perfgap tune c:matmul.c --metric wall --json
  perfgap tune perfgap.toml          every program of the case`,
    )
    .action(async (program: string | undefined, flags: TuneFlags & WorkloadFlags) => {
      const [{ loadCase }, { tune, tuneOptions }] = await Promise.all([
        import("../../case/load-case.ts"),
        import("../tune.ts"),
      ]);
      const input = { ...caseInput(program === undefined ? [] : [program], flags, context), fewest: 1 };
      const loaded = await loadCase(input, await context.services.languages());
      await tune(tuneOptions(loaded.case, flags, context), flags, context);
    });
}
