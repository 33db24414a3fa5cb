import { mixSeeds } from "../base/random.ts";
import type { PilotSubject } from "../measure/pilot-subject.ts";
import { baselineSetting } from "../model/setting.ts";
import type { SideInput } from "../plan/index.ts";
import type { Baseline } from "./baselines.ts";
import type { ChosenSide } from "./choose-sides.ts";
import { dosesOf } from "./doses.ts";
import type { Findings } from "./gather-facts.ts";
import type { Workbench } from "./workbench.ts";

/** One side as the plan needs it, with what the pilot saw of its runs and links. */
export async function sideInput(
  bench: Workbench,
  side: ChosenSide,
  { baseline, pilot }: Findings,
): Promise<SideInput> {
  const { contender } = baseline;
  const fixed = contender.subject.command !== undefined;
  return {
    subject: side.subject,
    factors: side.factors,
    ...(side.scheme === undefined ? {} : { scheme: side.scheme }),
    doses: await dosesOf(bench, side, contender),
    missing: (side.missing ?? []).map(({ cell }) => cell),
    layout: fixed ? "fixed" : "randomised",
    pilot: {
      runTimeMs: pilot.typicalWallTimeNs / 1e6,
      linkTimeMs: fixed ? 0 : await linkTimeMs(bench, baseline),
      runSd: Math.min(0.2, Math.max(0.01, sdOf(pilot))),
    },
  };
}

/** What one more link of a program that is already compiled takes. */
async function linkTimeMs(bench: Workbench, { contender, artifact }: Baseline): Promise<number> {
  const { subject, toolchain } = contender;
  const linked = await bench.builder.build({
    subject,
    toolchain,
    setting: baselineSetting.build,
    layoutSeed: mixSeeds(bench.seed, 1),
    purpose: "timed",
    signal: bench.options.kill,
  });
  return linked.ok ? linked.value.buildTimeMs : artifact.buildTimeMs;
}

/** Noise of one run, by CPU time where it can be had. */
export function sdOf(subject: PilotSubject): number {
  return subject.cpuTimeSd ?? subject.wallTimeSd;
}
