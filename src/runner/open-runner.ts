import { join } from "node:path";
import { packageDirectory } from "../base/directories.ts";
import { Failure } from "../base/failure.ts";
import { buildNative } from "../base/native.ts";
import type { Runner } from "../model/run.ts";
import { openLauncher } from "./launcher-runner.ts";
import { isRungId, ladder, type RungDescription, type RungId } from "./rungs.ts";
import { spawnRunner } from "./spawn-runner.ts";

export interface RunnerOptions {
  /** Only this rung will do; PERFGAP_RUNNER says the same. Absent: the first that works. */
  readonly forced?: RungId;
}

/**
 * Opens the best runner that this host allows; what a lower rung loses and why it was taken is in its `rung`.
 * Rejects with a Failure when a forced rung cannot be had.
 */
export async function openRunner(options: RunnerOptions = {}): Promise<Runner> {
  const forced = options.forced ?? forcedByEnvironment();
  const reasons: string[] = [];
  for (const description of ladder) {
    if (forced !== undefined && description.rung.id !== forced) continue;
    const opened = await openRung(description, reasons);
    if (typeof opened !== "string") return opened;
    reasons.push(`${description.rung.title}: ${opened}`);
  }
  throw new Failure({
    code: "runner-unavailable",
    exit: "toolchainOrHost",
    message: `The way of running programs that PERFGAP_RUNNER asks for cannot be had: ${reasons.join("; ")}.`,
    help: "unset PERFGAP_RUNNER, and perfgap takes the best that works",
  });
}

function forcedByEnvironment(): RungId | undefined {
  const { PERFGAP_RUNNER: id } = process.env;
  if (id === undefined || id === "") return undefined;
  if (isRungId(id)) return id;
  const known = ladder.map(({ rung }) => rung.id).join(", ");
  throw new Failure({
    code: "unknown-runner",
    exit: "usage",
    message: `PERFGAP_RUNNER is "${id}", which is no way of running programs.`,
    help: `set it to one of ${known}, or unset it`,
  });
}

async function openRung(description: RungDescription, reasons: readonly string[]): Promise<Runner | string> {
  const reason = reasons.length === 0 ? {} : { reason: reasons.join("; ") };
  const rung = { ...description.rung, ...reason };
  if (description.source === undefined) return spawnRunner(rung);
  if (process.platform !== "linux") return "the launcher needs Linux";
  const { file, language } = description.source;
  const built = await buildNative({
    name: rung.id,
    path: join(packageDirectory(), "probes", "launcher", file),
    language,
    kind: "executable",
  });
  return built.ok ? openLauncher(built.value.path, rung) : built.error.message;
}
