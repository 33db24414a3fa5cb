export { infer } from "./infer.ts";
export { decideStop, type Progress } from "./stop.ts";
