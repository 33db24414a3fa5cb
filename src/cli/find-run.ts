import { printable } from "../base/printable.ts";
import { didYouMean } from "../base/suggest.ts";
import { type CommandContext, usageFailure } from "./context.ts";
import type { RunSummary } from "./services.ts";

/** The run of that id, or the latest of that kind. Throws Failure (exit "usage") where there is none. */
export async function findRun(
  id: string | undefined,
  kind: "finished" | "resumable",
  { services, directory }: CommandContext,
): Promise<RunSummary> {
  const runs = await services.listRuns(directory);
  const run =
    id === undefined ? runs.find((each) => each.kind === kind) : runs.find((each) => each.id === id);
  if (run !== undefined) return run;
  if (runs.length === 0)
    throw usageFailure(
      "no-such-run",
      "There are no runs in this folder.",
      "perfgap explain ./go ./rust makes one",
    );
  if (id === undefined)
    throw usageFailure("no-such-run", `No run here is ${kind}.`, "perfgap runs lists what there is");
  const near = didYouMean(
    id,
    runs.map((each) => each.id),
  );
  throw usageFailure(
    "no-such-run",
    `There is no run "${printable(id)}" here${near}`,
    "perfgap runs lists them",
  );
}

/** Says why a run is not what a command needs. */
export function requireKind(run: RunSummary, kind: "finished" | "resumable"): void {
  if (run.kind === kind) return;
  const again = run.kind === "damaged" ? undefined : run.case.command;
  const help = {
    running: "wait for it, or stop it with Ctrl-C where it runs",
    finished: `perfgap report ${run.id}`,
    resumable: `perfgap resume ${run.id}`,
    unplanned: again === undefined ? "start it again" : `start it again: ${printable(again)}`,
    damaged: "its folder can be removed",
  }[run.kind];
  const reason = run.kind === "damaged" ? `damaged: ${printable(run.reason)}` : run.kind;
  throw usageFailure("run-state", `Run ${run.id} is ${reason}, not ${kind}.`, help);
}
