import { Command } from "commander";
import type { CommandContext } from "../context.ts";
import { portValue } from "../option-values.ts";
import type { ServeFlags } from "../serve.ts";

export function serveCommand(context: CommandContext): Command {
  return new Command("serve")
    .summary("a local page with the runs of this folder; follows one that is measured")
    .description(
      "Serves the runs of this folder to the browser of this machine: reports, a running measurement block by block, two runs compared. Nothing can be changed through it.",
    )
    .option("--port <n>", "port on 127.0.0.1 (default: any that is free)", portValue)
    .option("--open", "open the page in the browser")
    .addHelpText(
      "after",
      `
It listens on 127.0.0.1 only; over ssh:
  ssh -L 8080:127.0.0.1:8080 HOST
  perfgap serve --port 8080
Ctrl-C ends it.

Examples:
  perfgap serve
  perfgap serve --port 8080 --open`,
    )
    .action(async (flags: ServeFlags) => {
      const { serveRuns } = await import("../serve.ts");
      await serveRuns(flags, context);
    });
}
