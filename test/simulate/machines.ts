/**
 * Machines with a planted truth. A side is a game: the log seconds of its program for every set of factors that are
 * neutral. What a factor contributes is then known exactly, by the permutation definition of the Shapley value.
 */
export interface SimulatedSide {
  readonly subject: string;
  readonly factors: readonly string[];
  /** Factors reached by another run of the same binary; all others need a build. */
  readonly runTime?: readonly string[];
  /** Log seconds without noise; `neutral` holds the factors switched off. */
  readonly logSeconds: (neutral: ReadonlySet<string>) => number;
  /** Heavy own tail of a variant: mean of an exponential added to the log, zero for none. */
  readonly tail?: (neutral: ReadonlySet<string>) => number;
}

export interface Machine {
  readonly id: string;
  readonly title: string;
  readonly slow: SimulatedSide;
  readonly fast: SimulatedSide;
}

const slowBase = Math.log(1);
const fastBase = Math.log(0.5);

/** Costs that add in logs: each factor that is not neutral multiplies the time. */
function additive(costs: Readonly<Record<string, number>>, base: number) {
  const total = Object.values(costs).reduce((sum, cost) => sum + cost, 0);
  return (neutral: ReadonlySet<string>) =>
    base -
    total +
    Object.entries(costs).reduce((sum, [name, cost]) => sum + (neutral.has(name) ? 0 : cost), 0);
}

/** What is removed only when all the named factors are neutral together; negative for substitutes. */
function jointly(names: readonly string[], removed: number) {
  return (neutral: ReadonlySet<string>) => (names.every((name) => neutral.has(name)) ? -removed : 0);
}

const five = ["a", "b", "c", "d", "e"] as const;
const four = ["a", "b", "c", "d"] as const;
const slowCosts = { a: 0.25, b: 0.12, c: 0.05, d: 0.08, e: 0 };
const fastCosts = { a: 0.05, b: 0, c: 0.03, d: 0.02 };
/** d and e are run-time factors (collector, processors), so that some columns share a binary. */
const slowRunTime = ["d", "e"];
const fastRunTime = ["d"];

function machine(
  id: string,
  title: string,
  parts: { readonly slow?: Partial<SimulatedSide>; readonly fast?: Partial<SimulatedSide> } = {},
): Machine {
  return {
    id,
    title,
    slow: {
      subject: "slow",
      factors: five,
      runTime: slowRunTime,
      logSeconds: additive(slowCosts, slowBase),
      ...parts.slow,
    },
    fast: {
      subject: "fast",
      factors: four,
      runTime: fastRunTime,
      logSeconds: additive(fastCosts, fastBase),
      ...parts.fast,
    },
  };
}

const plus =
  (...terms: readonly ((neutral: ReadonlySet<string>) => number)[]) =>
  (neutral: ReadonlySet<string>) =>
    terms.reduce((sum, term) => sum + term(neutral), 0);

/** Seconds that add: what is left is the rest of 100 parts. */
function additiveSeconds(parts: Readonly<Record<string, number>>, base: number) {
  return (neutral: ReadonlySet<string>) => {
    const removed = Object.entries(parts).reduce(
      (sum, [name, part]) => sum + (neutral.has(name) ? part : 0),
      0,
    );
    return base + Math.log(1 - removed / 100);
  };
}

const eight = ["a", "b", "c", "d", "e", "f", "g", "h"] as const;

