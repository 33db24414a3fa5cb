import { Command } from "commander";
import type { CompareFlags } from "../compare.ts";
import type { CommandContext } from "../context.ts";
import { failOnValue } from "../option-values.ts";

export function compareCommand(context: CommandContext): Command {
  return new Command("compare")
    .summary("what a change did, cause by cause: two finished runs side by side")
    .description(
      "Sets two finished runs of a case, or of a case and its patched copy, side by side: the gap, every cause and every program before and after, and first of all what else differs between the runs.",
    )
    .argument("[before]", "run id, latest, previous, or a report.json; default: previous")
    .argument("[after]", "the same; default: latest")
    .option("--json", "the comparison as one JSON document on standard output")
    .option("--export-json <file>", "also write the JSON to this file")
    .option("--export-md <file>", "also write it as Markdown to this file")
    .option("--force", "compare although the runs are of two cases or two machines")
    .option("--strict", "exit 7 when no answer can be given: no gap told, or a serious doubt")
    .option(
      "--fail-on <bound>",
      'exit 1 when a program surely takes more than that times as long as before: "cpu>1.05"; "go/rust cpu>1.05": when that gap surely grew by more',
      failOnValue,
    )
    .addHelpText(
      "after",
      `
Examples:
  perfgap compare                      the run before the last one, and the last
  perfgap compare previous latest --export-md change.md
  perfgap compare 20261124-114200-k3xa colleague.json --force

To see what a change does, copy the program, change the copy, explain both:
  perfgap explain ./go ./rust -- 20
  cp -r go go-patched        then edit go-patched
  perfgap explain ./go-patched ./rust -- 20
  perfgap compare
Or side by side in one session, where nothing else differs:
  perfgap explain ./go ./go-patched -- 20`,
    )
    .action(async (before: string | undefined, after: string | undefined, flags: CompareFlags) => {
      const { compare } = await import("../compare.ts");
      await compare({ before: before ?? "previous", after: after ?? "latest" }, flags, context);
    });
}
