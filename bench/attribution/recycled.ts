import { designPlan, inferTable } from "../../src/infer/infer-table.ts";
import type { Table } from "../../src/infer/table.ts";
import { machines } from "../../test/simulate/machines.ts";
import { noiseKinds } from "../../test/simulate/noises.ts";
import { covers, createSession, prepare, type Scenario } from "../../test/simulate/trial.ts";

export interface Recycled {
  readonly layouts: number;
  readonly blocks: number;
  /** Layouts as units, as perfgap does. */
  readonly coverage: number;
  /** The same sessions with blocks as units: what goes wrong otherwise. */
  readonly coverageBlocksAsUnits: number;
}

/** 16 blocks on 4 layouts, run noise 3 %, layout noise 2 %. */
export function coverageOfRecycledLayouts(replicates: number): Recycled {
  const [machine] = machines;
  const noise = noiseKinds.find((kind) => kind.id === "layout");
  if (machine === undefined || noise === undefined) throw new Error("machine M1 and layout noise are there");
  const blocks = 16;
  const layouts = 4;
  const scenario = prepare({ machine, noise });
  const recycling = withBlocksPerLayout(scenario, blocks / layouts);
  const asBlocks = withBlocksPerLayout(scenario, 1);
  const hits = { units: 0, blocks: 0, of: 0 };
  for (let seed = 1; seed <= replicates; seed++) {
    const table = measureBlocks(recycling, seed, blocks);
    const units = coveredFactors(recycling, table);
    hits.units += units.covered;
    hits.blocks += coveredFactors(asBlocks, table).covered;
    hits.of += units.of;
  }
  return {
    layouts,
    blocks,
    coverage: hits.units / hits.of,
    coverageBlocksAsUnits: hits.blocks / hits.of,
  };
}

function measureBlocks(scenario: Scenario, seed: number, blocks: number): Table {
  const session = createSession(scenario, seed);
  let table = session.addBlock();
  while (table.blocks < blocks) table = session.addBlock();
  return table;
}

function coveredFactors(scenario: Scenario, table: Table): { readonly covered: number; readonly of: number } {
  const effects = inferTable(scenario.design, { first: table }, "cpuTime").sides[0]?.factors ?? [];
  const covered = effects.filter((effect) => covers(effect.shapley, sideTruth(scenario, effect.factor)));
  return { covered: covered.length, of: effects.length };
}

function withBlocksPerLayout(scenario: Scenario, blocksPerLayout: number): Scenario {
  const { plan } = scenario.design;
  const sides = plan.sides.map((side) => ({ ...side, blocksPerLayout }));
  return { ...scenario, design: designPlan({ ...plan, sides }) };
}

/** Costs add on M1, so one side's contribution is what its factor alone removes. */
function sideTruth({ machine }: Scenario, factor: string): number {
  const { logSeconds } = machine.slow;
  return logSeconds(new Set()) - logSeconds(new Set([factor]));
}
