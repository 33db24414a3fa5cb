import { totalmem } from "node:os";
import type { ShippableSetting } from "../../plugin.ts";

/** A program that sets its own pace of collecting in main takes no notice of the variables. */
const collections = {
  fact: "gc.cycles",
  expect: "changes",
  title: "garbage collections of a run",
} as const;

/** How rarely the collector runs. Of a program built already as well: the runtime reads them when it starts. */
export function collectorSettings(): readonly ShippableSetting[] {
  const everywhere = "The variable has to be set wherever the program runs; in the source it is a call.";
  const rarer = [200, 400, 800].map((percent): ShippableSetting => {
    const heaps = 1 + percent / 100;
    return {
      kind: "setting",
      id: `gogc-${percent}`,
      title: `GOGC=${percent}`,
      dimension: "gogc",
      stage: "run",
      change: {
        environment: `GOGC=${percent}`,
        "or in main": `debug.SetGCPercent(${percent}) of runtime/debug`,
      },
      costs: [
        `Memory: the heap grows to ${heaps} times what is live before it is collected, in place of 2 times.`,
        everywhere,
      ],
      deployable: true,
      promise: 16 + percent / 100,
      proof: collections,
      patch: { run: { env: { GOGC: String(percent) } } },
    };
  });
  const limitMebibytes = memoryLimitMebibytes();
  const limit = `${limitMebibytes}MiB`;
  return [
    ...rarer,
    {
      kind: "setting",
      id: "gogc-off-memory-limit",
      title: `GOGC=off with GOMEMLIMIT=${limit}`,
      dimension: "gogc",
      stage: "run",
      change: {
        environment: `GOGC=off GOMEMLIMIT=${limit}`,
        "or in main": `debug.SetGCPercent(-1) and debug.SetMemoryLimit(${limitMebibytes}<<20) of runtime/debug`,
      },
      costs: [
        `Memory: the program takes up to ${limit} before it collects anything, and that much must be free for it.`,
        "When what is live comes near the limit, the collector takes up to half of the processor time.",
        everywhere,
      ],
      deployable: true,
      promise: 22,
      proof: collections,
      patch: { run: { env: { GOGC: "off", GOMEMLIMIT: limit } } },
    },
  ];
}

/** A power of two, at most a quarter of what this machine or container has, from 64 MiB to 4 GiB. */
function memoryLimitMebibytes(): number {
  // Absent where the system has no such limit; a number beyond all memory where none is set.
  const constrained = process.constrainedMemory();
  const bytes = Math.min(totalmem(), constrained > 0 ? constrained : totalmem());
  const quarter = Math.log2(bytes / 4 / 2 ** 20);
  return 2 ** Math.min(12, Math.max(6, Math.floor(quarter)));
}

/** Fewer processors than there are: less traffic between them, fewer idle workers of the collector. */
export function processorSettings(processors: number): readonly ShippableSetting[] {
  const counts = [...new Set([1, 2, Math.floor(processors / 2)])].filter(
    (count) => count >= 1 && count < processors,
  );
  return counts.map((count) => ({
    kind: "setting",
    id: `gomaxprocs-${count}`,
    title: `GOMAXPROCS=${count}`,
    dimension: "gomaxprocs",
    stage: "run",
    change: { environment: `GOMAXPROCS=${count}`, "or in main": `runtime.GOMAXPROCS(${count})` },
    costs: [
      `The program and its collector use at most ${count} of ${processors} processors at a time, also when there is more to do.`,
    ],
    deployable: true,
    promise: count === 1 ? 6 : 4,
    proof: { fact: "go.maxProcs", expect: "changes", title: "GOMAXPROCS as the runtime has it" },
    patch: { run: { env: { GOMAXPROCS: String(count) } } },
  }));
}
