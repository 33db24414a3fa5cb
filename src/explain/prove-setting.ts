import { canonicalJson } from "../base/hash.ts";
import type { Artifact } from "../model/artifact.ts";
import type { Facts } from "../model/facts.ts";
import { baselineSetting, type Setting, type SettingPatch } from "../model/setting.ts";
import type { ShippableSetting } from "../plugin.ts";
import { type ProofContext, type ProofOutcome, proveLever } from "../prove/prove-lever.ts";
import { limitAfter } from "../verify/kept-run.ts";
import { buildVariant, type VerifiedBaseline } from "./baselines.ts";
import { inspectArtifact, traceArtifact } from "./gather-facts.ts";
import { verifyingOf } from "./verify-baselines.ts";
import type { Workbench } from "./workbench.ts";

const codeShape = "code.shape";

/** Looks at one program: as written once, and with each setting that is asked about. */
export interface SettingProver {
  /** Why the setting has nothing to act on in this program, by a count on the program as written. */
  nothingToActOn(setting: ShippableSetting): Promise<string | undefined>;
  /** Whether a setting of the build left every instruction as it was; false where that cannot be told. */
  leavesCode(artifact: Artifact): Promise<boolean>;
  /** Why nothing shows that a setting of the run took effect; undefined when a traced run shows that it did. */
  unproved(setting: ShippableSetting, patch: SettingPatch): Promise<string | undefined>;
}

/** Every answer about the program as written is taken once and serves all settings. */
export function settingProver(bench: Workbench, baseline: VerifiedBaseline): SettingProver {
  const { contender, artifact, reference } = baseline;
  const asWritten = canonicalJson(baselineSetting);
  const timeoutMs = limitAfter(verifyingOf(bench), reference.longestWallTimeNs);
  const inspected = once(() => inspectArtifact(contender, artifact, []));
  const trace = (setting: Setting) => traceArtifact(bench, { contender, artifact, setting, timeoutMs });
  const tracedAsWritten = once(() => trace(baselineSetting));
  const context: ProofContext = {
    build: (setting) => buildVariant(bench, contender, setting),
    inspect: inspected,
    trace: (_, setting) => (canonicalJson(setting) === asWritten ? tracedAsWritten() : trace(setting)),
  };
  return {
    nothingToActOn: async ({ requires }) =>
      requires === undefined ? undefined : lacks(await inspected(), requires),
    leavesCode: async (built) => {
      const before = (await inspected())[codeShape];
      return before !== undefined && before === (await inspectArtifact(contender, built, []))[codeShape];
    },
    unproved: async ({ proof }, patch) =>
      proof === undefined
        ? "nothing would show whether it takes effect"
        : reasonOf(await proveLever({ patch, stage: "run", proof }, context)),
  };
}

function once<Value>(ask: () => Promise<Value>): () => Promise<Value> {
  let answer: Promise<Value> | undefined;
  return () => {
    answer ??= ask();
    return answer;
  };
}

function lacks(facts: Facts, requires: NonNullable<ShippableSetting["requires"]>): string | undefined {
  const value = facts[requires.fact];
  if (value === undefined)
    return `it could not be told from the program whether it would act on anything (no count of ${requires.fact})`;
  return value === requires.value ? undefined : requires.otherwise;
}

function reasonOf(outcome: ProofOutcome): string | undefined {
  switch (outcome.kind) {
    case "absent":
      return `it has nothing to act on (${outcome.reason})`;
    case "notApplied":
      return `it was not applied: ${outcome.reason}`;
    case "failed":
      return `it could not be seen whether it takes effect: ${outcome.reason}`;
    case "proved":
      return undefined;
  }
}
