import type { LeadInput, SourceLead, SourceRule } from "./source-lead.ts";
import { boundsChecks } from "./source-rules/bounds-checks.ts";
import { blockedInlining, indirectCalls } from "./source-rules/calls.ts";
import { goAllocations } from "./source-rules/go-allocations.ts";
import { goMaps } from "./source-rules/go-maps.ts";
import { hashing } from "./source-rules/hashing.ts";
import { nativeAllocations, rustCopies } from "./source-rules/native-allocations.ts";
import { unbufferedOutput } from "./source-rules/output.ts";
import { widths } from "./source-rules/widths.ts";

const rules: readonly SourceRule[] = [
  boundsChecks,
  goAllocations,
  nativeAllocations,
  rustCopies,
  hashing,
  goMaps,
  unbufferedOutput,
  blockedInlining,
  indirectCalls,
  widths,
];

/** Lines of one subject that are worth a change by what was seen there; what each can gain is told later. Pure. */
export function findLeads(input: LeadInput): readonly SourceLead[] {
  return rules.flatMap((rule) => rule(input));
}
