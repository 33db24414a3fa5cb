import type { ServerResponse } from "node:http";
import { printable } from "../base/printable.ts";
import { listRuns } from "../runs/list-runs.ts";
import { liveMark } from "./live-report.ts";
import { type KnownRun, liveText, type ServedFolder } from "./routes.ts";

export interface FollowOptions {
  /** How often the run folder is looked at; a look is three `stat` calls, the inference follows new blocks only. */
  readonly everyMs: number;
}

/** Sends the state of a run whenever it changes, and once more when it has ended. Resolves when nobody listens. */
export function followRun(
  response: ServerResponse,
  run: KnownRun,
  served: ServedFolder,
  { everyMs }: FollowOptions,
): void {
  let seen = "";
  let looking = false;
  const end = () => {
    clearInterval(timer);
    response.end();
  };
  const send = (event: "state" | "end", text: string) =>
    response.write(`event: ${event}\ndata: ${JSON.stringify(text)}\n\n`);
  const look = async () => {
    const current = await currentRun(run, served);
    if (current === undefined) return end();
    const mark = `${current.kind} ${await liveMark(current)}`;
    if (mark === seen || response.writableEnded) return;
    seen = mark;
    const text = await liveText(current, served);
    send(current.kind === "running" ? "state" : "end", text);
    if (current.kind !== "running") end();
  };
  const guarded = () => {
    if (looking) return;
    looking = true;
    look()
      .catch((error: unknown) => {
        send("end", printable(error instanceof Error ? error.message : String(error)).replace(/[<&]/g, " "));
        end();
      })
      .finally(() => {
        looking = false;
      });
  };
  const timer = setInterval(guarded, everyMs);
  response.on("close", () => clearInterval(timer));
  guarded();
}

async function currentRun(
  { id }: KnownRun,
  { projectDirectory }: ServedFolder,
): Promise<KnownRun | undefined> {
  return (await listRuns(projectDirectory)).find(
    (run): run is KnownRun => run.id === id && run.kind !== "damaged",
  );
}
