import type { SourceLead } from "../advise/source-lead.ts";
import { findLeads } from "../advise/source-leads.ts";
import type { Gathered } from "../evidence/gather.ts";
import type { Evidence, Facts } from "../model/evidence.ts";
import type { ProgramDifference } from "../model/report.ts";
import type { SampledCall } from "../model/source-site.ts";
import type { Findings } from "./gather-facts.ts";

/** What was gathered of one subject. */
export interface GatheredSubject {
  readonly findings: Findings;
  readonly gathered: Gathered;
  readonly facts: Facts;
  readonly calls: readonly SampledCall[];
}

/** Lines worth a change, for every subject that was profiled. */
export function findSourceLeads(
  subjects: readonly GatheredSubject[],
  evidence: readonly Evidence[],
  differences: readonly ProgramDifference[],
): readonly SourceLead[] {
  return subjects.flatMap(({ findings: { baseline, profile }, gathered, facts, calls }) => {
    if (profile === undefined) return [];
    const { subject, language } = baseline.contender;
    return findLeads({
      subject: subject.id,
      language: language.id,
      facts,
      sites: gathered.sites,
      calls,
      evidence,
      differences,
      profile,
    });
  });
}
