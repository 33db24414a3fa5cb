import type { LanguageId, SubjectId } from "../model/case.ts";
import type { Evidence, Facts, SourceLocation } from "../model/evidence.ts";
import type { FactorId } from "../model/factor.ts";
import type { Profile } from "../model/profile.ts";
import type { ProgramDifference } from "../model/report.ts";
import type { SampledCall, SourceSite } from "../model/source-site.ts";

/** A line worth changing, before it is known what the change can gain at most. */
export interface SourceLead {
  readonly id: string;
  readonly subject: SubjectId;
  readonly title: string;
  /** The smallest change that would do it, in words. */
  readonly change: string;
  readonly location?: SourceLocation;
  readonly evidence: readonly string[];
  /** Factor that switches all of it off: its ablation bounds the gain. */
  readonly factor?: FactorId;
  /** What counting says where no factor does: the time cannot fall by more than what was counted there. */
  readonly counted?: {
    /** Upper end of the interval, 0-1. */
    readonly share: number;
    readonly what: string;
  };
  /** Why nothing bounds the gain, for when neither of the two is there. */
  readonly unbounded: string;
  /** Share of the time that speaks for looking there, 0-1; places what has no bound among the rest. */
  readonly weight: number;
}

/** All that is known of one subject's code. */
export interface LeadInput {
  readonly subject: SubjectId;
  readonly language: LanguageId;
  readonly facts: Facts;
  readonly sites: readonly SourceSite[];
  readonly calls: readonly SampledCall[];
  readonly evidence: readonly Evidence[];
  readonly differences: readonly ProgramDifference[];
  readonly profile?: Profile;
}

export type SourceRule = (input: LeadInput) => readonly SourceLead[];
