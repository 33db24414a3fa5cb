import type { Facts } from "./facts.ts";
import type { SettingPatch } from "./setting.ts";

export type FactorId = string;
export type FactorGroup =
  | "loop optimiser"
  | "safety checks"
  | "codegen"
  | "memory"
  | "concurrency"
  | "input and output"
  | "layout";

/** Whether a factor can matter for a subject, by evidence that is at hand before anything is measured. */
export interface Relevance {
  readonly verdict: "in" | "out" | "unknown";
  readonly reason: string;
  /** Larger is screened in first; only compared between factors of one subject. */
  readonly weight: number;
}

/** A named possible cause that can be set. Knows no language. */
export interface Factor {
  readonly id: FactorId;
  readonly title: string;
  /** The cause in the middle of a sentence: "vectorisation", "garbage collection". */
  readonly phrase: string;
  readonly question: string;
  readonly group: FactorGroup;
  /** Levels in order, from "as written" to neutral; more than two make a dose series. */
  readonly levels: readonly string[];
  /** Factors that cannot stand in one design with this one, because their levers use the same means. */
  readonly conflicts: readonly FactorId[];
  /** contribution: may enter the design. diagnostic, setting: measured alone, never a bar of the gap. */
  readonly use: "contribution" | "diagnostic" | "setting";
  readonly neutral: string;
  /** Whether some level of it is a setting that may ship. */
  readonly deployable: boolean;
  /** Why the contribution of the knob is not exactly the cost of the cause. */
  readonly caveat: string;
  readonly sources: readonly string[];
  relevantWhen(facts: Facts): Relevance;
}

/** What shows that a lever took effect: a count on the artifact or on a run, at baseline and neutral. */
export interface Proof {
  /** Name of a fact that `Language.inspect` or a traced run yields. */
  readonly fact: string;
  readonly expect: "zero" | "decreases" | "increases" | "changes";
  /** For people: "calls to the bounds-check panic". */
  readonly title: string;
  /** A part of what is counted that tells more, told beside it where it is known; it decides nothing. */
  readonly part?: { readonly fact: string; readonly title: string };
}

/** What a proof found. A lever whose proof did not move is "not applied", never "no effect". */
export interface ProofResult {
  readonly proof: Proof;
  readonly before: number;
  readonly after: number;
  readonly applied: boolean;
  /** Counts of the proof's `part`. */
  readonly part?: { readonly before: number; readonly after: number };
}

/** How a factor's level is reached in one language. */
export interface Lever {
  readonly kind: "lever";
  readonly patch: SettingPatch;
  /** Whether the patch needs another artifact or only another run. */
  readonly stage: "build" | "run";
  readonly proof: Proof;
  /** A static fact of the artifact without which the proof would move and the cause would not. */
  readonly requires?: { readonly fact: string; readonly value: number; readonly otherwise: string };
  /** A fact of the program as written that shows it at the neutral level already: the effect is exactly zero. */
  readonly needlessWhen?: { readonly fact: string; readonly value: number; readonly reason: string };
  /** What the lever reaches: the user's code, dependencies, the standard library. */
  readonly scope: readonly ("user" | "dependencies" | "standard library" | "process")[];
  readonly safety: "safe" | "undefined behaviour" | "resource";
  readonly deployable: boolean;
  /** A patch that every variant of the side must carry so that the lever is the only difference. */
  readonly scheme?: SettingPatch;
  readonly note?: string;
}

/** What a language answers when asked for a factor's level. */
export type Realization =
  | Lever
  /** The language has the neutral level by nature: the effect is exactly zero. */
  | { readonly kind: "natural"; readonly reason: string }
  /** A hole: the cause exists and cannot be switched off here. */
  | { readonly kind: "unsupported"; readonly reason: string };
