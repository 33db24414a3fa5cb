export type { Dose } from "./columns.ts";
export { mostFactors } from "./design.ts";
export { dropFailingFactors } from "./failing-cells.ts";
export type { PlanInput, SideInput } from "./make-plan.ts";
export { forecastPlan, makePlan } from "./make-plan.ts";
export { scheduleBlock } from "./schedule.ts";
