import { appendFileSync, readFileSync, truncateSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { sampleBlock } from "../../test/support/sample-block.ts";
import { temporaryFolder } from "../../test/support/temporary-folder.ts";
import type { Plan } from "../model/plan.ts";
import { openTuningLog, readTuningLog } from "./tuning-log.ts";

const plan = { seed: 1, sides: [] } as unknown as Plan;

async function search(folder: string, block: number): Promise<void> {
  const log = await openTuningLog(folder);
  await log.appendSearch(["go"]);
  await log.appendPlan(`round ${block}`, plan);
  await log.appendBlock(sampleBlock(block, 2));
  await log.close();
}

const namesOf = async (folder: string) => (await readTuningLog(folder)).map(({ name }) => name);

test.each(["{", '{"kind":"plan","round":"x","pl', `{"kind":"plan","round":"${"x".repeat(200_000)}`])(
  "a line that a crash tore (%.12s) swallows nothing that is written after it",
  async (torn) => {
    const folder = temporaryFolder();
    await search(folder, 0);
    appendFileSync(join(folder, "tuning.ndjson"), torn);
    expect(await namesOf(folder)).toEqual(["round 0"]);
    await search(folder, 1);
    expect(await namesOf(folder)).toEqual(["round 1"]);
    expect(readFileSync(join(folder, "tuning.ndjson"), "utf8")).not.toContain(`${torn}{"kind"`);
  },
);

test("a torn header is written anew", async () => {
  const folder = temporaryFolder();
  await (await openTuningLog(folder)).close();
  const path = join(folder, "tuning.ndjson");
  const whole = readFileSync(path, "utf8");
  truncateSync(path, 9);
  await (await openTuningLog(folder)).close();
  expect(readFileSync(path, "utf8")).toBe(whole);
});

test("a log that ends with a whole line keeps every byte", async () => {
  const folder = temporaryFolder();
  await search(folder, 0);
  const before = readFileSync(join(folder, "tuning.ndjson"), "utf8");
  await (await openTuningLog(folder)).close();
  expect(readFileSync(join(folder, "tuning.ndjson"), "utf8")).toBe(before);
});
