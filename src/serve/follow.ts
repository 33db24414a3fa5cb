import type { ServerResponse } from "node:http";
import { html, htmlText } from "../report/html.ts";
import { currentKind, type KnownRun } from "../runs/list-runs.ts";
import { type LiveParts, liveParts } from "./live-page.ts";
import { type LiveState, markOf, readLiveState, readProgressState, withTitles } from "./live-report.ts";
import type { ServedFolder } from "./routes.ts";

export interface FollowOptions {
  /** How often the run folder is looked at; a look is a few `stat` calls, the inference follows new blocks only. */
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
  let known: { readonly mark: string; readonly state: LiveState } | undefined;
  let looking = false;
  const end = () => {
    clearInterval(timer);
    response.end();
  };
  const send = (event: "state" | "end", parts: LiveParts) =>
    response.write(`event: ${event}\ndata: ${JSON.stringify(parts)}\n\n`);
  const look = async () => {
    const current = withTitles({ ...run, kind: await currentKind(run.directory) }, served.languageTitles);
    const blocksMark = await markOf(run, ["plan.json", "observations.ndjson"]);
    const mark = `${current.kind} ${blocksMark} ${await markOf(run, ["progress.json"])}`;
    if (mark === seen || response.writableEnded) return;
    seen = mark;
    if (known?.mark !== blocksMark)
      known = { mark: blocksMark, state: await readLiveState(current, served.factors) };
    const parts = liveParts(current, known.state, await readProgressState(current));
    send(current.kind === "running" ? "state" : "end", parts);
    if (current.kind !== "running") end();
  };
  const guarded = () => {
    if (looking) return;
    looking = true;
    look()
      .catch((error: unknown) => {
        const message = error instanceof Error ? error.message : String(error);
        send("end", { now: htmlText(html`The run cannot be followed: ${message}`), body: "" });
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
