/** Links that are dear are used for two blocks: where no more were paid for, a layout looks like a cause. */
import { expect, test } from "vitest";
import type { Machine } from "../../test/simulate/machines.ts";
import type { NoiseKind } from "../../test/simulate/noises.ts";
import { recordBlocks } from "../../test/simulate/observed.ts";
import { prepare } from "../../test/simulate/trial.ts";
import { infer } from "../infer/infer.ts";
import { attribute } from "./attribute.ts";

const quiet: NoiseKind = { id: "quiet", title: "0.5 % / 0", runSd: 0.005, layoutSd: 0 };
const twoSpeeds: NoiseKind = { ...quiet, twoSpeeds: { share: 0.5, cost: 0.8 } };

const side = (subject: string, cost: number) => ({
  subject,
  factors: ["a"],
  logSeconds: (neutral: ReadonlySet<string>) => (neutral.has("a") ? 0 : cost),
});

interface Session {
  readonly cost: number;
  readonly runTime?: boolean;
  readonly noise?: NoiseKind;
  readonly mode?: "own" | "shared";
  readonly seed?: number;
}

/** Two blocks, on the same links where these are shared. */
function session({ cost, runTime = false, noise = quiet, mode = "shared", seed = 1 }: Session) {
  const reached = runTime ? { runTime: ["a"] } : {};
  const machine: Machine = {
    id: "one layout",
    title: "",
    slow: { ...side("slow", cost), ...reached },
    fast: { ...side("fast", 0), ...reached },
  };
  const scenario = prepare({ machine, noise, options: { mode, minBlocks: 3 } });
  const { plan: asMade } = scenario.design;
  const plan = {
    ...asMade,
    sides: asMade.sides.map((each) => ({ ...each, blocksPerLayout: mode === "shared" ? 2 : 1 })),
  };
  const result = infer(
    plan,
    recordBlocks({ ...scenario, design: { ...scenario.design, plan } }, seed, 2),
    "cpuTime",
  );
  if (result.kind === "unavailable") throw new Error(result.reason);
  const { attributions, warnings } = attribute({
    plan,
    inferences: [result.inference],
    factors: [{ id: "a", title: "A", phrase: "a", group: "codegen", caveat: "" }],
    excluded: [],
    stoppedBy: "budget",
  });
  return {
    verdict: attributions[0]?.contributions[0]?.verdict,
    doubt: warnings.find(({ code }) => code === "few-blocks")?.message,
  };
}

const seeds = Array.from({ length: 40 }, (_, index) => index);

test("no cause is named of what the only layout of each variant may do", () => {
  const told = seeds.map((seed) => session({ cost: 0, noise: twoSpeeds, seed }));
  expect(told.filter(({ verdict }) => verdict !== "undetermined")).toEqual([]);
  expect(told[0]?.doubt).toContain("a layout alone may take twice the time of another");
});

test("what is more than a layout can do is named all the same", () => {
  expect(session({ cost: Math.log(3.9) }).verdict).toBe("undetermined");
  expect(session({ cost: Math.log(5) }).verdict).toBe("cause");
});

test("a lever of the run leaves the layout as it is, and links of their own show what layouts do", () => {
  expect(session({ cost: 0.2, runTime: true }).verdict).toBe("cause");
  const own = session({ cost: 0.2, mode: "own" });
  expect(own.verdict).toBe("cause");
  expect(own.doubt).not.toContain("layout");
});
