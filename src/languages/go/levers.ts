import type { FactorId, Lever, Realization, Toolchain } from "../../plugin.ts";
import { collectorLever, withoutCollector } from "../native/go-collector.ts";
import { oneProcessorLever } from "../native/one-processor.ts";
import { lackingForX86Level } from "../native/x86-level.ts";
import { checkOverlay } from "./overlay.ts";

/** The switch that has a build read package os through the overlay. */
export const bufferedStdout = "buffered-stdout";

const asWritten: Realization = { kind: "natural", reason: "the program as it is written" };

export async function realize(factor: FactorId, level: string, toolchain: Toolchain): Promise<Realization> {
  if (level === "as written") return asWritten;
  const answer = await answers[factor]?.(level, toolchain);
  return answer ?? { kind: "unsupported", reason: `Go has no level "${level}" of ${factor}` };
}

type Answer = (
  level: string,
  toolchain: Toolchain,
) => Realization | undefined | Promise<Realization | undefined>;

const natural =
  (reason: string): Answer =>
  () => ({ kind: "natural", reason });
const unsupported =
  (reason: string): Answer =>
  () => ({ kind: "unsupported", reason });

const off =
  (answer: (toolchain: Toolchain) => Realization): Answer =>
  (level, toolchain) =>
    level === "off" ? answer(toolchain) : undefined;

function compilerLever(
  gcflag: string,
  parts: Pick<Lever, "proof" | "scope" | "safety"> & { readonly note?: string },
): Lever {
  return {
    kind: "lever",
    patch: { build: { flags: { gcflags: [gcflag] } } },
    stage: "build",
    deployable: false,
    ...parts,
  };
}

const everything = ["user", "dependencies", "standard library"] as const;

const answers: Readonly<Record<FactorId, Answer>> = {
  "bounds-checks": off(() =>
    compilerLever("all=-B", {
      proof: { fact: "boundsChecks.calls", expect: "zero", title: "calls to the bounds-check panic" },
      scope: everything,
      safety: "undefined behaviour",
    }),
  ),
  "overflow-checks": natural("integer arithmetic wraps in Go: there is no check to switch off"),
  inlining: off(() =>
    compilerLever("./...=-l", {
      proof: { fact: "hot.calls", expect: "changes", title: "calls in the program's own functions" },
      scope: ["user"],
      safety: "safe",
      note: "Only the program's own packages: without inlining in the runtime the allocator and the collector are what gets slow.",
    }),
  ),
  vectorisation: natural(
    "Go's compiler has no vectoriser; vector code in the standard library is written by hand and stays",
  ),
  unrolling: natural("Go's compiler does not unroll loops"),
  "loop-idioms": natural(
    "Go's compiler replaces no loops but those that only clear a slice or a map, which the language now spells clear()",
  ),
  "if-conversion": off((toolchain) =>
    toolchain.properties["ssa.branchelim"] === "yes"
      ? compilerLever("all=-d=ssa/branchelim/off", {
          proof: { fact: "hot.conditionalMoves", expect: "decreases", title: "conditional moves" },
          scope: everything,
          safety: "safe",
        })
      : { kind: "unsupported", reason: "this Go's compiler does not list its pass branchelim" },
  ),
  "optimisation-level": natural("Go's compiler has one level, and it is the highest"),
  "target-cpu": targetCpu,
  gc: collectorLever,
  "memory-reclamation": (level) =>
    level === "never" ? withoutCollector("memory that is never reclaimed") : undefined,
  allocator: unsupported(
    "Go's allocator is a part of its runtime and cannot be replaced; the profile's share of allocation bounds what another could save",
  ),
  cores: (level) => (level === "one" ? oneProcessor : undefined),
  "stdout-buffering": async (level, toolchain) => {
    if (level !== "buffered") return undefined;
    const overlay = await checkOverlay(toolchain.properties["GOROOT"] ?? "");
    return overlay.ok
      ? outputLever
      : { kind: "unsupported", reason: `package os cannot be given a buffer: ${overlay.error}` };
  },
  layout: () => layoutLever,
};

async function targetCpu(level: string, toolchain: Toolchain): Promise<Realization | undefined> {
  const wanted = /^x86-64-v([234])$/.exec(level)?.[1];
  if (wanted === undefined) return undefined;
  const { GOARCH: architecture, GOAMD64: current } = toolchain.properties;
  if (architecture !== "amd64")
    return { kind: "unsupported", reason: `the program is built for ${architecture ?? "?"}` };
  if (Number(current?.slice(1)) >= Number(wanted)) {
    return { kind: "natural", reason: `GOAMD64=${current ?? ""} is set already` };
  }
  const lacking = await lackingForX86Level(Number(wanted));
  if (lacking.length > 0) {
    return { kind: "unsupported", reason: `this machine's processor lacks ${lacking.join(", ")}` };
  }
  return {
    kind: "lever",
    patch: { build: { env: { GOAMD64: `v${wanted}` } } },
    stage: "build",
    proof: { fact: "target.level", expect: "increases", title: "GOAMD64 in the executable's build record" },
    scope: everything,
    safety: "safe",
    deployable: true,
    note: "Fused multiply-add may change the last digits of floating-point results.",
  };
}

const oneProcessor = oneProcessorLever(
  { GOMAXPROCS: "1" },
  "One processor and GOMAXPROCS=1: the collector has to share it with the program.",
);

const outputLever: Lever = {
  kind: "lever",
  patch: { build: { switches: [bufferedStdout] } },
  stage: "build",
  proof: { fact: "stdout.buffered", expect: "increases", title: "a buffer in package os of the executable" },
  scope: ["process"],
  safety: "safe",
  deployable: false,
  note: "Package os gathers writes to standard output in 64 KiB; the program's own files stay as they are.",
};

const layoutLever: Lever = {
  kind: "lever",
  patch: {},
  stage: "build",
  proof: { fact: "layout.order", expect: "changes", title: "order of functions in the executable" },
  scope: everything,
  safety: "safe",
  deployable: false,
};
