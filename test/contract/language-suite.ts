import { cp, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { hashFile } from "../../src/base/hash.ts";
import type { RunResult } from "../../src/model/run.ts";
import { applyPatches, baselineSetting } from "../../src/model/setting.ts";
import type { Factor, Facts, Lever } from "../../src/plugin.ts";
import {
  build,
  buildOrThrow,
  createWorld,
  detectOrThrow,
  inspect,
  type LanguageContract,
  observe,
  programFolder,
  run,
  userCode,
  type World,
} from "./language-world.ts";
import { loadFactors } from "./load-factors.ts";

/** Filled before the first test runs. */
interface Suite {
  readonly contract: LanguageContract;
  readonly world: World;
  readonly output: RunResult;
  readonly facts: Facts;
}

/** Runs the suite; it fails where the toolchain is missing. */
export function describeLanguage(contract: LanguageContract): void {
  describe(contract.title ?? contract.language.title, () => {
    let suite: Suite | undefined;
    beforeAll(async () => {
      const world = await createWorld(contract);
      const output = await run(world, world.baseline);
      suite = { contract, world, output, facts: await observe(contract, world, world.baseline) };
    });
    afterAll(async () => {
      await suite?.world.runner.close();
      if (suite !== undefined) await rm(suite.world.folder, { recursive: true, force: true });
    });
    const ready = (): Suite => {
      if (suite === undefined) throw new Error("the program was not built");
      return suite;
    };
    describeAnswers(contract, ready);
    describeBuilds(ready);
  });
}

function describeAnswers(contract: LanguageContract, ready: () => Suite): void {
  const factors = loadFactors();

  it("runs as it is written", () => {
    const { output, facts } = ready();
    expect(output.exit).toEqual({ kind: "exited", code: 0 });
    expect(output.stdoutBytes).toBeGreaterThan(1000);
    expect(facts["binary.bytes"]).toBeGreaterThan(1000);
  });

  it("answers for every factor there is", async () => {
    expect(Object.keys(contract.answers).sort()).toEqual((await factors).map(({ id }) => id).sort());
  });

  for (const [id, wanted] of Object.entries(contract.answers)) {
    it(`${id}: ${[wanted].flat().join(" or ")}`, async () => {
      const suite = ready();
      const factor = (await factors).find((each) => each.id === id);
      if (factor === undefined) throw new Error(`no factor ${id}`);
      for (const level of factor.levels.slice(1)) {
        const realization = await contract.language.realize(id, level, suite.world.toolchain);
        expect([wanted].flat(), `${id} ${level}`).toContain(realization.kind);
        if (realization.kind === "lever") await checkLever(suite, factor, realization);
        else expect(realization.reason.length).toBeGreaterThan(10);
      }
    });
  }

  it("has no lever for levels and factors it does not know", async () => {
    const { toolchain } = ready().world;
    for (const id of Object.keys(contract.answers).filter((each) => each !== "layout")) {
      expect((await contract.language.realize(id, "purple", toolchain)).kind, id).not.toBe("lever");
    }
    expect(await contract.language.realize("no-such-factor", "off", toolchain)).toMatchObject({
      kind: "unsupported",
    });
  });
}

function describeBuilds(ready: () => Suite): void {
  it("moves code with the layout seed, and nothing else", async () => {
    const { contract, world, output } = ready();
    const variants = [
      await buildOrThrow(world, contract, { layoutSeed: 11 }),
      await buildOrThrow(world, contract, { layoutSeed: 12 }),
    ];
    const orders = new Set<number | undefined>();
    for (const variant of variants) {
      expect((await run(world, variant)).stdoutHash).toBe(output.stdoutHash);
      orders.add((await inspect(contract, world, variant))["layout.order"]);
    }
    expect(orders.size).toBe(2);
    const [first, second] = await Promise.all(
      variants.map(({ executable }) => userCode(contract, executable)),
    );
    expect(first?.size).toBeGreaterThan(0);
    expect(first).toEqual(second);
  });

  it("builds the same executable twice", async () => {
    const { contract, world } = ready();
    const once = await buildOrThrow(world, contract, { layoutSeed: 11 });
    const again = await buildOrThrow(world, contract, { layoutSeed: 11 });
    expect(await hashFile(again.executable)).toBe(await hashFile(once.executable));
  });

  it("copes with spaces, quotes and line breaks in paths", async () => {
    const { contract, world, output } = ready();
    const folder = join(world.folder, "we ird \"'$x`\nü");
    await cp(programFolder(contract), folder, { recursive: true });
    const subject = await detectOrThrow(contract, folder);
    const outputPath = join(world.folder, "out \"'\n $(x)");
    const outcome = await build(contract, { world, subject, setting: baselineSetting, outputPath });
    expect(outcome).toMatchObject({ kind: "built" });
    const variant = { executable: outputPath, setting: baselineSetting };
    expect((await run(world, variant)).stdoutHash).toBe(output.stdoutHash);
    const sources = await contract.language.sources(subject, world.toolchain);
    expect(sources.some((source) => source.startsWith(folder))).toBe(true);
  });

  it("passes on the compiler's own words, and a command to paste", async () => {
    const { contract, world } = ready();
    const folder = join(world.folder, "mistaken");
    await cp(programFolder(contract), folder, { recursive: true });
    await writeFile(join(folder, contract.mistake.file), contract.mistake.text);
    const subject = await detectOrThrow(contract, folder);
    const outputPath = join(folder, "out");
    const outcome = await build(contract, { world, subject, setting: baselineSetting, outputPath });
    if (outcome.kind === "built") throw new Error("a mistake was built");
    expect(outcome.output).toMatch(contract.mistake.words);
    expect(outcome.command).toContain(contract.mistake.command);
    expect(outcome.subject).toBe(subject.id);
  });
}

async function checkLever(suite: Suite, factor: Factor, lever: Lever): Promise<void> {
  const { contract, world, output } = suite;
  const scheme = lever.scheme === undefined ? [] : [lever.scheme];
  const setting = applyPatches(baselineSetting, [...scheme, lever.patch]);
  const layoutSeed = factor.id === "layout" ? { layoutSeed: 3 } : {};
  const variant =
    lever.stage === "build"
      ? await buildOrThrow(world, contract, { setting, ...layoutSeed })
      : { executable: world.baseline.executable, setting };
  const result = await run(world, variant);
  expect(result.exit).toEqual({ kind: "exited", code: 0 });
  expect(result.stdoutHash, "output of the variant").toBe(output.stdoutHash);
  if (contract.proofNotSeen?.includes(factor.id) === true) return;
  const before =
    lever.scheme === undefined || lever.stage === "run"
      ? suite.facts
      : await observe(
          contract,
          world,
          await buildOrThrow(world, contract, { setting: applyPatches(baselineSetting, scheme) }),
        );
  const after = await observe(contract, world, variant);
  expectMoved(lever, before[lever.proof.fact], after[lever.proof.fact]);
}

function expectMoved(lever: Lever, before: number | undefined, after: number | undefined): void {
  const { fact, expect: expected } = lever.proof;
  expect(before, `${fact} before`).toBeTypeOf("number");
  expect(after, `${fact} after`).toBeTypeOf("number");
  if (before === undefined || after === undefined) return;
  if (expected === "zero") expect({ before: before > 0, after }).toEqual({ before: true, after: 0 });
  else if (expected === "decreases") expect(after, fact).toBeLessThan(before);
  else if (expected === "increases") expect(after, fact).toBeGreaterThan(before);
  else expect(after, fact).not.toBe(before);
}
