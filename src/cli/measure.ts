import { exitCodes, Failure } from "../base/failure.ts";
import { printable } from "../base/printable.ts";
import { onCommand, shellCommand } from "../base/subprocess.ts";
import type { ExplainOptions, ProgressEvent } from "../model/progress.ts";
import type { CommandContext } from "./context.ts";
import { checkExports, deliver } from "./deliver.ts";
import type { OutputFlags } from "./explain-options.ts";
import { exportProfiles } from "./export-profiles.ts";
import { planText } from "./plan-text.ts";
import type { ProfileExportFlags } from "./profile-options.ts";
import { showProgress } from "./progress.ts";
import { stopsAfterBlock } from "./signals.ts";
import { exitCodeFor } from "./verdict.ts";

/** What the events have told of the run so far. */
interface RunFacts {
  readonly id?: string;
  readonly directory?: string;
  readonly htmlPath?: string;
  readonly resumable: boolean;
  /** The first look was told: something was measured, though nothing that can be gone on with. */
  readonly hadFirstLook?: true;
  readonly plan?: Extract<ProgressEvent, { kind: "planMade" }>;
}

/** Runs the pipeline, shows it, delivers the answer and decides the exit code: `explain`, `demo` and `resume`. */
export async function measure(
  options: ExplainOptions,
  flags: OutputFlags & ProfileExportFlags,
  context: CommandContext,
): Promise<void> {
  const { terminal, services, interruption } = context;
  await checkExports(flags, context);
  const progress = showProgress({ terminal, quiet: flags.quiet === true, nowMs: context.nowMs });
  if (flags.verbose === true) printCommands(context);
  // A run can go on once its plan is on disk, which a resumed one has from the start.
  let facts: RunFacts = { resumable: options.resume !== undefined };
  const preparing = endAtOnce(options, context);
  try {
    const report = await services.explain(preparing.options, (event) => {
      facts = noteFacts(facts, event);
      if (event.kind === "planMade") preparing.done();
      progress.listen(event);
    });
    progress.clear();
    if (options.planOnly === true) return terminal.out(facts.plan === undefined ? "" : planText(facts.plan));
    await deliver(report, flags, context, facts.htmlPath);
    await exportProfiles(report, facts.directory, flags, context);
    context.exitWith(interruption.exitCode() ?? exitCodeFor(report, flags));
  } catch (error) {
    progress.clear();
    const code = interruption.exitCode();
    if (code === undefined) throw error;
    if (!isInterruption(error)) throw error;
    context.exitWith(code);
  } finally {
    onCommand(undefined);
  }
  if (interruption.exitCode() !== undefined) tellHowToResume(facts, options.command, context);
}

/** Until there is a plan no block can be finished and nothing is lost: the first Ctrl-C ends the work there and then. */
function endAtOnce(
  options: ExplainOptions,
  { interruption }: CommandContext,
): { readonly options: ExplainOptions; readonly done: () => void } {
  const early = new AbortController();
  const end = () => early.abort();
  options.stop.addEventListener("abort", end, { once: true });
  interruption.announce("stopping now");
  return {
    options: { ...options, kill: AbortSignal.any([options.kill, early.signal]) },
    done: () => {
      options.stop.removeEventListener("abort", end);
      interruption.announce(stopsAfterBlock);
    },
  };
}

function isInterruption(error: unknown): boolean {
  return error instanceof Failure && (error.exit === "interrupted" || error.exit === "terminated");
}

function noteFacts(facts: RunFacts, event: ProgressEvent): RunFacts {
  if (event.kind === "runOpened") return { ...facts, id: event.runId, directory: event.directory };
  if (event.kind === "planMade") return { ...facts, plan: event, resumable: true };
  if (event.kind === "gapKnown") return { ...facts, hadFirstLook: true };
  if (event.kind !== "finished") return facts;
  return {
    ...facts,
    id: event.runId,
    resumable: event.resumable,
    ...(event.reportHtmlPath === undefined ? {} : { htmlPath: event.reportHtmlPath }),
  };
}

function tellHowToResume(
  { id, resumable, hadFirstLook }: RunFacts,
  command: string,
  { terminal, interruption }: CommandContext,
): void {
  const word = interruption.exitCode() === exitCodes.terminated ? "terminated" : "interrupted";
  if (id !== undefined && resumable)
    terminal.err(`${word}; nothing measured is lost. Go on with:\n  perfgap resume ${printable(id)}\n`);
  else if (hadFirstLook === true)
    terminal.err(
      `${word} after the first look, of which nothing is kept. Start again with:\n  ${printable(command)}\n`,
    );
  else terminal.err(`${word} before anything was measured\n`);
}

export function printCommands({ terminal }: CommandContext): void {
  onCommand(({ argv, env, workingDirectory }) => {
    const place = workingDirectory === undefined ? "" : `cd ${shellCommand([workingDirectory])} && `;
    terminal.err(`${terminal.errStyle.faint(printable(`+ ${place}${shellCommand(argv, env)}`))}\n`);
  });
}
