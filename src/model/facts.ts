/**
 * Numbers that decide which factors can matter, by name. Names are dotted, the unit last where there is one:
 * "gc.cycles", "heap.allocatedBytes", "threads.max", "writes.calls", "hot.boundsChecks", "hot.packedOps".
 * A name that is absent was not measured: never read it as zero.
 */
export type Facts = Readonly<Record<string, number>>;
