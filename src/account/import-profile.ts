import { readFile, realpath } from "node:fs/promises";
import { basename } from "node:path";
import type { Elf } from "../base/elf.ts";
import { err, ok, type Result } from "../base/result.ts";
import type { SubjectId } from "../model/case.ts";
import type { Profile } from "../model/profile.ts";
import { mergeRuns, placeSamples, type RunSamples } from "./merge-samples.ts";
import { samplingFrequencyHz } from "./perf.ts";
import { parsePerfScript, type RawSamples } from "./perf-script.ts";
import { readPprof } from "./pprof-read.ts";
import { withSourceLines } from "./profile-subject.ts";
import { programOrigin } from "./program-origin.ts";
import { readElf } from "./read-elf.ts";

/** Files above this size are not read into memory at once. */
const maxBytes = 400 * 1024 * 1024;

/**
 * A profile that the user brings for a prebuilt program: pprof, or the text of `perf script`. It counts as one run, so
 * intervals are by samples only. Recorded where the program had another path, it is taken for the module of the same
 * file name. The error says what the file is not.
 */
export async function importProfile(
  path: string,
  subject: SubjectId,
  executable: string,
): Promise<Result<Profile, string>> {
  const bytes = await readFile(path).catch(() => undefined);
  if (bytes === undefined) return err(`${path} cannot be read`);
  if (bytes.length > maxBytes) return err(`${path} has ${bytes.length} bytes; at most ${maxBytes} are read`);
  const program = await realpath(executable).catch(() => executable);
  const elf = await readElf(program);
  const read = await readSamples(path, bytes, program, elf);
  if (!read.ok) return read;
  const { run, samples, periodNs } = read.value;
  const origin = elf === undefined ? undefined : programOrigin(elf);
  const { frames, stacks, lost } = await withSourceLines(mergeRuns([run]), program, origin);
  return ok({
    subject,
    rung: "perf",
    lost: ["variation between runs: the profile was brought in as one file", ...lost],
    executable: program,
    ...(origin === undefined ? {} : { origin }),
    periodNs,
    frames,
    stacks,
    runs: [{ samples, malformed: 0, wallTimeNs: 0, stdoutHash: "" }],
  });
}

interface Read {
  readonly run: RunSamples;
  readonly samples: number;
  readonly periodNs: number;
}

async function readSamples(
  path: string,
  bytes: Uint8Array,
  program: string,
  elf: Elf | undefined,
): Promise<Result<Read, string>> {
  const pprof = await readPprof(bytes, {
    elfOf: (mapping) => (basename(mapping) === basename(program) ? elf : undefined),
  });
  if (pprof.ok && pprof.value.samples > 0) {
    const { samples, periodNs } = pprof.value;
    return ok({ run: moved(pprof.value, program), samples, periodNs });
  }
  const text = parsePerfScript(Buffer.from(bytes).toString("utf8"));
  if (!text.ok) return err(`${path} is neither a pprof profile nor a listing of perf script`);
  const raw: RawSamples = moved(text.value, program);
  const [run] = placeSamples([raw], program, elf);
  if (run === undefined) return err(`${path} has no samples`);
  return ok({ run, samples: raw.samples, periodNs: 1e9 / samplingFrequencyHz });
}

/** Modules of the program's file name become the program, where none has its path. */
function moved<T extends { readonly frames: readonly { readonly module: string }[] }>(
  recorded: T,
  program: string,
): T {
  const name = basename(program);
  if (recorded.frames.some(({ module }) => module === program)) return recorded;
  return {
    ...recorded,
    frames: recorded.frames.map((frame) =>
      basename(frame.module) === name ? { ...frame, module: program } : frame,
    ),
  };
}
