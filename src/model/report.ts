import type { LanguageId, SubjectId } from "./case.ts";
import type { Estimate, Interval } from "./estimate.ts";
import type { Evidence, Facts, SourceLocation } from "./evidence.ts";
import type { FactorGroup, FactorId, ProofResult } from "./factor.ts";
import type { Host } from "./host.ts";
import type { TailTreatment } from "./inference.ts";
import type { MetricId } from "./plan.ts";
import type { SettingPatch } from "./setting.ts";

export const reportSchemaId = "perfgap/report@1";

export interface ReportSubject {
  readonly id: SubjectId;
  /** What people read in sentences, e.g. the language's name; absent: the id. */
  readonly title?: string;
  readonly language: LanguageId;
  readonly toolchain: string;
  /** Typical value per metric: seconds, or bytes for maxRss. */
  readonly typical: Readonly<Partial<Record<MetricId, Estimate>>>;
}

/** Contrast between two subjects at baseline. `slow` and `fast` by the point estimate of cpuTime. */
export interface Gap {
  readonly slow: SubjectId;
  readonly fast: SubjectId;
  readonly metric: MetricId;
  readonly logRatio: Estimate;
  readonly ratio: Estimate;
  /** "equal": within the equivalence margin; "undetermined": neither a difference nor its absence is shown. */
  readonly verdict?: "slower" | "faster" | "equal" | "undetermined";
}

export type CauseVerdict = "cause" | "asset" | "negligible" | "undetermined";

/** Shapley share of one factor in the log gap, in log units. */
export interface Contribution {
  readonly factor: FactorId;
  readonly title: string;
  readonly phrase: string;
  readonly group: FactorGroup;
  readonly value: number;
  readonly low: number;
  readonly high: number;
  /** The parts of `value` that each side pays: value = slowSide - fastSide. */
  readonly slowSide: Estimate;
  readonly fastSide: Estimate;
  /** Share of the gap, only where the gap is larger than three half widths. */
  readonly share?: number;
  /** What a person sees who flips just this factor, per side. */
  readonly alone: { readonly slow?: Estimate; readonly fast?: Estimate };
  /** The same with every other factor already neutral. */
  readonly last: { readonly slow?: Estimate; readonly fast?: Estimate };
  /** Smallest and largest marginal over all contexts, both sides. */
  readonly range: Interval;
  readonly verdict: CauseVerdict;
  /** Upper bound of the effect that is still possible when negligible: |value| + 90 % half width. */
  readonly atMost: number;
  readonly sided: "both" | "slow" | "fast";
  /** Where one side is a hole: what the unknown side may add. */
  readonly bound?: Interval & { readonly reason: string };
  readonly dependsOn: readonly FactorId[];
  /** Ids of what speaks for it; both lists empty: no evidence was found. */
  readonly evidence: readonly string[];
  /** Ids of what speaks against it. */
  readonly evidenceAgainst?: readonly string[];
  readonly proofs: Readonly<Record<SubjectId, ProofResult>>;
  /** How it was switched off on each side; absent in older reports. */
  readonly levers?: Readonly<Record<SubjectId, SwitchedOff>>;
  readonly caveat: string;
}

/** What was changed to switch a cause off. */
export interface SwitchedOff {
  readonly patch: SettingPatch;
  /** What every variant of the side carries so that the patch is the only difference. */
  readonly scheme?: SettingPatch;
  readonly note?: string;
}

export interface Interaction {
  readonly factors: readonly [FactorId, FactorId];
  readonly side: SubjectId;
  readonly index: Estimate;
  readonly reading: "together" | "substitutes";
}

export interface Exclusion {
  readonly factor: FactorId;
  readonly side: SubjectId;
  /** not selected: it may be a cause, and was left out. apart: no part of the gap, or measured under another name. */
  readonly kind: "screened out" | "natural" | "hole" | "not applied" | "failed" | "not selected" | "apart";
  readonly reason: string;
}

export interface Diagnostics {
  /** Baseline against placebo per subject: must cover zero. */
  readonly aa: Readonly<Record<SubjectId, Estimate>>;
  readonly noiseFloor: number;
  readonly layoutSd: Readonly<Record<SubjectId, number>>;
  readonly runSd: Readonly<Record<SubjectId, number>>;
  readonly blocks: number;
  readonly degreesOfFreedom: number;
  readonly clippedShare: number;
  readonly detrended: boolean;
  readonly driftShare: number;
  readonly precisionWanted: number;
  readonly precisionReached: number;
  readonly stoppedBy: "precision" | "budget" | "maxBlocks" | "interrupted";
  readonly seed: number;
  /** Independent units: fewer than blocks where layouts were recycled. */
  readonly units?: number;
  /** How outlying runs were treated, per side. */
  readonly tails?: Readonly<Record<SubjectId, TailTreatment>>;
}

