import type { FactorId } from "../model/factor.ts";

/**
 * Components of a profile that a factor's neutral level takes away. Factors that are not here (bounds checks,
 * vectorisation...) act inside the user's own code, where no profile can tell them from the rest.
 */
export const componentsOf: Readonly<Record<FactorId, readonly string[]>> = {
  gc: ["gc", "write-barrier"],
  allocator: ["alloc"],
  "memory-reclamation": ["gc", "write-barrier", "alloc", "drop-glue"],
  "stdout-buffering": ["io"],
  cores: ["scheduler"],
};
