/** Some variant takes no longer than the seconds in question: there they cannot have stayed what they were. */
export const doesNotFit = "more than a variant takes";

/** What it means when ablation and accounting agree on a cause or do not (METHOD section 4), in words. */
export interface Lenses {
  /** Log units, slow side less fast side. */
  readonly ablation: number;
  readonly accounting: number;
  readonly differ: boolean;
  /** The same contribution in wall time, where that was measured, with the half width of its contrast to CPU time. */
  readonly wall?: { readonly value: number; readonly half: number };
  /** What the runtime itself counted, as the contribution that follows from it, or that none can follow. */
  readonly witness?: number | typeof doesNotFit;
}

/** Half of a contribution: what wall time must not show before "on another core" is said. */
const elsewhere = 0.5;
const tolerated = { log: 0.02, share: 0.25 } as const;

export function lensReading(lenses: Lenses): string {
  return [difference(lenses), ...otherCore(lenses), ...secondWitness(lenses)].join("; ");
}

function difference({ ablation, accounting, differ }: Lenses): string {
  if (!differ) return "both lenses see about the same cost";
  return costsMore(ablation, accounting)
    ? "switching it off removes more than its own seconds: an indirect cost (cache, write barriers, blocked optimisation) lies in user code"
    : "switching it off removes less than its own seconds: work moved elsewhere (page faults, a larger heap), or what takes its place costs time too";
}

/** Both stand for the slow side less the fast one: a cost of the fast side is negative in both. */
function costsMore(one: number, other: number): boolean {
  return other < 0 ? one < other : one > other;
}

function otherCore({ ablation, wall }: Lenses): readonly string[] {
  if (wall === undefined || ablation <= 0) return [];
  const hidden = ablation - wall.value;
  return hidden - wall.half > elsewhere * ablation
    ? [
        "wall time shows less than half of it: the rest runs beside the program on another core, so compare processor time",
      ]
    : [];
}

function secondWitness({ accounting, witness }: Lenses): readonly string[] {
  if (witness === undefined) return [];
  if (witness === doesNotFit)
    return ["the runtime's own count cannot be right here: it is more than the program takes in a variant"];
  const apart = Math.abs(witness - accounting);
  const near =
    apart <= Math.max(tolerated.log, tolerated.share * Math.max(Math.abs(witness), Math.abs(accounting)));
  return [
    near
      ? "the runtime's own count agrees with the profile"
      : `the runtime's own count ${costsMore(witness, accounting) ? "is more" : "is less"} than the profile's (x${Math.exp(witness).toFixed(2)} against x${Math.exp(accounting).toFixed(2)})`,
  ];
}
