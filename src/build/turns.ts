/** Lets one caller at a time pass for each name, in the order in which they came. */
export interface Turns {
  take<T>(name: string, action: () => Promise<T>): Promise<T>;
}

export function createTurns(): Turns {
  const last = new Map<string, Promise<unknown>>();
  return {
    take: (name, action) => {
      const before = last.get(name) ?? Promise.resolve();
      const turn = before.then(action, action);
      const settled = turn.catch(() => undefined);
      last.set(name, settled);
      void settled.then(() => {
        if (last.get(name) === settled) last.delete(name);
      });
      return turn;
    },
  };
}