export interface Attribution {
  readonly slow: SubjectId;
  readonly fast: SubjectId;
  readonly metric: MetricId;
  readonly contributions: readonly Contribution[];
  /** Everything that cannot be switched off; contributions + neutralGap = gap. */
  readonly neutralGap: Estimate;
  /** Part of neutralGap that comes from a lever's own build scheme, per side. */
  readonly schemeShift: Readonly<Record<SubjectId, Estimate>>;
  readonly groups: readonly { readonly group: FactorGroup; readonly sum: Estimate }[];
  readonly interactions: readonly Interaction[];
  readonly excluded: readonly Exclusion[];
  readonly diagnostics: Diagnostics;
  /** Factors measured at levels between baseline and neutral too. */
  readonly doses?: readonly DoseSeries[];
  /** Fractions only, per side: what interactions of three and more factors may hold and belongs to no cause. */
  readonly higherOrder?: Readonly<Record<SubjectId, Estimate>>;
  /** The gap by component of the profile (LMDI) with the rest that has no name, where both sides were accounted; sums to the log ratio of their seconds. */
  readonly components?: readonly { readonly component: string; readonly share: Estimate }[];
}

/** One factor of one side level by level. The cause costs at least what the best level removes. */
export interface DoseSeries {
  readonly factor: FactorId;
  readonly side: SubjectId;
  /** y(as written) - y(level), alone, in log units; the neutral level last. */
  readonly levels: readonly { readonly level: string; readonly shift: Estimate }[];
  readonly atLeast: Estimate;
  /** From accounting: what removing every second of its components would save. */
  readonly atMost?: number;
}

export interface ComponentSeconds {
  readonly component: string;
  readonly seconds: Estimate;
  readonly share: number;
}

/** A package, crate or library with its share of the time, 0-1, what it allocates included. */
export interface LibraryShare {
  readonly name: string;
  readonly share: number;
}

export interface Accounting {
  readonly subject: SubjectId;
  readonly method: string;
  readonly components: readonly ComponentSeconds[];
  readonly unexplainedShare: number;
  /** The largest first; absent in older reports. */
  readonly libraries?: readonly LibraryShare[];
}

export interface Agreement {
  readonly factor: FactorId;
  readonly ablation: Estimate;
  readonly accounting: Estimate;
  /** undetermined: the intervals are too wide for either. */
  readonly flag: "agree" | "differ" | "undetermined";
  readonly reading: string;
  readonly slow?: SubjectId;
  readonly fast?: SubjectId;
}

/** One setting that could ship, measured alone against the subject as written. */
export interface Win {
  readonly subject: SubjectId;
  /** Id of the setting, e.g. "lto-fat"; absent in reports of version 0.1. */
  readonly id?: string;
  readonly setting: string;
  /** Where to change what, e.g. "Cargo.toml [profile.release]" -> 'lto = "fat"'. */
  readonly change: Readonly<Record<string, string>>;
  /** Log of the ratio of times, as it is over with the setting: positive is faster. */
  readonly gain: Estimate;
  /** What is known without measuring: one sentence each. */
  readonly costs: readonly string[];
  /**
   * What else the same runs moved for certain: logs of the ratio, with the setting over as it is. The other kind of time
   * stands there only where it rose.
   */
  readonly measuredCosts?: Readonly<Partial<Record<"cpuTime" | "wallTime" | "maxRss", Estimate>>>;
  readonly deployable: boolean;
  readonly verdict?: "gain" | "hurts" | "no difference" | "undetermined";
}

/** What a setting or a set of settings costs besides time: logs of the ratio, with the setting over as it is. */
export interface SettingCosts {
  readonly maxRss?: Estimate;
  readonly binaryBytes?: { readonly before: number; readonly after: number };
  readonly buildTimeMs?: { readonly before: number; readonly after: number };
  /** Portability, safety, work to keep it: one sentence each. */
  readonly notes: readonly string[];
}

