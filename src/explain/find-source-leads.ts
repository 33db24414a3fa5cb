import type { SourceLead } from "../advise/source-lead.ts";
import { findLeads } from "../advise/source-leads.ts";
import type { Gathered } from "../evidence/gather.ts";
import { sampledCalls } from "../evidence/sampled-calls.ts";
import type { Evidence, Facts } from "../model/evidence.ts";
import type { ProgramDifference } from "../model/report.ts";
import type { Findings } from "./gather-facts.ts";

/** What was gathered of one subject. */
export interface GatheredSubject {
  readonly findings: Findings;
  readonly gathered: Gathered;
  readonly facts: Facts;
}

/** Lines worth a change, for every subject that was profiled. */
export async function findSourceLeads(
  subjects: readonly GatheredSubject[],
  evidence: readonly Evidence[],
  differences: readonly ProgramDifference[],
): Promise<readonly SourceLead[]> {
  const leads = await Promise.all(
    subjects.map(async ({ findings: { baseline, profile }, gathered, facts }) => {
      if (profile === undefined) return [];
      const { subject, language } = baseline.contender;
      return findLeads({
        subject: subject.id,
        language: language.id,
        facts,
        sites: gathered.sites,
        calls: await sampledCalls(profile),
        evidence,
        differences,
        profile,
      });
    }),
  );
  return leads.flat();
}
