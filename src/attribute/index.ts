export { type Attributed, attribute } from "./attribute.ts";
export type { HoleBound, Witness } from "./input.ts";
