export { type Attributed, attribute } from "./attribute.ts";
export type { AttributeInput, FactorText, HoleBound } from "./input.ts";
