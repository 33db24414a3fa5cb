import { rm } from "node:fs/promises";
import { join } from "node:path";
import type { ProfilerRung } from "../model/profile.ts";
import { readRecording, recordedRun } from "./perf.ts";
import type { RawSamples } from "./perf-script.ts";
import type { ProfileRequest } from "./profile-request.ts";
import { eventOf } from "./profiler-ladder.ts";
import { exitProblem, type Recorded, recordRuns } from "./record-runs.ts";

/** Runs the subject under perf; recordings are read at once and removed. */
export function recordWithPerf(
  request: ProfileRequest,
  perf: string,
  rung: ProfilerRung,
): Promise<Recorded<RawSamples>> {
  const name = request.subject.replaceAll(/\W/g, "_");
  return recordRuns(request, async (index) => {
    const dataPath = join(request.workDirectory, `profile-${name}-${index}.perf`);
    try {
      const result = await request.runner.run(
        recordedRun(perf, eventOf(rung), request.run, dataPath),
        request.signal,
      );
      const problem = exitProblem(result);
      if (problem !== undefined) return { kind: "failed", reason: problem };
      const read = await readRecording(perf, dataPath, request.signal);
      if (!read.ok) return { kind: "failed", reason: read.error.message };
      const { malformed, samples: count } = read.value;
      return { kind: "recorded", result, samples: read.value, malformed, count };
    } finally {
      await rm(dataPath, { force: true });
    }
  });
}
