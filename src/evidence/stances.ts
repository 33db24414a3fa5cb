import type { SubjectId } from "../model/case.ts";
import type { Evidence, Listing } from "../model/evidence.ts";
import type { FactorId } from "../model/factor.ts";

type Stance = "for" | "against" | "neither";

/** What the hottest loops of all subjects hold together: packed instructions in all of them, in some, in none. */
type Packing = "all" | "some" | "none" | "unknown";

/**
 * Sorts what evidence says of each factor into for and against, once that of all subjects is known. A loop without
 * checks or calls speaks against what they would cost, and loops that are packed on every side, or on none, speak against
 * vectorisation as the difference between them. What one side lacks and another has is the difference itself, so it
 * speaks against nothing. Pure.
 */
export function withStances(evidence: readonly Evidence[]): readonly Evidence[] {
  const packing = packingOf(evidence);
  const judged = evidence.map((one) => judge(one, packing));
  const shown = new Set(judged.flatMap((one) => one.explains.map((factor) => keyOf(one, factor))));
  return judged.map(({ against, ...one }) => {
    const left = (against ?? []).filter((factor) => !shown.has(keyOf(one, factor)));
    return { ...one, ...(left.length === 0 ? {} : { against: left }) };
  });
}

const keyOf = ({ kind }: Pick<Evidence, "kind">, factor: FactorId) => `${kind}\0${factor}`;

function judge(one: Evidence, packing: Packing): Evidence {
  if (one.kind !== "listing" && one.kind !== "compiler remark") return one;
  const { listing } = one;
  const stance = (factor: FactorId) =>
    listing === undefined
      ? remarkStance(factor, packing)
      : (listingStances[factor]?.((kind) => count(listing, kind) > 0, packing) ?? "for");
  const topics = listing === undefined ? one.explains : [...new Set([...one.explains, ...loopTopics])];
  const against = topics.filter((factor) => stance(factor) === "against");
  return {
    ...one,
    explains: topics.filter((factor) => stance(factor) === "for"),
    ...(against.length === 0 ? {} : { against }),
  };
}

/** What any listing of hot code has something to say on. */
const loopTopics: readonly FactorId[] = ["bounds-checks", "inlining"];

type Judge = (has: (kind: string) => boolean, packing: Packing) => Stance;

const listingStances: Readonly<Record<FactorId, Judge>> = {
  "bounds-checks": (has) => (has("bounds check") ? "for" : "against"),
  inlining: (has) => (has("call") ? "for" : "against"),
  "if-conversion": (has) => (has("conditional move") ? "for" : "neither"),
  vectorisation: (has, packing) => {
    if (packing === "unknown") return has("packed") ? "for" : "neither";
    return packing === "some" ? "for" : "against";
  },
  // Nothing in a listing tells an unrolled loop from one that was written long; where code is packed it usually is.
  unrolling: (has, packing) => (packing === "some" || has("packed") ? "for" : "neither"),
};

/** Why a compiler did not vectorise explains nothing where no other compiler did either. */
function remarkStance(factor: FactorId, packing: Packing): Stance {
  return factor === "vectorisation" && packing === "none" ? "against" : "for";
}

/** Lines of the loop; of a piece of code without one, all. */
function count({ lines }: Listing, kind: string): number {
  const inLoop = lines.filter((line) => line.inLoop);
  return (inLoop.length > 0 ? inLoop : lines).filter((line) => line.class === kind).length;
}

/** By the first listing of each subject, which is that of its hottest function; one subject alone tells nothing. */
function packingOf(evidence: readonly Evidence[]): Packing {
  const hottest = new Map<SubjectId, Listing>();
  for (const { subject, listing } of evidence)
    if (listing !== undefined && !hottest.has(subject)) hottest.set(subject, listing);
  const packed = [...hottest.values()].filter((listing) => count(listing, "packed") > 0).length;
  if (hottest.size < 2) return "unknown";
  if (packed === 0) return "none";
  return packed === hottest.size ? "all" : "some";
}
