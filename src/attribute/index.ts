export { type Attributed, attribute } from "./attribute.ts";
export type { HoleBound } from "./input.ts";
