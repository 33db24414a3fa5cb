export { infer } from "./infer.ts";
export { decideStop, type Progress, precisionReached } from "./stop.ts";
