export { infer } from "./infer.ts";
export { keepSurvivors } from "./screen-survivors.ts";
export { decideStop } from "./stop.ts";
export { sidesNotAddingUp } from "./sum-check.ts";