/** The search for the best set of settings of one subject. */
export interface Tuning {
  readonly subject: SubjectId;
  readonly metric: MetricId;
  /** Absent: no set was found that is faster. */
  readonly best?: {
    /** Ids of wins. */
    readonly settings: readonly string[];
    readonly change: Readonly<Record<string, string>>;
    /** From blocks that the search did not see. */
    readonly gain: Estimate;
    readonly costs: SettingCosts;
  };
  readonly dropped: readonly { readonly id: string; readonly setting: string; readonly reason: string }[];
  /** Blocks that the search looked at, and fresh blocks for the final comparison. */
  readonly searchBlocks: number;
  readonly finalBlocks: number;
  readonly stoppedBy: "finished" | "budget" | "interrupted";
}

/** A change of the source, tied to a line, with a bound on its gain that was measured. */
export interface Advice {
  readonly id: string;
  readonly subject: SubjectId;
  readonly title: string;
  /** The smallest change that would do it, in words. */
  readonly change: string;
  readonly location?: SourceLocation;
  /** Log of the ratio of times, as it is over changed; absent: nothing measured bounds it, `boundFrom` says why. */
  readonly gainAtMost?: number;
  readonly boundFrom: string;
  /** Ids of the other lines that the same bound is for: together they gain no more than it. */
  readonly sharesBoundWith?: readonly string[];
  /** Ids of evidence. */
  readonly evidence: readonly string[];
}

/** A sign that two programs do not do the same work. Nothing switches it off: what it costs is in the neutral gap, or in a cause that acts on it. */
export interface ProgramDifference {
  readonly id: string;
  readonly slow: SubjectId;
  readonly fast: SubjectId;
  readonly title: string;
  readonly detail: string;
  /** Natural logarithm of how many times the two differ in what was counted. */
  readonly size: number;
  /** large: it may explain a good part of the gap and stands first in the report. */
  readonly weight: "large" | "small";
  /** Where it is time by the profile and not a count: in what, in words. The work may be the same, done in another way. */
  readonly component?: string;
  /** Upper bound in log units of what it may cost, from accounting; absent: nothing bounds it. */
  readonly atMost?: number;
  readonly evidence: readonly string[];
}

/** The list of common faults, each with what the look for it gave: found first, then what could not be looked at. */
export interface Checklist {
  readonly subject: SubjectId;
  readonly items: readonly {
    readonly id: string;
    readonly title: string;
    readonly state: "found" | "not found" | "not looked at";
    /** What was seen in numbers, or what was missing. */
    readonly detail: string;
    /** Found only: upper end of the share of the time spent in the place that `detail` names, 0-1; 0 where it cannot be told. */
    readonly share?: number;
    readonly remedy?: string;
  }[];
}

/** What was compared, by content, so that two reports tell whether a program, a compiler or the job differs. */
export interface ReportIdentity {
  /** Digest of everything that the program is built from, per subject. */
  readonly sources: Readonly<Record<SubjectId, string>>;
  readonly toolchains: Readonly<Record<SubjectId, string>>;
  /** Digest of the output as written, per subject. */
  readonly outputs: Readonly<Record<SubjectId, string>>;
  readonly args: readonly string[];
  /** Digest of environment and standard input. */
  readonly input: string;
}

/** A doubt attached to a value. */
export interface Warning {
  readonly code: string;
  readonly message: string;
  readonly appliesTo: string;
}

export interface Report {
  readonly schema: typeof reportSchemaId;
  readonly case: {
    readonly name: string;
    readonly question?: string;
    /** The operation whose latencies were measured. */
    readonly operation?: string;
  };
  readonly host: Host;
  readonly subjects: readonly ReportSubject[];
  readonly gaps: readonly Gap[];
  readonly attributions: readonly Attribution[];
  readonly accounting: readonly Accounting[];
  readonly agreement: readonly Agreement[];
  readonly evidence: readonly Evidence[];
  readonly wins: readonly Win[];
  readonly tuning?: readonly Tuning[];
  /** The gap with the best set of settings on every side. */
  readonly closing?: readonly Gap[];
  readonly advice?: readonly Advice[];
  readonly differences?: readonly ProgramDifference[];
  /** What was counted, per subject. */
  readonly facts?: Readonly<Record<SubjectId, Facts>>;
  readonly checklist?: readonly Checklist[];
  readonly identity?: ReportIdentity;
  readonly warnings: readonly Warning[];
  readonly reproduce: { readonly command: string; readonly version: string; readonly seed: number };
}
