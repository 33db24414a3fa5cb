import { realpath } from "node:fs/promises";
import { join } from "node:path";
import { probedRun, takeProbeOutput } from "./go-probe.ts";
import { type PprofSamples, readPprof } from "./pprof-read.ts";
import type { ProfileRequest } from "./profile-request.ts";
import { readElf } from "./read-elf.ts";
import { exitProblem, type Recorded, recordRuns } from "./record-runs.ts";

/** Runs a Go program that samples itself. */
export async function recordWithProbe(
  request: ProfileRequest,
  executable: string,
): Promise<Recorded<PprofSamples>> {
  const name = request.subject.replaceAll(/\W/g, "_");
  const real = await realpath(executable);
  const elf = await readElf(real);
  const run = { ...request.run, argv: [executable, ...request.run.argv.slice(1)] };
  return recordRuns(request, async (index) => {
    const prefix = join(request.workDirectory, `probe-${name}-${index}`);
    const result = await request.runner.run(probedRun(run, prefix, true), request.signal);
    const output = await takeProbeOutput(prefix);
    const problem = exitProblem(result);
    if (problem !== undefined) return { kind: "failed", reason: problem };
    if (!output.ok) return { kind: "failed", reason: output.error };
    if (output.value.pprof === undefined)
      return { kind: "failed", reason: "the probe wrote no profile: the program profiles itself" };
    const isProgram = (mapping: string) => mapping === executable || mapping === real || mapping === "";
    const read = await readPprof(output.value.pprof, {
      moduleOf: (mapping) => (isProgram(mapping) ? real : mapping),
      elfOf: (mapping) => (isProgram(mapping) ? elf : undefined),
    });
    if (!read.ok) return { kind: "failed", reason: read.error };
    return { kind: "recorded", result, samples: read.value, malformed: 0, count: read.value.samples };
  });
}
