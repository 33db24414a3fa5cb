import { expect, test } from "vitest";
import { createRandom, type Random } from "../base/random.ts";
import type { Profile } from "../model/profile.ts";
import type { CodeSide } from "./compare-code.ts";
import { comparePrograms } from "./compare-programs.ts";
import { componentTimes } from "./component-times.ts";

const components = ["user", "std", "dependencies", "hash", "format", "copy", "gc", "alloc", "io"];

interface Shape {
  readonly name: string;
  readonly seconds: number;
  /** Samples of each run by component. */
  readonly runs: readonly Readonly<Record<string, number>>[];
}

function side({ name, seconds, runs }: Shape): CodeSide {
  const profile: Profile = {
    subject: name.toLowerCase(),
    rung: "perf",
    lost: [],
    executable: "/p",
    periodNs: 1e6,
    frames: components.map((component) => ({ symbol: `${component}.leaf`, module: "/p" })),
    stacks: components.map((component, index) => ({
      frames: [index],
      counts: runs.map((run) => run[component] ?? 0),
    })),
    runs: runs.map(() => ({ samples: 0, malformed: 0, wallTimeNs: 1, stdoutHash: "" })),
  };
  const calls = [
    {
      ...{ file: "/p/main.go", line: 19, function: "main.run", callee: "hash.leaf", below: ["hash.leaf"] },
      ...{ share: 0.5, component: "hash" },
    },
  ];
  return {
    subject: profile.subject,
    name,
    facts: {},
    functions: [],
    cpuSeconds: seconds,
    components: componentTimes(profile, {
      components,
      calls,
      componentOf: ([frame]) => frame?.symbol.split(".")[0],
    }),
  };
}

const twice = (run: Readonly<Record<string, number>>) => [run, run];
const compare = (slow: Shape, fast: Shape, more: { readonly haveFactor?: readonly string[] } = {}) =>
  comparePrograms({
    slow: side(slow),
    fast: side(fast),
    gap: Math.log(slow.seconds / fast.seconds),
    ...more,
  });
const found = (slow: Shape, fast: Shape, haveFactor?: readonly string[]) =>
  compare(slow, fast, haveFactor === undefined ? {} : { haveFactor }).differences.map(
    ({ id, weight }) => `${id} ${weight}`,
  );

const go = { name: "Go", seconds: 0.49, runs: twice({ hash: 305, user: 190, std: 5 }) };
const c = { name: "C", seconds: 0.17, runs: twice({ user: 180 }) };

test("a component that makes the gap is told with its seconds, functions, lines and bound", () => {
  const { differences, evidence } = compare(go, c);
  const [difference] = differences;
  expect(difference).toMatchObject({
    id: "time-hash",
    component: "maps and hashing",
    title: "Go spends 61 % of its CPU time (0.30 s of 0.49 s) in maps and hashing, C none",
    weight: "large",
    evidence: ["go-c-difference-time-hash"],
  });
  const { high } = shareOf("hash");
  expect(difference?.atMost).toBeCloseTo(-Math.log1p(-high), 12);
  expect(difference?.detail).toContain("Go: hash.leaf (61 %); called from main.go:19 (50 %).");
  expect(difference?.detail).toMatch(
    /^0\.30 s more \(0\.2\d s to 0\.3\d s\) by the profiles; the gap is 0\.32 s\./,
  );
  expect(evidence[0]).toMatchObject({ id: "go-c-difference-time-hash", location: { line: 19 } });
});

function shareOf(component: string) {
  const time = side(go).components?.find((one) => one.component === component);
  if (time === undefined) throw new Error(`no ${component}`);
  return time.share;
}

test("what the faster side may do by hand is taken off, and its title says so", () => {
  const [difference] = compare(
    { name: "Go", seconds: 0.4, runs: twice({ hash: 300, user: 100 }) },
    { name: "C", seconds: 0.3, runs: twice({ user: 300 }) },
  ).differences;
  expect(difference?.title).toBe(
    "Go spends 75 % of its CPU time (0.30 s of 0.40 s) in maps and hashing, C none by that name and 0.20 s more in its own code",
  );
  expect(difference?.detail).toMatch(
    /^0\.10 s more \(.*\) by the profiles; the gap is 0\.10 s; 0\.20 s that C spends more/,
  );
});

test("where the faster side's own code has room for it, nothing is said not to be there", () => {
  const [difference] = compare(
    { name: "Go", seconds: 0.293, runs: twice({ hash: 220, user: 780 }) },
    { name: "C", seconds: 0.122, runs: twice({ user: 1000 }) },
  ).differences;
  expect(difference?.title).toMatch(/ in maps and hashing, C none by that name$/);
});

test("names stand without their type arguments", () => {
  const symbol = "std::__detail::_Map_base<std::string, std::pair<std::string const, int>, true>::operator[]";
  const slow = side(go);
  const renamed = slow.components?.map((one) => ({ ...one, functions: [{ symbol, share: 0.6 }] }));
  const { differences } = comparePrograms({
    slow: { ...slow, components: renamed ?? [] },
    fast: side(c),
    gap: 1,
  });
  expect(differences[0]?.detail).toContain("Go: std::__detail::_Map_base::operator[] (60 %)");
});

