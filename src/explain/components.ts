import type { Witness } from "../attribute/index.ts";
import type { SubjectId } from "../model/case.ts";
import type { Factor, FactorId } from "../model/factor.ts";
import type { Facts } from "../model/facts.ts";

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

/**
 * Components that a factor stands for on one of the sides: those of factors that the facts do not rule out there. Whether
 * they can be switched off there or are a hole, the report tells of their time already. Pure.
 */
export function componentsWithFactor(factors: readonly Factor[], sides: readonly Facts[]): readonly string[] {
  return factors
    .filter((factor) => sides.some((facts) => factor.relevantWhen(facts).verdict !== "out"))
    .flatMap(({ id }) => componentsOf[id] ?? []);
}

/** Go counts what its collector costs by itself (runtime/metrics, gctrace): a second witness beside the profile. */
export function witnessesOf(facts: Readonly<Record<SubjectId, Facts>>): readonly Witness[] {
  return Object.entries(facts).flatMap(([subject, { "gc.cpuSeconds": seconds, "cpu.seconds": total }]) =>
    seconds === undefined || total === undefined || total <= 0
      ? []
      : [{ factor: "gc", subject, share: Math.min(1, seconds / total) }],
  );
}
