import { exitCodes } from "../base/failure.ts";
import { serve } from "../serve/serve.ts";
import type { CommandContext } from "./context.ts";
import { openInBrowser } from "./open-browser.ts";

export interface ServeFlags {
  readonly port?: number;
  readonly open?: true;
  readonly quiet?: true;
}

/** Serves until Ctrl-C, which is how it is meant to end: exit code 0. */
export async function serveRuns(flags: ServeFlags, context: CommandContext): Promise<void> {
  const { terminal, interruption, directory, services } = context;
  interruption.announce(undefined);
  const factors = await services.factors();
  const languageTitles = Object.fromEntries(
    (await services.languages()).map(({ id, title }) => [id, title] as const),
  );
  const serving = await serve({
    projectDirectory: directory,
    port: flags.port ?? 0,
    factors,
    languageTitles,
  });
  terminal.out(`${serving.url}\n`);
  if (flags.quiet !== true) terminal.err("serving the runs of this folder to this machine; Ctrl-C ends it\n");
  if (flags.open === true) openInBrowser(new URL(serving.url), context);
  await new Promise<void>((resolve) => {
    if (interruption.stop.aborted) resolve();
    interruption.stop.addEventListener("abort", () => resolve(), { once: true });
  });
  await serving.close();
  const code = interruption.exitCode();
  context.exitWith(code === exitCodes.terminated ? code : exitCodes.answered);
}
