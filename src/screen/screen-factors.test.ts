import * as fc from "fast-check";
import { expect, test } from "vitest";
import type { Facts } from "../model/evidence.ts";
import type { Factor, FactorId, Lever, Realization } from "../model/factor.ts";
import {
  type Proving,
  rankFactors,
  type Screening,
  type ScreeningSide,
  screenFactors,
} from "./screen-factors.ts";

/** A factor whose weight on a side is the fact of its own name; absent: unknown, 0.1. */
function factor(id: FactorId, parts: Partial<Factor> = {}): Factor {
  return {
    id,
    title: id,
    phrase: id,
    question: "?",
    group: "codegen",
    levels: ["as written", "off"],
    neutral: "off",
    conflicts: [],
    use: "contribution",
    deployable: false,
    caveat: "",
    sources: [],
    relevantWhen: (facts) => {
      const weight = facts[id];
      if (weight === undefined) return { verdict: "unknown", reason: "not measured", weight: 0.1 };
      return { verdict: weight === 0 ? "out" : "in", reason: `weight ${weight}`, weight };
    },
    ...parts,
  };
}

const proof = { fact: "count", expect: "zero", title: "marks" } as const;
const lever: Lever = {
  kind: "lever",
  patch: {},
  stage: "build",
  proof,
  scope: ["user"],
  safety: "safe",
  deployable: false,
};
const proved: Proving = { kind: "proved", result: { proof, before: 1, after: 0, applied: true } };

const memory = [
  factor("gc", { conflicts: ["memory-reclamation"] }),
  factor("allocator", { conflicts: ["memory-reclamation"] }),
  factor("memory-reclamation", { conflicts: ["gc", "allocator"] }),
];

function side(
  subject: string,
  factors: readonly Factor[],
  parts: {
    facts?: Facts;
    realizations?: Record<FactorId, Realization>;
    proofs?: Record<FactorId, Proving>;
  } = {},
): ScreeningSide {
  return {
    subject,
    facts: parts.facts ?? {},
    realizations: new Map(factors.map(({ id }) => [id, parts.realizations?.[id] ?? lever])),
    proofs: new Map(factors.map(({ id }) => [id, parts.proofs?.[id] ?? proved])),
  };
}

function screenOne(
  factors: readonly Factor[],
  parts: Parameters<typeof side>[2] = {},
  more: Partial<Screening> = {},
) {
  const [screened] = screenFactors({ factors, sides: [side("go", factors, parts)], ...more });
  if (screened === undefined) throw new Error("no side");
  return {
    chosen: screened.factors.map(({ factor: id }) => id),
    excluded: Object.fromEntries(screened.excluded.map(({ factor: id, kind }) => [id, kind])),
    reasons: Object.fromEntries(screened.excluded.map(({ factor: id, reason }) => [id, reason])),
  };
}

test("the weightiest five are chosen, the others are listed", () => {
  const factors = ["a", "b", "c", "d", "e", "f", "g"].map((id) => factor(id));
  const { chosen, excluded, reasons } = screenOne(factors, {
    facts: { a: 0.3, b: 0.01, c: 0.2, d: 0.4, e: 0.05, f: 0.02 },
  });
  expect(chosen).toEqual(["d", "a", "c", "g", "e"]);
  expect(excluded).toEqual({ f: "not selected", b: "not selected" });
  expect(reasons["b"]).toContain("weight 0.01");
});

