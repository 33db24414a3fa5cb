export type { Dose, Repeats } from "./columns.ts";
export { mostFactors } from "./design.ts";
export { dropFailingFactors } from "./failing-cells.ts";
export type { Forecast, PilotFigures, PlanInput, PlanOptions, SideInput } from "./make-plan.ts";
export { forecastPlan, makePlan } from "./make-plan.ts";
export { scheduleBlock } from "./schedule.ts";
