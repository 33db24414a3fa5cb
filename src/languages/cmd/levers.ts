import type { FactorId, Realization, Toolchain } from "../../plugin.ts";
import { collectorLever, withoutCollector } from "../native/go-collector.ts";
import { oneProcessorLever } from "../native/one-processor.ts";
import { preloadLever } from "../native/preload-levers.ts";
import type { Runtime } from "./toolchain.ts";

/** What the compiler and the linker decided. */
const buildFactors: ReadonlySet<FactorId> = new Set([
  ...["bounds-checks", "overflow-checks", "inlining", "vectorisation", "unrolling", "loop-idioms"],
  ...["if-conversion", "optimisation-level", "target-cpu", "layout"],
]);

/** Only what can be changed from outside; for the rest the source is needed. */
export async function realize(factor: FactorId, level: string, toolchain: Toolchain): Promise<Realization> {
  if (level === "as written") return { kind: "natural", reason: "the program as it is" };
  if (buildFactors.has(factor))
    return unsupported(
      "it is compiled in, and a prebuilt program cannot be built again: give its source instead of cmd:",
    );
  const runtime = toolchain.properties["runtime"] as Runtime | undefined;
  const answer = await runLever(factor, level, runtime ?? "script or unknown");
  return answer ?? unsupported(`a prebuilt program has no level "${level}" of ${factor}`);
}

async function runLever(factor: FactorId, level: string, runtime: Runtime): Promise<Realization | undefined> {
  switch (`${factor} ${level}`) {
    case "gc 2.5 times the heap":
    case "gc off":
      return runtime === "go"
        ? collectorLever(level)
        : unsupported("whether this program has a collector, and how to switch it off, is not known");
    case "memory-reclamation never":
      return runtime === "go"
        ? withoutCollector("memory that is never reclaimed")
        : preload("bump-malloc", runtime);
    case "allocator replaced":
      return preload("mimalloc", runtime);
    case "stdout-buffering buffered":
      return preload("write-coalescer", runtime);
    case "cores one":
      return oneProcessor;
    default:
      return undefined;
  }
}

async function preload(name: Parameters<typeof preloadLever>[0], runtime: Runtime): Promise<Realization> {
  if (runtime === "go")
    return unsupported("Go programs do not use the C library for this, so nothing can be put before it");
  if (runtime === "static")
    return unsupported("the program is linked statically, so nothing can be put before the C library");
  return preloadLever(name);
}

/** For whichever runtime it may be. */
export const oneWorker = {
  GOMAXPROCS: "1",
  OMP_NUM_THREADS: "1",
  RAYON_NUM_THREADS: "1",
  TOKIO_WORKER_THREADS: "1",
};

const oneProcessor = oneProcessorLever(oneWorker);

function unsupported(reason: string): Realization {
  return { kind: "unsupported", reason };
}
