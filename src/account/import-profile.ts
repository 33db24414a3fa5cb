import { readFile } from "node:fs/promises";
import { err, ok, type Result } from "../base/result.ts";
import type { SubjectId } from "../model/case.ts";
import type { Profile } from "../model/profile.ts";
import { mergeRuns, placeSamples, type RunSamples } from "./merge-samples.ts";
import { samplingFrequencyHz } from "./perf.ts";
import { parsePerfScript } from "./perf-script.ts";
import { readPprof } from "./pprof-read.ts";

/** Files above this size are not read into memory at once. */
const maxBytes = 400 * 1024 * 1024;

/**
 * A profile that the user brings for a prebuilt program: pprof, or the text of `perf script`. It counts as one run, so
 * intervals are by samples only. The error says what the file is not.
 */
export async function importProfile(
  path: string,
  subject: SubjectId,
  executable: string,
): Promise<Result<Profile, string>> {
  const bytes = await readFile(path).catch(() => undefined);
  if (bytes === undefined) return err(`${path} cannot be read`);
  if (bytes.length > maxBytes) return err(`${path} has ${bytes.length} bytes; at most ${maxBytes} are read`);
  const pprof = await readPprof(bytes);
  if (pprof.ok && pprof.value.samples > 0)
    return ok(profileOf(pprof.value, pprof.value.samples, pprof.value.periodNs));
  const text = parsePerfScript(bytes.toString("utf8"));
  if (!text.ok) return err(`${path} is neither a pprof profile nor a listing of perf script`);
  const placed = placeSamples([text.value], executable, undefined)[0];
  if (placed === undefined) return err(`${path} has no samples`);
  return ok(profileOf(placed, text.value.samples, 1e9 / samplingFrequencyHz));

  function profileOf(run: RunSamples, samples: number, periodNs: number): Profile {
    return {
      subject,
      rung: "perf",
      lost: ["variation between runs: the profile was brought in as one file"],
      executable,
      periodNs,
      ...mergeRuns([run]),
      runs: [{ samples, malformed: 0, wallTimeNs: 0, stdoutHash: "" }],
    };
  }
}
