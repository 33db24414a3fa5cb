import { ownFrame } from "../base/symbolizer-output.ts";
import type { Evidence } from "../model/evidence.ts";
import type { HotFunction, Profile } from "../model/profile.ts";

/** One side of a pairing. */
export interface PairSide {
  readonly subject: string;
  /** What people call the subject. */
  readonly name: string;
  readonly profile: Profile;
  /** Functions of the program's code, hottest first. */
  readonly hot: readonly HotFunction[];
}

export interface FunctionPair {
  readonly left: HotFunction;
  readonly right: HotFunction;
  /** 0-1; how it was found is in `reasons`. */
  readonly score: number;
  readonly doubt: "sure" | "likely" | "doubtful";
  readonly reasons: readonly string[];
}

export interface Pairing {
  readonly pairs: readonly FunctionPair[];
  /** Hot functions without a partner: inlined elsewhere on the other side, or work that only one program does. */
  readonly aloneLeft: readonly HotFunction[];
  readonly aloneRight: readonly HotFunction[];
}

const minShare = 0.03;
/** A function this cool can still be the partner of a hot one that has its name. */
const partnerShare = 0.005;
const minScore = 0.3;
const maxFunctions = 40;

/**
 * Sets the hot functions of one side beside those that do their work on the other: by name, by share of the time with
 * and without callees, and by the names around them in the stacks. Best pairs first, each function once. Pure.
 */
export function pairFunctions(left: PairSide, right: PairSide): Pairing {
  const describe = (side: PairSide) => {
    const around = neighbours(side.profile);
    const inside = inlinedInto(side.profile);
    return side.hot
      .filter((one) => one.selfShare >= partnerShare)
      .slice(0, maxFunctions)
      .map((hot) => ({
        hot,
        names: [hot.symbol, ...(inside.get(hot.symbol) ?? [])],
        around: around.get(hot.symbol) ?? new Set<string>(),
      }));
  };
  const lefts = describe(left);
  const rights = describe(right);
  const candidates = lefts
    .flatMap((one) => rights.map((other) => scorePair(one, other)))
    .filter(isPair)
    .sort((first, second) => second.score - first.score);
  const taken = new Set<HotFunction>();
  const pairs = candidates.filter((pair) => {
    if (taken.has(pair.left) || taken.has(pair.right)) return false;
    taken.add(pair.left);
    taken.add(pair.right);
    return true;
  });
  const alone = (side: readonly Described[]) =>
    side.map((one) => one.hot).filter((hot) => isHot(hot) && !taken.has(hot));
  return { pairs, aloneLeft: alone(lefts), aloneRight: alone(rights) };
}

const isHot = ({ selfShare }: HotFunction) => selfShare >= minShare;

/** One of the two is hot, and where the other is not only its name can tell that it is the partner. */
function isPair({ left, right, score, doubt }: FunctionPair): boolean {
  if (isHot(left) && isHot(right)) return score >= minScore;
  return (isHot(left) || isHot(right)) && doubt === "sure";
}

interface Described {
  readonly hot: HotFunction;
  /** Its own name, then that of the user's function that most of its samples are in after inlining. */
  readonly names: readonly string[];
  readonly around: ReadonlySet<string>;
}

function scorePair(left: Described, right: Described): FunctionPair {
  const name = Math.max(...left.names.flatMap((one) => right.names.map((other) => nameOverlap(one, other))));
  const self = closeness(left.hot.selfShare, right.hot.selfShare);
  const total = closeness(left.hot.totalShare, right.hot.totalShare);
  const around = overlap(left.around, right.around);
  const score = 0.5 * name + 0.2 * self + 0.15 * total + 0.15 * around;
  const reasons = [
    ...(name === 1 ? [sameNameReason(left, right)] : name > 0 ? ["similar name"] : []),
    ...(self > 0.6 ? ["similar share of the time"] : []),
    ...(around > 0 ? ["called from or calling functions of the same names"] : []),
  ];
  const doubt = doubtOf(left, right, name, score);
  return { left: left.hot, right: right.hot, score, doubt, reasons };
}

/** Every program has a main, and compilers put into it what they like: its name says little where its share differs. */
function doubtOf(left: Described, right: Described, name: number, score: number): FunctionPair["doubt"] {
  const isMain = [left, right].every(
    ({ hot, names }) => names.length === 1 && nameWords(hot.symbol)[0] === "main",
  );
  if (name === 1 && !isMain) return "sure";
  if (isMain && closeness(left.hot.selfShare, right.hot.selfShare) < 0.5) return "doubtful";
  return score >= 0.55 ? "likely" : "doubtful";
}

function nameOverlap(left: string, right: string): number {
  return overlap(new Set(nameWords(left)), new Set(nameWords(right)));
}

function sameNameReason(left: Described, right: Described): string {
  if (nameOverlap(left.hot.symbol, right.hot.symbol) === 1) return "same name";
  const inlined = [left, right].flatMap((one) =>
    one.names.slice(1).map((name) => `${name} was inlined into ${one.hot.symbol}`),
  );
  return `same name (${inlined.join(", ")})`;
}