export const machines: readonly Machine[] = [
  machine("M1", "costs that add in logs, one of them null"),
  machine("M2", "a and b are substitutes, -.20", {
    slow: { logSeconds: plus(additive({ ...slowCosts, b: 0.4 }, slowBase), jointly(["a", "b"], -0.2)) },
  }),
  machine("M3", "two factors needed together, .30, and substitutes on the fast side, -.20", {
    slow: { logSeconds: plus(additive({ ...slowCosts, a: 0, b: 0 }, slowBase), jointly(["a", "b"], 0.3)) },
    fast: {
      logSeconds: plus(additive({ a: 0.25, b: 0.25, c: 0, d: 0 }, fastBase), jointly(["a", "b"], -0.2)),
    },
  }),
  machine("M4", "three factors needed together, .30", {
    slow: {
      logSeconds: plus(additive({ ...slowCosts, a: 0, b: 0, c: 0 }, slowBase), jointly(["a", "b", "c"], 0.3)),
    },
  }),
  machine("M5", "seconds that add, 30, 20, 12, 6 and 0 of 100", {
    slow: { logSeconds: additiveSeconds({ a: 30, b: 20, c: 12, d: 6, e: 0 }, slowBase) },
  }),
  machine("M6", "no gap beyond one that cannot be switched off, .5", {
    slow: { logSeconds: additive({ a: 0, b: 0, c: 0, d: 0, e: 0 }, slowBase) },
    fast: { logSeconds: additive({ a: 0, b: 0, c: 0, d: 0 }, slowBase - 0.5) },
  }),
  machine("M7", "an own tail, Exp(6 %), while factor a is on", {
    slow: { tail: (neutral) => (neutral.has("a") ? 0 : 0.06) },
  }),
  machine("M8", "small: three against two factors, gap .26", {
    slow: {
      factors: ["a", "b", "c"],
      runTime: ["c"],
      logSeconds: additive({ a: 0.15, b: 0.08, c: 0 }, Math.log(0.5) + 0.26),
    },
    fast: { factors: ["a", "b"], runTime: [], logSeconds: additive({ a: 0.04, b: 0 }, Math.log(0.5)) },
  }),
  machine("M9", "eight against eight factors", {
    slow: {
      factors: eight,
      runTime: ["g", "h"],
      logSeconds: plus(
        additive({ a: 0.2, b: 0.15, c: 0.1, d: 0.05, e: 0.03, f: 0, g: 0, h: 0 }, slowBase),
        jointly(["a", "b"], 0.1),
      ),
    },
    fast: {
      factors: eight,
      runTime: ["g", "h"],
      logSeconds: additive({ a: 0.05, b: 0.02, c: 0, d: 0, e: 0, f: 0, g: 0.03, h: 0 }, fastBase),
    },
  }),
  machine("M10", "factor e can be switched off on the fast side only", {
    slow: {
      factors: four,
      runTime: ["d"],
      logSeconds: additive({ a: 0.25, b: 0.12, c: 0.05, d: 0 }, slowBase),
    },
    fast: {
      factors: ["a", "b", "e"],
      runTime: [],
      logSeconds: additive({ a: 0.05, b: 0, e: 0.06 }, fastBase),
    },
  }),
  machine("M11", "as M1; layouts are bimodal: one in five is 12 % slower"),
];

/** All equal: no cause, no gap. */
export const equalMachine: Machine = machine("AA", "the same program twice", {
  slow: { factors: four, runTime: fastRunTime, logSeconds: () => fastBase },
  fast: { logSeconds: () => fastBase },
});

/** Shapley value of one factor by its definition: the mean over all orders of what it removes when its turn comes. */
export function permutationShapley(
  side: Pick<SimulatedSide, "factors" | "logSeconds">,
  factor: string,
): number {
  const orders = permutations(side.factors);
  const total = orders.reduce((sum, order) => {
    const before = new Set(order.slice(0, order.indexOf(factor)));
    return sum + side.logSeconds(before) - side.logSeconds(new Set([...before, factor]));
  }, 0);
  return total / orders.length;
}

function permutations<T>(values: readonly T[]): readonly (readonly T[])[] {
  if (values.length === 0) return [[]];
  return values.flatMap((value, index) =>
    permutations(values.filter((_, other) => other !== index)).map((rest) => [value, ...rest]),
  );
}

/** The same by coalition weights, for sides with too many orders. */
export function coalitionShapley(
  side: Pick<SimulatedSide, "factors" | "logSeconds">,
  factor: string,
): number {
  const others = side.factors.filter((name) => name !== factor);
  const factorial = (n: number): number => (n <= 1 ? 1 : n * factorial(n - 1));
  let total = 0;
  for (let mask = 0; mask < 1 << others.length; mask++) {
    const before = new Set(others.filter((_, bit) => ((mask >> bit) & 1) === 1));
    const weight =
      (factorial(before.size) * factorial(others.length - before.size)) / factorial(side.factors.length);
    total += weight * (side.logSeconds(before) - side.logSeconds(new Set([...before, factor])));
  }
  return total;
}
