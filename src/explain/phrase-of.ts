import type { Factor, FactorId } from "../model/factor.ts";

/** A factor as a sentence names it; its id where no factor of this run has it. */
export function phraseOf(factors: readonly Factor[], id: FactorId): string {
  return factors.find((factor) => factor.id === id)?.phrase ?? id;
}
