import { createRun } from "../../src/runs/run.ts";
import { sampleBlock } from "./sample-block.ts";

/**
 * Program of the kill test: makes a run in the folder it is given and appends blocks until it is killed, saying
 * the number of each block that is on disk.
 */
const run = await createRun({
  projectDirectory: process.argv[2] ?? ".",
  case: { name: "killed", workload: { args: [], env: {}, compare: { kind: "exact" } }, subjects: [] },
  command: "perfgap explain",
  version: "0",
  now: new Date("2026-11-24T11:38:05Z"),
});
process.stdout.write(`run ${run.id}\n`);
for (let block = 1; ; block++) {
  await run.appendBlock(sampleBlock(block, 40));
  process.stdout.write(`${block}\n`);
}
