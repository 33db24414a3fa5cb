import type { BlockRecord, Observation } from "../../src/model/observation.ts";

/** A block of made-up runs, every number of which tells its block and place. */
export function sampleBlock(block: number, runs: number): BlockRecord {
  return { block, observations: Array.from({ length: runs }, (_, order) => sampleObservation(block, order)) };
}

function sampleObservation(block: number, order: number): Observation {
  return {
    block,
    order,
    column: `go/${order.toString(2)}#1`,
    subject: "go",
    layoutSeed: block * 100 + order,
    artifact: "a".repeat(8),
    run: {
      exit: { kind: "exited", code: 0 },
      wallTimeNs: 1000 * block + order,
      stdoutBytes: 3,
      stdoutHash: "h",
      stderrTail: 'line\nfeed "quoted" \u2028 é',
      orphans: 0,
      startedAtMs: 1,
    },
  };
}
