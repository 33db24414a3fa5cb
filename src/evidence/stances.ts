import { groupBy } from "../base/array.ts";
import type { SubjectId } from "../model/case.ts";
import type { Evidence, Listing } from "../model/evidence.ts";
import type { FactorId } from "../model/factor.ts";

type Stance = "for" | "against" | "neither";

/** What the hottest loops of all subjects hold together: packed instructions in all of them, in some, in none. */
type Packing = "all" | "some" | "none" | "unknown";

/** How much of the samples in a program's code its evidence looked at, 0-1. */
export interface SeenCode {
  /** In the loops that are listed. */
  readonly loops: number;
  /** In the functions that were read. */
  readonly functions: number;
}

/** What a look at code did not find may stand in the rest; only a look at so much of it shows that it costs little. */
const nearlyAll = 0.9;
const codeKinds: Readonly<Record<string, keyof SeenCode>> = {
  listing: "loops",
  "compiler remark": "loops",
  "bounds checks": "functions",
};
/** Kinds that every program can be counted for: where one was not, its count may be anything. */
const countKinds: readonly string[] = ["allocation count", "system calls", "processors", "page faults"];

/**
 * Sorts what evidence says of each factor into for and against, once that of all subjects is known. A loop without
 * checks or calls speaks against what they would cost, and loops that are packed on every side, or on none, speak against
 * vectorisation as the difference between them. What one side lacks and another has is the difference itself, so it
 * speaks against nothing; neither does what one side lacks where the other was not looked at, or only in part. `seen`
 * has all subjects. Pure.
 */
export function withStances(
  evidence: readonly Evidence[],
  seen: Readonly<Record<SubjectId, SeenCode>>,
): readonly Evidence[] {
  const packing = packingOf(evidence);
  const judged = evidence.map((one) => judge(one, packing));
  const shown = new Set(judged.flatMap((one) => one.explains.map((factor) => keyOf(one, factor))));
  const isComplete = completeness(evidence, seen);
  return judged.map(({ against, ...one }) => {
    const left = isComplete(one) ? (against ?? []).filter((factor) => !shown.has(keyOf(one, factor))) : [];
    return { ...one, ...(left.length === 0 ? {} : { against: left }) };
  });
}

/** Whether every subject was looked at as the evidence was, and all of it. */
function completeness(
  evidence: readonly Evidence[],
  seen: Readonly<Record<SubjectId, SeenCode>>,
): (one: Evidence) => boolean {
  const known = new Set(evidence.map(({ kind, subject }) => `${kind}\0${subject}`));
  return ({ kind }) => {
    const code = codeKinds[kind];
    if (code !== undefined) return Object.values(seen).every((one) => one[code] >= nearlyAll);
    return (
      !countKinds.includes(kind) || Object.keys(seen).every((subject) => known.has(`${kind}\0${subject}`))
    );
  };
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
function linesOf({ lines }: Listing): Listing["lines"] {
  const inLoop = lines.filter((line) => line.inLoop);
  return inLoop.length > 0 ? inLoop : lines;
}

function count(listing: Listing, kind: string): number {
  return linesOf(listing).filter((line) => line.class === kind).length;
}

type Packed = "packed" | "scalar" | "mixed";

/** A loop with a smaller part of packed instructions does most of its work one by one. */
const fewPacked = 0.1;

function packedKind(listing: Listing): Packed {
  const packed = count(listing, "packed");
  if (packed === 0) return "scalar";
  return packed >= fewPacked * linesOf(listing).length ? "packed" : "mixed";
}

/** What the listed loops of one subject are, by the time spent in them: its hottest function may do one thing and the next another. */
function packedKindOf(listings: readonly Listing[]): Packed {
  const shares = { packed: 0, scalar: 0, mixed: 0 };
  for (const listing of listings)
    shares[packedKind(listing)] += linesOf(listing).reduce((sum, { share }) => sum + share, 0);
  const total = shares.packed + shares.scalar + shares.mixed;
  if (total > 0 && shares.packed >= nearlyAll * total) return "packed";
  return total > 0 && shares.scalar >= nearlyAll * total ? "scalar" : "mixed";
}

/** Of vectors of different widths one may be the faster: that all loops are packed does not make them alike. */
function widestRegister(listings: readonly Listing[]): string {
  const text = listings.flatMap((listing) => linesOf(listing).map((line) => line.text)).join("\n");
  return ["zmm", "ymm", "xmm"].find((register) => text.includes(register)) ?? "";
}

/** One subject alone tells nothing. */
function packingOf(evidence: readonly Evidence[]): Packing {
  const bySubject = groupBy(
    evidence.flatMap(({ subject, listing }) => (listing === undefined ? [] : [{ subject, listing }])),
    ({ subject }) => subject,
  );
  const sides = Array.from(bySubject.values(), (all) => all.map(({ listing }) => listing));
  if (sides.length < 2) return "unknown";
  const kinds = new Set(sides.map(packedKindOf));
  if (kinds.size > 1) return "some";
  if (kinds.has("scalar")) return "none";
  return kinds.has("packed") && new Set(sides.map(widestRegister)).size === 1 ? "all" : "unknown";
}