test("the lines that call a component are in its bound: they wait for it", () => {
  const frames = [
    { symbol: "hash.leaf", module: "/p" },
    { symbol: "user.leaf", module: "/p", inlined: [{ symbol: "user.leaf", file: "/p/main.go", line: 19 }] },
    { symbol: "user.leaf", module: "/p", inlined: [{ symbol: "user.leaf", file: "/p/main.go", line: 20 }] },
  ];
  const counts = [50, 20, 30];
  const profile: Profile = {
    ...{ subject: "go", rung: "perf", lost: [], executable: "/p", periodNs: 1e6, frames },
    stacks: frames.map((_, index) => ({ frames: [index], counts: [counts[index] ?? 0] })),
    runs: [{ samples: 100, malformed: 0, wallTimeNs: 1, stdoutHash: "" }],
  };
  const [time] = componentTimes(profile, {
    components: ["hash"],
    calls: [
      {
        ...{ file: "/p/main.go", line: 19, function: "user.leaf", callee: "hash.leaf", below: [] },
        ...{ share: 0.5, component: "hash" },
      },
    ],
    componentOf: ([frame]) => frame?.symbol.split(".")[0],
  });
  expect(time?.share.value).toBe(0.5);
  expect(time?.touchedHigh).toBeCloseTo(0.7 + 1.96 * Math.sqrt((0.7 * 0.3) / 100), 4);
});

test.each<readonly [string, Shape, Shape, readonly string[] | undefined, readonly string[]]>([
  [
    "both sides have it, the slower one more of it",
    { name: "Rust", seconds: 0.134, runs: twice({ hash: 820, user: 180 }) },
    { name: "Go", seconds: 0.077, runs: twice({ hash: 620, user: 380 }) },
    undefined,
    ["time-hash large"],
  ],
  ["a factor stands for it", go, c, ["hash"], []],
  [
    "the collector and the allocator are never told so: they are no choice of one line",
    { ...go, runs: twice({ gc: 250, alloc: 150, user: 100 }) },
    c,
    undefined,
    [],
  ],
  [
    "the faster side does it by hand in its own code, and the gap is elsewhere",
    { name: "Go", seconds: 0.7, runs: twice({ hash: 300, user: 100, gc: 300 }) },
    { name: "C", seconds: 0.4, runs: twice({ user: 400 }) },
    undefined,
    [],
  ],
  [
    "a fifth of the gap at least, by its interval",
    { name: "Go", seconds: 1, runs: twice({ hash: 60, user: 440 }) },
    { name: "C", seconds: 0.5, runs: twice({ user: 250 }) },
    undefined,
    [],
  ],
  [
    "runs that differ too much to say",
    {
      name: "Go",
      seconds: 1,
      runs: [
        { hash: 10, user: 490 },
        { hash: 490, user: 10 },
      ],
    },
    { name: "C", seconds: 0.5, runs: twice({ user: 250 }) },
    undefined,
    [],
  ],
  [
    "the faster side has more of it",
    { ...go, seconds: 0.5, runs: c.runs },
    { ...go, seconds: 0.3 },
    undefined,
    [],
  ],
  ["equal times", { ...go, seconds: 0.172, runs: c.runs }, c, undefined, []],
])("%s", (...[, slow, fast, haveFactor, expected]) => {
  expect(found(slow, fast, haveFactor)).toEqual(expected);
});

test("copying is not told beside the allocations that it is for, nor is a part of a function that only one side has", () => {
  const copying = { name: "Go", seconds: 0.49, runs: twice({ copy: 305, user: 195 }) };
  expect(found(copying, c)).toEqual(["time-copy large"]);
  const slow = { ...side(copying), facts: { "allocations.count": 5e6 } };
  const fast = { ...side(c), facts: { "allocations.count": 10 } };
  const { differences } = comparePrograms({ slow, fast, gap: 1 });
  expect(differences.map(({ id }) => id)).toEqual(["allocations"]);
  const lonely = comparePrograms({
    slow: {
      ...side(go),
      functions: [
        { symbol: "main.audit", share: 0.7, totalHigh: 0.75 },
        { symbol: "main.run", share: 0.3, totalHigh: 0.35 },
      ],
      unplacedShare: 0,
    },
    fast: { ...side(c), functions: [{ symbol: "run", share: 1, totalHigh: 1 }], unplacedShare: 0 },
    gap: 1,
  }).differences.map(({ id, weight }) => `${id} ${weight}`);
  expect(lonely).toEqual(["only-go large", "time-hash small"]);
});

/** One profile: shares that wander from run to run by more than chance, as those of real runs do. */
function drawnRuns(random: Random, shares: Readonly<Record<string, number>>, runs: number) {
  return Array.from({ length: runs }, () => {
    const wandering = Object.entries(shares).map(
      ([component, share]) => [component, share * (0.9 + 0.2 * random.uniform())] as const,
    );
    const sum = wandering.reduce((total, [, share]) => total + share, 0);
    const counts = new Map<string, number>();
    for (let sample = 0; sample < 200; sample++) {
      let left = random.uniform() * sum;
      for (const [component, share] of wandering) {
        if (left >= 0 && left < share) counts.set(component, (counts.get(component) ?? 0) + 1);
        left -= share;
      }
    }
    return Object.fromEntries(counts);
  });
}

test("the same program twice is silent, however its runs wander and its time is off by a tenth", () => {
  const random = createRandom(20_261);
  const kinds = [
    { hash: 0.6, user: 0.4 },
    { hash: 0.3, copy: 0.3, format: 0.2, user: 0.2 },
    { std: 0.5, user: 0.3, io: 0.2 },
  ];
  const sessions = kinds.flatMap((shares) =>
    Array.from({ length: 200 }, (_, index) => {
      const runs = 2 + (index % 9);
      return found(
        { name: "A", seconds: 1 + 0.1 * random.uniform(), runs: drawnRuns(random, shares, runs) },
        { name: "B", seconds: 1, runs: drawnRuns(random, shares, runs) },
      ).length;
    }),
  );
  expect(sessions.filter((told) => told > 0).length / sessions.length).toBeLessThanOrEqual(0.01);
});
