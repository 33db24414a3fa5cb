/** The number at an index that is known to exist. Reads past the end are NaN and so never pass unseen. */
export function at(values: ArrayLike<number>, index: number): number {
  return values[index] ?? Number.NaN;
}

/** 0, 1, ..., count - 1. */
export function range(count: number): readonly number[] {
  return Array.from({ length: count }, (_, index) => index);
}

export function sum(values: ArrayLike<number>): number {
  let total = 0;
  for (let index = 0; index < values.length; index++) total += at(values, index);
  return total;
}

/** Values by key, keys in order of first appearance. */
export function groupBy<T, K>(values: readonly T[], keyOf: (value: T) => K): ReadonlyMap<K, readonly T[]> {
  const groups = new Map<K, T[]>();
  for (const value of values) {
    const key = keyOf(value);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [value]);
    else group.push(value);
  }
  return groups;
}

/** All pairs (earlier, later) of different places. */
export function pairs<T>(values: readonly T[]): readonly (readonly [T, T])[] {
  return values.flatMap((left, index) => values.slice(index + 1).map((right) => [left, right] as const));
}
