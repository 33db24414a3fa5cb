export type { Dose } from "./columns.ts";
export { withComplement } from "./complement.ts";
export { mostFactors } from "./design.ts";
export { canBeCompleted, dropFailingFactors } from "./failing-cells.ts";
export type { PlanInput, SideInput } from "./make-plan.ts";
export { forecastPlan, makePlan } from "./make-plan.ts";
export { scheduleBlock } from "./schedule.ts";
