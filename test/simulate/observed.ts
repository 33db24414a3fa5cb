/** Simulated sessions as the records that a run folder holds, for tests that start from observations. */
import type { BlockRecord, Observation } from "../../src/model/observation.ts";
import type { RunResult } from "../../src/model/run.ts";
import { scheduleBlock } from "../../src/plan/schedule.ts";
import { createSession, type Scenario } from "./trial.ts";

export function recordBlocks(scenario: Scenario, seed: number, count: number): readonly BlockRecord[] {
  const session = createSession(scenario, seed);
  const { plan } = session;
  return Array.from({ length: count }, (_, block) => {
    const table = session.addBlock();
    const start = block * table.columns;
    const row = new Map(
      scenario.columns.map((column, index) => [
        column.id,
        Math.exp(table.values[start + index] ?? Number.NaN),
      ]),
    );
    const observations = scheduleBlock(plan, block).map(
      (run): Observation => ({
        block,
        order: run.order,
        column: run.column,
        subject: run.column.split("/")[0] ?? "",
        layoutSeed: run.layoutSeed,
        artifact: "simulated",
        run: ranFor(row.get(run.column) ?? Number.NaN),
      }),
    );
    return { block, observations };
  });
}

/** A run that took so many seconds of processor time; wall time is 10 % more. */
export function ranFor(seconds: number): RunResult {
  return {
    exit: { kind: "exited", code: 0 },
    wallTimeNs: 1.1e9 * seconds,
    userTimeNs: 1e9 * seconds,
    systemTimeNs: 0,
    maxRssBytes: 1e6,
    stdoutBytes: 1,
    stdoutHash: "00",
    stderrTail: "",
    orphans: 0,
    startedAtMs: 0,
  };
}
