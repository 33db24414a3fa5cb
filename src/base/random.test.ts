import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createRandom, mixSeeds } from "./random.ts";

const uniformFrom = (seed: number) => {
  const random = createRandom(seed);
  return () => random.uniform();
};
const draw = (count: number, next: () => number): readonly number[] => Array.from({ length: count }, next);

describe("random", () => {
  it("gives the same numbers for the same seed, on every machine", () => {
    const numbers = draw(4, uniformFrom(1));
    expect(draw(4, uniformFrom(1))).toEqual(numbers);
    expect(draw(4, uniformFrom(2))).not.toEqual(numbers);
    expect(numbers).toMatchInlineSnapshot(`
      [
        0.5384962689131498,
        0.9367174792569131,
        0.7403856583405286,
        0.6443032659590244,
      ]
    `);
  });

  it("is uniform", () => {
    const uniform = uniformFrom(5);
    const counts = new Array<number>(10).fill(0);
    for (const value of draw(100_000, uniform))
      counts[Math.floor(value * 10)] = (counts[Math.floor(value * 10)] ?? 0) + 1;
    // Chi-square with 9 degrees of freedom stays below 33.7 with probability 0.9999.
    expect(counts.reduce((sum, count) => sum + (count - 10_000) ** 2 / 10_000, 0)).toBeLessThan(33.7);
  });

  it("has normal moments", () => {
    const random = createRandom(6);
    const values = draw(100_000, () => random.normal());
    const moment = (power: number) => values.reduce((sum, value) => sum + value ** power, 0) / values.length;
    expect(Math.abs(moment(1))).toBeLessThan(0.015);
    expect(Math.abs(moment(2) - 1)).toBeLessThan(0.02);
    expect(Math.abs(moment(4) - 3)).toBeLessThan(0.15);
  });

  it("keeps whole numbers in bounds and shuffles without loss", () => {
    fc.assert(
      fc.property(
        fc.integer(),
        fc.integer({ min: 1, max: 1000 }),
        fc.array(fc.integer()),
        (seed, bound, values) => {
          const random = createRandom(seed);
          const number = random.integer(bound);
          expect(Number.isInteger(number) && number >= 0 && number < bound).toBe(true);
          const before = [...values];
          const shuffled = random.shuffle(values);
          expect(values).toEqual(before);
          expect([...shuffled].sort((a, b) => a - b)).toEqual(before.sort((a, b) => a - b));
        },
      ),
    );
  });

  it("gives every order of three the same chance", () => {
    const random = createRandom(9);
    const counts = new Map<string, number>();
    for (let i = 0; i < 6000; i++) {
      const order = random.shuffle(["a", "b", "c"]).join("");
      counts.set(order, (counts.get(order) ?? 0) + 1);
    }
    expect(counts.size).toBe(6);
    for (const count of counts.values()) expect(Math.abs(count - 1000)).toBeLessThan(130);
  });

  it("makes seeds that depend on every part and on their order", () => {
    const seeds = [
      mixSeeds(),
      mixSeeds(0),
      mixSeeds(0, 0),
      mixSeeds(1, 2),
      mixSeeds(2, 1),
      mixSeeds(2 ** 40),
      mixSeeds(2 ** 41),
    ];
    expect(new Set(seeds).size).toBe(seeds.length);
    for (const seed of seeds) expect(Number.isInteger(seed) && seed >= 0 && seed < 2 ** 32).toBe(true);
  });
});
