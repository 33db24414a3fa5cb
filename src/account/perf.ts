import { join } from "node:path";
import { StringDecoder } from "node:string_decoder";
import type { Result } from "../base/result.ts";
import { err } from "../base/result.ts";
import { killGroup, runCommand, startProcess } from "../base/subprocess.ts";
import type { RunRequest } from "../model/run.ts";
import type { ParseProblem, RawSamples } from "./perf-script.ts";
import { createPerfScriptParser } from "./perf-script.ts";

/** 997 and not 1000 a second: a program with a rhythm of milliseconds must not fall in step with the sampler. */
export const samplingFrequencyHz = 997;
const readTimeoutMs = 120_000;

export type PerfEvent = "cpu-clock" | "cpu-clock:u";

/** The run with perf put before the program. Only stdout of the program reaches stdout: perf writes to `dataPath`. */
export function recordedRun(perf: string, event: PerfEvent, run: RunRequest, dataPath: string): RunRequest {
  return { ...run, argv: [...recordArgv(perf, event, dataPath), ...run.argv] };
}

function recordArgv(perf: string, event: PerfEvent, dataPath: string): readonly [string, ...string[]] {
  return [
    perf,
    "record",
    "--quiet",
    "--no-buildid",
    "--no-buildid-cache",
    "--max-size=512M",
    `--event=${event}`,
    `--freq=${samplingFrequencyHz}`,
    "--call-graph=fp",
    `--output=${dataPath}`,
    "--",
  ];
}

/** Whether this process may sample with the event here. */
export async function canRecord(perf: string, event: PerfEvent, workDirectory: string): Promise<boolean> {
  const result = await runCommand({
    argv: [...recordArgv(perf, event, join(workDirectory, "try.perf")), "true"],
    timeoutMs: 20_000,
    outputLimitBytes: 65_536,
  });
  return result.kind === "exited" && result.code === 0;
}

/** Reads a recording through `perf script`, in memory bounded by the number of different stacks. */
export function readRecording(
  perf: string,
  dataPath: string,
  signal?: AbortSignal,
): Promise<Result<RawSamples, ParseProblem>> {
  return new Promise((resolve) => {
    const fields = "comm,pid,tid,time,event,ip,sym,symoff,dso";
    const child = startProcess([perf, "script", "--force", "--no-inline", "-F", fields, "-i", dataPath], {
      detached: true,
      stdio: ["ignore", "pipe", "ignore"],
      env: { ...process.env, DEBUGINFOD_URLS: "" },
    });
    const parser = createPerfScriptParser();
    const decoder = new StringDecoder("utf8");
    const stop = () => killGroup(child.pid, "SIGKILL");
    const timer = setTimeout(stop, readTimeoutMs);
    signal?.addEventListener("abort", stop, { once: true });
    child.stdout?.on("data", (chunk: Buffer) => parser.push(decoder.write(chunk)));
    const finish = (value: Result<RawSamples, ParseProblem>) => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", stop);
      resolve(value);
    };
    child.once("error", (error) =>
      finish(
        err({ kind: "parseProblem", reason: "unreadable", message: `perf did not start: ${error.message}` }),
      ),
    );
    child.once("close", (code, killedBy) => {
      if (code === 0) {
        finish(parser.end());
        return;
      }
      const why = code === null ? `was ended by ${killedBy ?? "a signal"}` : `ended with code ${code}`;
      finish(err({ kind: "parseProblem", reason: "unreadable", message: `perf script ${why}` }));
    });
  });
}
