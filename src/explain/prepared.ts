import type { SourceLead } from "../advise/source-lead.ts";
import type { HoleBound } from "../attribute/index.ts";
import type { SubjectId } from "../model/case.ts";
import type { Evidence, Facts } from "../model/evidence.ts";
import type { Plan } from "../model/plan.ts";
import type {
  Accounting,
  Checklist,
  Exclusion,
  ProgramDifference,
  ReportIdentity,
  Warning,
} from "../model/report.ts";

/** Everything that is known when measuring begins; kept in plan.json, so that a resumed run needs none of it again. */
export interface Prepared {
  readonly plan: Plan;
  readonly facts: Readonly<Record<SubjectId, Facts>>;
  readonly excluded: readonly Exclusion[];
  readonly bounds: readonly HoleBound[];
  readonly timeoutMs: Readonly<Record<SubjectId, number>>;
  /** Hash of the output that each variant printed when it was checked, by "subject/cell". */
  readonly outputHashes: Readonly<Record<string, string>>;
  /** The operation whose latencies are measured; absent where none were asked for. */
  readonly operation?: string;
  readonly accounting: readonly Accounting[];
  readonly evidence: readonly Evidence[];
  readonly differences: readonly ProgramDifference[];
  readonly warnings: readonly Warning[];
  /** Lines worth a change, not bounded yet. Absent, like identity, in runs that an older version prepared. */
  readonly leads?: readonly SourceLead[];
  readonly checklist?: readonly Checklist[];
  readonly identity?: ReportIdentity;
}
