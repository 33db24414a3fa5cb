/** The public API: ask for an explanation, read a report. Plugins come through `perfgap/plugin`. */
export { Failure } from "./base/failure.ts";
export { explain } from "./explain.ts";
export type { Case, Comparison, Subject, Workload } from "./model/case.ts";
export type { Estimate, Interval } from "./model/estimate.ts";
export type { ExplainOptions, ProgressEvent, ProgressListener } from "./model/progress.ts";
export type { Attribution, Contribution, Gap, Report } from "./model/report.ts";
