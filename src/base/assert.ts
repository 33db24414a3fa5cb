/** Stops the program at a bug of ours; the message says which promise was broken. Never for a user's mistake. */
export function assert(condition: boolean, message: string): asserts condition {
  if (!condition) throw new Error(`bug: ${message}`);
}

/** The value, which must be there. */
export function ensure<T>(value: T | undefined, what: string): T {
  if (value === undefined) throw new Error(`bug: ${what} is missing`);
  return value;
}