/** "heap::sift_down", "main.siftDown", "(anonymous)::Heap::siftDown(int*)" all have the words sift, down. */
export function nameWords(symbol: string): readonly string[] {
  const plain = withoutBrackets(
    symbol.replace(/::\{\{?closure\}?\}|\{closure#\d+\}|\.func\d+(\.\d+)*$/g, ""),
  );
  const last = plain.split(/::|\./).findLast((part) => /\w/.test(part)) ?? plain;
  const words = last
    .replaceAll(/([a-z0-9])([A-Z])/g, "$1 $2")
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== "");
  return words;
}

/** Parameters, type arguments and receivers say where a function belongs, not what it is called. */
function withoutBrackets(symbol: string): string {
  let depth = 0;
  let text = "";
  for (const character of symbol) {
    if ("<([".includes(character)) depth++;
    else if (">)]".includes(character)) depth = Math.max(0, depth - 1);
    else if (depth === 0) text += character;
  }
  return text.trim() === "" ? symbol : text;
}

function overlap(left: ReadonlySet<string>, right: ReadonlySet<string>): number {
  if (left.size === 0 || right.size === 0) return 0;
  const common = [...left].filter((word) => right.has(word)).length;
  return common / (left.size + right.size - common);
}

/** 1 for equal shares, 0.5 where one is twice the other. */
function closeness(left: number, right: number): number {
  const larger = Math.max(left, right);
  return larger === 0 ? 0 : Math.min(left, right) / larger;
}

/**
 * By compiled function, the user's function that was inlined into it and holds most of its samples: Rust and C++ put a
 * whole program into main where Go keeps its functions apart.
 */
function inlinedInto(profile: Profile): ReadonlyMap<string, readonly string[]> {
  const totals = new Map<string, number>();
  const parts = new Map<string, Map<string, number>>();
  for (const stack of profile.stacks) {
    const leaf = profile.frames[stack.frames[0] ?? -1];
    if (leaf === undefined) continue;
    const count = stack.counts.reduce((sum, one) => sum + one, 0);
    totals.set(leaf.symbol, (totals.get(leaf.symbol) ?? 0) + count);
    const own = leaf.inlined === undefined ? undefined : ownFrame(leaf.inlined);
    if (own === undefined || own.symbol === leaf.symbol) continue;
    const names = parts.get(leaf.symbol) ?? new Map<string, number>();
    names.set(own.symbol, (names.get(own.symbol) ?? 0) + count);
    parts.set(leaf.symbol, names);
  }
  return new Map(
    [...parts].map(([symbol, names]) => [
      symbol,
      [...names].filter(([, count]) => count > (totals.get(symbol) ?? 0) / 2).map(([name]) => name),
    ]),
  );
}

/** For each function, the words of the names directly above and below it in the stacks, itself left out. */
function neighbours(profile: Profile): ReadonlyMap<string, ReadonlySet<string>> {
  const around = new Map<string, Set<string>>();
  const add = (symbol: string, other: string) => {
    if (symbol === other) return;
    const known = around.get(symbol) ?? new Set<string>();
    known.add(nameWords(other).join(" "));
    around.set(symbol, known);
  };
  for (const stack of profile.stacks)
    stack.frames.slice(1).forEach((index, place) => {
      const caller = profile.frames[index];
      const callee = profile.frames[stack.frames[place] ?? -1];
      if (caller?.module !== profile.executable || callee?.module !== profile.executable) return;
      add(callee.symbol, caller.symbol);
      add(caller.symbol, callee.symbol);
    });
  return around;
}

/** The pairing as evidence, one piece for all pairs; absent where neither side has a hot function. */
export function pairingEvidence(left: PairSide, right: PairSide, pairing: Pairing): readonly Evidence[] {
  const { pairs, aloneLeft, aloneRight } = pairing;
  if (pairs.length + aloneLeft.length + aloneRight.length === 0) return [];
  const percent = (share: number) => `${(100 * share).toFixed(share < 0.0995 ? 1 : 0)} %`;
  const lines = [
    ...pairs.map((pair) => {
      const doubt = pair.doubt === "sure" ? "" : `, ${pair.doubt}`;
      const why = pair.reasons.length === 0 ? "nothing but the order" : pair.reasons.join(", ");
      return `${pair.left.symbol} (${percent(pair.left.selfShare)}) and ${pair.right.symbol} (${percent(pair.right.selfShare)}): ${why}${doubt}`;
    }),
    ...aloneLeft.map((one) => `${left.name} only: ${one.symbol} (${percent(one.selfShare)})`),
    ...aloneRight.map((one) => `${right.name} only: ${one.symbol} (${percent(one.selfShare)})`),
  ];
  const doubtful =
    pairs.filter((pair) => pair.doubt !== "sure").length + aloneLeft.length + aloneRight.length;
  return [
    {
      id: `${left.subject}-${right.subject}-pairs`,
      kind: "pairing",
      subject: left.subject,
      title: `${pairs.length} hot ${pairs.length === 1 ? "function" : "functions"} of ${left.name} found again in ${right.name}${doubtful === 0 ? "" : `, ${doubtful} in doubt or without a partner`}`,
      explains: [],
      detail: lines.join("\n"),
      pairing: {
        beside: right.subject,
        pairs: pairs.map((pair) => ({
          own: pair.left.symbol,
          other: pair.right.symbol,
          doubt: pair.doubt,
        })),
      },
    },
  ];
}