test("each reason to leave a factor out has its kind", () => {
  const factors = [
    ...["natural", "hole", "out", "dead", "broken"].map((id) => factor(id)),
    factor("setting", { use: "setting" }),
    factor("layout", { group: "layout" }),
  ];
  const { chosen, excluded, reasons } = screenOne(factors, {
    facts: { out: 0 },
    realizations: {
      natural: { kind: "natural", reason: "it has no collector" },
      hole: { kind: "unsupported", reason: "no switch" },
    },
    proofs: {
      dead: { kind: "notApplied", reason: "marks: 7 before, 7 after" },
      broken: { kind: "failed", reason: "does not build" },
    },
  });
  expect(chosen).toEqual([]);
  expect(excluded).toEqual({
    natural: "natural",
    hole: "hole",
    out: "screened out",
    dead: "not applied",
    broken: "failed",
    setting: "apart",
  });
  expect(reasons).toMatchObject({ natural: "it has no collector", dead: "marks: 7 before, 7 after" });
});

test("memory reclamation yields to gc and allocator even where it weighs more, and comes in without them", () => {
  const facts = { "memory-reclamation": 0.5, gc: 0.1, allocator: 0.1 };
  const both = screenOne(memory, { facts });
  expect(both.chosen).toEqual(["gc", "allocator"]);
  expect(both.reasons["memory-reclamation"]).toContain("same means as that of gc");
  const alone = screenOne(memory, {
    facts: { ...facts, gc: 0 },
    proofs: { allocator: { kind: "notApplied", reason: "no preload" } },
  });
  expect(alone.chosen).toEqual(["memory-reclamation"]);
});

test("requested factors come in against evidence and use, in the user's order, but not against their proof", () => {
  const factors = [...memory, factor("target-cpu", { use: "setting" }), factor("inlining"), factor("cores")];
  const { chosen, excluded } = screenOne(
    factors,
    { facts: { inlining: 0 }, proofs: { cores: { kind: "notApplied", reason: "x" } } },
    { requested: ["target-cpu", "inlining", "cores", "memory-reclamation", "gc"] },
  );
  expect(chosen).toEqual(["target-cpu", "inlining", "gc"]);
  expect(excluded).toEqual({
    cores: "not applied",
    "memory-reclamation": "apart",
    allocator: "not selected",
  });
});

test("more than five come in when they are asked for, never more than eight", () => {
  const factors = Array.from({ length: 10 }, (_, index) => factor(`f${index}`));
  const requested = factors.map(({ id }) => id);
  expect(screenOne(factors, {}, { requested: requested.slice(0, 7) }).chosen).toHaveLength(7);
  expect(screenOne(factors, {}, { requested }).chosen).toEqual(requested.slice(0, 8));
});

test("--skip is said as such", () => {
  const { chosen, reasons } = screenOne([factor("a"), factor("b")], {}, { skipped: ["a"] });
  expect([chosen, reasons["a"]]).toEqual([["b"], "left out by --skip"]);
});

test("sides choose alike: the larger weight of a factor counts on both", () => {
  const factors = ["a", "b", "c"].map((id) => factor(id));
  const sides = [
    side("go", factors, { facts: { a: 0.5, b: 0.2, c: 0.1 } }),
    side("rust", factors, { facts: { a: 0.01, b: 0.2, c: 0.1 } }),
  ];
  const screened = screenFactors({ factors, sides, maxPerSide: 2 });
  expect(screened.map((each) => each.factors.map(({ factor: id }) => id))).toEqual([
    ["a", "b"],
    ["a", "b"],
  ]);
});

test("before any proof the candidates stand in the order in which proving them pays", () => {
  const factors = [...memory, factor("a"), factor("b")];
  const ranked = rankFactors({
    factors,
    sides: [
      {
        ...side("go", factors, { facts: { a: 0.01, b: 0.3, "memory-reclamation": 0.9 } }),
        proofs: new Map(),
      },
    ],
  });
  expect(ranked.get("go")?.map(({ factor: id }) => id)).toEqual([
    "b",
    "gc",
    "allocator",
    "a",
    "memory-reclamation",
  ]);
});

