import type { Agreement } from "../model/report.ts";

/** Some variant takes no longer than the seconds in question: there they cannot have stayed what they were. */
export const doesNotFit = "more than a variant takes";

/** What one side shows, in log units: positive where the cause costs it time. */
export interface SideLenses {
  /** What people call the subject. */
  readonly title: string;
  /** Absent without the factor. */
  readonly ablation?: number;
  /** Absent without the factor, and where no sample fell on its components. */
  readonly accounting?: number;
}

/** What it means when ablation and accounting agree on a cause or do not (METHOD section 4), in words. */
export interface Lenses {
  /** Log units, slow side less fast side. */
  readonly ablation: number;
  readonly accounting: number;
  readonly flag: Agreement["flag"];
  /** Which of the two has the wider interval. */
  readonly wider: "ablation" | "accounting";
  readonly sides: readonly [slow: SideLenses, fast: SideLenses];
  /** The same contribution in wall time, where that was measured, with the half width of its contrast to CPU time. */
  readonly wall?: { readonly value: number; readonly half: number };
  /** What the runtime itself counted, as the contribution that follows from it, or that none can follow. */
  readonly witness?: number | typeof doesNotFit;
}

/** Half of a contribution: what wall time must not show before "on another core" is said. */
const elsewhere = 0.5;
const tolerated = { log: 0.02, share: 0.25 } as const;

export function lensReading(lenses: Lenses): string {
  return [difference(lenses), ...oneSideOnly(lenses), ...otherCore(lenses), ...secondWitness(lenses)].join(
    "; ",
  );
}

function difference(lenses: Lenses): string {
  if (lenses.flag === "agree") return "both lenses see about the same cost";
  if (lenses.flag === "undetermined")
    return lenses.wider === "accounting"
      ? "the interval counted in profiles is too wide to tell whether both lenses see the same cost"
      : "the interval of switching it off is too wide to tell whether both lenses see the same cost";
  const { side, where } = farthestApart(lenses);
  return (side.ablation ?? 0) > (side.accounting ?? 0)
    ? `${where}switching it off removes more than its own seconds: it has an indirect cost in code that the profile counts as something else (cache, write barriers, blocked optimisation, locks)`
    : `${where}switching it off removes less than its own seconds: work moved elsewhere (page faults, a larger heap), or what takes its place costs time too`;
}

/** Only of one side can it be said that more or less than its seconds goes: a difference of two sides has no seconds. */
function farthestApart({ sides }: Lenses): { readonly side: SideLenses; readonly where: string } {
  const [slow, fast] = sides;
  const apart = ({ ablation = 0, accounting = 0 }: SideLenses) => Math.abs(ablation - accounting);
  const side = apart(fast) > apart(slow) ? fast : slow;
  const both = slow.ablation !== undefined && fast.ablation !== undefined;
  return { side, where: both ? `on the side of ${side.title}, ` : "" };
}

function oneSideOnly({ sides: [slow, fast] }: Lenses): readonly string[] {
  if ((slow.accounting === undefined) === (fast.accounting === undefined)) return [];
  const [counted, other] = slow.accounting === undefined ? [fast, slow] : [slow, fast];
  return [
    other.ablation === undefined
      ? `counted on the side of ${counted.title} only`
      : `counted on the side of ${counted.title} only, no sample of ${other.title} shows it`,
  ];
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
  const larger = Math.max(Math.abs(witness), Math.abs(accounting));
  if (Math.abs(witness - accounting) <= Math.max(tolerated.log, tolerated.share * larger))
    return ["the runtime's own count agrees with the profile"];
  return [
    `the runtime's own count ${againstProfile(witness, accounting)} (x${Math.exp(witness).toFixed(2)} against x${Math.exp(accounting).toFixed(2)})`,
  ];
}

/** Both stand for the slow side less the fast one: a cost of the fast side is negative in both. */
function againstProfile(witness: number, accounting: number): string {
  const least = Math.min(Math.abs(witness), Math.abs(accounting));
  if (least > tolerated.log && Math.sign(witness) !== Math.sign(accounting))
    return "finds the cost on the other side than the profile";
  return Math.abs(witness) > Math.abs(accounting)
    ? "is more than the profile's"
    : "is less than the profile's";
}
