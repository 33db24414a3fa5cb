import { join } from "node:path";
import { parseArgs } from "node:util";
import { cacheDirectory } from "../src/base/directories.ts";
import { Failure } from "../src/base/failure.ts";
import { buildNative } from "../src/base/native.ts";
import { createRandom } from "../src/base/random.ts";
import { hostNoise, type NoiseSpan, noiseBetween } from "../src/host/index.ts";
import type { RunnerRung } from "../src/model/run.ts";
import { openRunner } from "../src/runner/open-runner.ts";
import { lockHost } from "../src/runs/host-lock.ts";
import { type Contestants, roundsFor, runBatches } from "./harness/contest.ts";
import { openHyperfine } from "./harness/hyperfine.ts";
import { compareSameTwice } from "./harness/same-twice.ts";
import {
  formatTarget,
  loopTarget,
  sameTwiceTargets,
  startUpTargets,
  type Target,
} from "./harness/targets.ts";

export interface HarnessResult {
  readonly bench: "harness";
  readonly rung: RunnerRung;
  readonly hyperfine: { readonly version: string } | { readonly missing: string };
  readonly seed: number;
  /** How busy the host was meanwhile. */
  readonly noise: NoiseSpan;
  readonly targets: readonly Target[];
}

interface Settings {
  readonly repeats: number;
  readonly batches: number;
  readonly seed: number;
}

/**
 * Targets T1-T7: the launcher against `hyperfine -N`, interleaved. `--repeats N` of the contest in which both compare a
 * program with itself (default 40), `--batches N` of 50 starts (default 40), `--full` for 200 repeats, `--seed N`.
 */
export async function run(args: readonly string[]): Promise<HarnessResult> {
  const settings = readSettings(args);
  const lock = await lockHost(cacheDirectory());
  const runner = await openRunner();
  try {
    const hyperfine = await openHyperfine();
    const before = await hostNoise();
    const measured =
      typeof hyperfine === "string"
        ? []
        : await measureTargets({ runner, hyperfine, random: createRandom(settings.seed) }, settings);
    const noise = noiseBetween(before, await hostNoise());
    const found = typeof hyperfine === "string" ? { missing: hyperfine } : { version: hyperfine.version };
    console.error(
      typeof hyperfine === "string" ? `nothing to compare with: ${hyperfine}` : heading(hyperfine.version),
    );
    const targets = [...measured].sort((left, right) => (left.id < right.id ? -1 : 1));
    for (const target of targets) console.error(formatTarget(target));
    return { bench: "harness", rung: runner.rung, hyperfine: found, seed: settings.seed, noise, targets };
  } finally {
    await runner.close();
    await lock.release();
  }
}

async function measureTargets(contestants: Contestants, settings: Settings): Promise<readonly Target[]> {
  const spin = await buildSpin();
  const rounds = async (seconds: number) => String(await roundsFor(contestants.runner, spin, seconds));
  console.error("starting /bin/true ...");
  const start = await runBatches(contestants, ["/bin/true"], { batches: settings.batches, runs: 50 });
  const smallest = await runBatches(contestants, [spin, "0"], { batches: 4, runs: 25 });
  console.error("a 50 ms loop ...");
  const loop = await runBatches(contestants, [spin, await rounds(0.05)], {
    batches: settings.batches,
    runs: 4,
  });
  const size = { repeats: settings.repeats, pairs: 20 };
  const same = await compareSameTwice(contestants, [spin, await rounds(0.02)], size);
  const { random } = contestants;
  return [
    ...startUpTargets(start, smallest, random),
    loopTarget(loop, random),
    ...sameTwiceTargets(same, random),
  ];
}

async function buildSpin(): Promise<string> {
  const path = join(import.meta.dirname, "harness", "spin.c");
  const built = await buildNative({ name: "spin", path, language: "c", kind: "executable" });
  if (built.ok) return built.value.path;
  throw new Failure({
    code: "no-compiler",
    exit: "toolchainOrHost",
    message: "The program to measure cannot be built.",
    detail: built.error.message,
  });
}

function heading(version: string): string {
  const columns = [
    "",
    "ours over hyperfine's".padEnd(54),
    "ours".padStart(11),
    `hyp. ${version}`.padStart(11),
  ];
  return [...columns, "ratio (95 %)".padEnd(18), "target"].join("  ");
}

function readSettings(args: readonly string[]): Settings {
  const { values } = parseArgs({
    args: [...args],
    options: {
      repeats: { type: "string" },
      batches: { type: "string" },
      seed: { type: "string" },
      full: { type: "boolean" },
    },
  });
  const whole = (text: string | undefined, usual: number) => {
    const number = Number(text ?? usual);
    if (Number.isInteger(number) && number > 0) return number;
    throw new Failure({
      code: "usage",
      exit: "usage",
      message: `"${text ?? ""}" is not a whole number above 0.`,
    });
  };
  return {
    repeats: whole(values.repeats, values.full === true ? 200 : 40),
    batches: whole(values.batches, 40),
    seed: whole(values.seed, 1),
  };
}