test("whatever the evidence: every factor is chosen or listed once, never beside one it is in conflict with", () => {
  const ids = ["a", "b", "c", "d", "e", "f", "g"];
  const realization = fc.constantFrom<Realization>(
    lever,
    lever,
    { kind: "natural", reason: "n" },
    { kind: "unsupported", reason: "u" },
  );
  const proving = fc.constantFrom<Proving | undefined>(proved, proved, undefined, {
    kind: "failed",
    reason: "f",
  });
  const arbitrary = fc.record({
    conflicts: fc.array(fc.tuple(fc.constantFrom(...ids), fc.constantFrom(...ids)), { maxLength: 5 }),
    weights: fc.dictionary(fc.constantFrom(...ids), fc.constantFrom(0, 0.1, 0.3)),
    realizations: fc.tuple(...ids.map(() => realization)),
    provings: fc.tuple(...ids.map(() => proving)),
    max: fc.integer({ min: 1, max: 5 }),
  });
  fc.assert(
    fc.property(arbitrary, ({ conflicts, weights, realizations, provings, max }) => {
      const conflictsOf = (id: string) =>
        conflicts.flatMap(([left, right]) =>
          left === right ? [] : left === id ? [right] : right === id ? [left] : [],
        );
      const factors = ids.map((id) => factor(id, { conflicts: conflictsOf(id) }));
      const one: ScreeningSide = {
        subject: "go",
        facts: weights,
        realizations: new Map(ids.map((id, index) => [id, realizations[index] ?? lever])),
        proofs: new Map(
          ids.flatMap((id, index) => (provings[index] === undefined ? [] : [[id, provings[index]]])),
        ),
      };
      const [screened] = screenFactors({ factors, sides: [one], maxPerSide: max });
      const chosen = screened?.factors.map(({ factor: id }) => id) ?? [];
      const all = [...chosen, ...(screened?.excluded.map(({ factor: id }) => id) ?? [])];
      expect(all.sort()).toEqual(ids);
      expect(chosen.length).toBeLessThanOrEqual(max);
      for (const id of chosen) {
        for (const rival of conflictsOf(id)) expect(chosen).not.toContain(rival);
        expect(one.proofs.get(id)).toEqual(proved);
      }
    }),
    { numRuns: 500, seed: 21 },
  );
});

test("a loop pass that one side shows at work is tried on the other one too, other factors are not", () => {
  const factors = [factor("vectorisation", { group: "loop optimiser" }), factor("bounds-checks")];
  const zero = { vectorisation: 0, "bounds-checks": 0 };
  const ranked = (facts: Facts) =>
    rankFactors({
      factors,
      sides: [side("planted", factors, { facts: zero }), side("base", factors, { facts })],
    }).get("planted");
  expect(ranked({ vectorisation: 1, "bounds-checks": 1 })?.map((one) => one.factor)).toEqual([
    "vectorisation",
  ]);
  expect(ranked(zero)).toEqual([]);
});

test("a factor that gave way to a rival on one side does not come back on the other, where the rival is there already", () => {
  const clean = side("clean", memory, {
    realizations: { gc: { kind: "natural", reason: "no collector" } },
    proofs: { allocator: { kind: "notApplied", reason: "mimalloc is linked in" } },
  });
  const planted = side("planted", memory, {
    realizations: { gc: { kind: "natural", reason: "no collector" } },
  });
  const [first, second] = screenFactors({ factors: memory, sides: [planted, clean] });
  expect(first?.factors.map(({ factor: id }) => id)).toEqual(["allocator"]);
  expect(second?.factors).toEqual([]);
  const reason = second?.excluded.find(({ factor: id }) => id === "memory-reclamation")?.reason;
  expect(reason).toContain("on planted allocator is measured");
  // Another language, whose allocator cannot be replaced at all, keeps the only memory lever that it has.
  const go = side("go", memory, { realizations: { allocator: { kind: "unsupported", reason: "its own" } } });
  const [, ofRust] = screenFactors({ factors: memory, sides: [go, clean] });
  expect(ofRust?.factors.map(({ factor: id }) => id)).toEqual(["memory-reclamation"]);
});
