/**
 * A seeded source of numbers. xoshiro128** seeded by splitmix32 (Blackman and Vigna, "Scrambled linear
 * pseudorandom number generators", 2021): small, fast, and the same on every machine.
 */
export interface Random {
  /** Uniform in [0, 1) with 32 bits. */
  uniform(): number;
  /** Uniform whole number in [0, bound). */
  integer(bound: number): number;
  /** Standard normal by the polar method. */
  normal(): number;
  /** A new order of the values; the argument is left alone. */
  shuffle<T>(values: readonly T[]): T[];
}

export function createRandom(seed: number): Random {
  const next = xoshiro(seed);
  const uniform = (): number => next() / 4294967296;
  const integer = (bound: number): number => Math.floor(uniform() * bound);
  let spare: number | undefined;
  const normal = (): number => {
    if (spare !== undefined) {
      const value = spare;
      spare = undefined;
      return value;
    }
    for (;;) {
      const u = 2 * uniform() - 1;
      const v = 2 * uniform() - 1;
      const s = u * u + v * v;
      if (s > 0 && s < 1) {
        const scale = Math.sqrt((-2 * Math.log(s)) / s);
        spare = v * scale;
        return u * scale;
      }
    }
  };
  const shuffle = <T>(values: readonly T[]): T[] => {
    const order = [...values];
    for (let last = order.length - 1; last > 0; last--) {
      const other = integer(last + 1);
      [order[last], order[other]] = [order[other] as T, order[last] as T];
    }
    return order;
  };
  return { uniform, integer, normal, shuffle };
}

/** One seed from several whole numbers, so that each (seed, block, side, cell...) has a stream of its own. */
export function mixSeeds(...parts: readonly number[]): number {
  let state = 0x9e3779b9;
  for (const part of parts) {
    state = splitmix(state ^ (part >>> 0));
    state = splitmix(state ^ Math.floor(part / 4294967296));
  }
  return state >>> 0;
}

function splitmix(value: number): number {
  let z = (value + 0x9e3779b9) | 0;
  z = Math.imul(z ^ (z >>> 16), 0x85ebca6b);
  z = Math.imul(z ^ (z >>> 13), 0xc2b2ae35);
  return (z ^ (z >>> 16)) >>> 0;
}

function xoshiro(seed: number): () => number {
  let a = mixSeeds(seed, 1);
  let b = mixSeeds(seed, 2);
  let c = mixSeeds(seed, 3);
  let d = mixSeeds(seed, 4) | 1;
  return () => {
    const product = Math.imul(b, 5);
    const result = Math.imul((product << 7) | (product >>> 25), 9) >>> 0;
    const t = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= t;
    d = (d << 11) | (d >>> 21);
    return result;
  };
}
