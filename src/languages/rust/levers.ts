import type { FactorId, Lever, Realization, Toolchain } from "../../plugin.ts";
import { oneProcessorLever } from "../native/one-processor.ts";
import { preloadLever } from "../native/preload-levers.ts";
import { lackingForX86Level } from "../native/x86-level.ts";
import { llvmChannel, switches } from "./channels.ts";
import { llvmRefusal } from "./llvm-options.ts";
import { propertiesOf, splitList } from "./toolchain.ts";

export async function realize(factor: FactorId, level: string, toolchain: Toolchain): Promise<Realization> {
  if (level === "as written") return { kind: "natural", reason: "the program as it is written" };
  const answer = await answers[factor]?.(level, toolchain);
  return answer ?? { kind: "unsupported", reason: `Rust has no level "${level}" of ${factor}` };
}

type Answer = (
  level: string,
  toolchain: Toolchain,
) => Realization | undefined | Promise<Realization | undefined>;

const compiledHere = ["user", "dependencies"] as const;

/** A lever that is nothing but options of LLVM, given that this LLVM has them. */
function llvmLever(
  options: readonly string[],
  parts: Pick<Lever, "proof"> & { readonly note?: string; readonly rustflags?: readonly string[] },
): Answer {
  return async (level, toolchain) => {
    if (level !== "off") return undefined;
    const refusal = await llvmRefusal(toolchain, options);
    if (refusal !== undefined) return { kind: "unsupported", reason: refusal };
    const { rustflags, ...rest } = parts;
    return {
      kind: "lever",
      patch: {
        build: {
          flags: { [llvmChannel]: options, ...(rustflags === undefined ? {} : { rustflags }) },
        },
      },
      stage: "build",
      scope: compiledHere,
      safety: "safe",
      deployable: false,
      ...rest,
    };
  };
}

const hotInstructions = {
  fact: "hot.instructions",
  expect: "changes",
  title: "instructions in the program's own functions",
} as const;

const answers: Readonly<Record<FactorId, Answer>> = {
  "bounds-checks": (level, toolchain) => (level === "off" ? boundsChecks(toolchain) : undefined),
  "overflow-checks": (level, toolchain) => (level === "off" ? overflowChecks(toolchain) : undefined),
  inlining: llvmLever(["-inline-threshold=0"], {
    proof: { fact: "hot.calls", expect: "increases", title: "calls in the program's own functions" },
    note: "LLVM's inliner at threshold 0: what must be inlined, or costs nothing inlined, still is.",
  }),
  // Both ways to say it: rustc's flags reach its own pipeline, LLVM's options the linker's as well.
  vectorisation: llvmLever(["-vectorize-loops=false", "-interleave-loops=false", "-vectorize-slp=false"], {
    rustflags: ["-Cno-vectorize-loops", "-Cno-vectorize-slp"],
    proof: {
      fact: "hot.packedOps",
      expect: "decreases",
      title: "packed instructions in the program's own functions",
    },
    note: "Loop vectoriser, interleaving and SLP. The precompiled standard library keeps its vector code.",
  }),
  unrolling: llvmLever(["-unroll-count=1"], {
    proof: hotInstructions,
    note: "Full unrolling of short loops included; interleaving of vectors belongs to vectorisation.",
  }),
  "loop-idioms": llvmLever(["-disable-loop-idiom-all"], {
    proof: hotInstructions,
    note: "Loops that LLVM would turn into clearing, copying, bit counts or table-driven checksums stay loops.",
  }),
  "if-conversion": ifConversion,
  "optimisation-level": (level, toolchain) => (level === "highest" ? highestLevel(toolchain) : undefined),
  "target-cpu": targetCpu,
  gc: () => ({ kind: "natural", reason: "Rust has no garbage collector" }),
  "memory-reclamation": (level) => (level === "never" ? preloads.never() : undefined),
  allocator: (level) => (level === "replaced" ? preloads.replaced() : undefined),
  cores: (level) => (level === "one" ? oneProcessor : undefined),
  "stdout-buffering": (level) => (level === "buffered" ? preloads.buffered() : undefined),
  layout: () => layoutLever,
};

function boundsChecks(toolchain: Toolchain): Realization {
  const { lld, target, host } = propertiesOf(toolchain);
  if (lld === "")
    return {
      kind: "unsupported",
      reason:
        "the checks are removed in a link by rustc's own lld, and this rustc brings none (rustup's does)",
    };
  if (target !== host)
    return { kind: "unsupported", reason: `the program is built for ${target}, not for this machine` };
  return {
    kind: "lever",
    patch: { build: { switches: [switches.noBoundsChecks] } },
    scheme: { build: { switches: [switches.linkTimeOptimiser] } },
    stage: "build",
    proof: {
      fact: "boundsChecks.calls",
      expect: "decreases",
      title: "calls to the panics of bounds checks in the whole executable, the standard library's included",
      part: { fact: "hot.boundsChecks", title: "in the program's hot functions" },
    },
    scope: compiledHere,
    safety: "undefined behaviour",
    deployable: false,
    note: "The panics are defined as unreachable in a link that optimises; generic code of the standard library is reached, its precompiled code keeps its checks.",
  };
}

function overflowChecks(toolchain: Toolchain): Realization {
  if (propertiesOf(toolchain).overflowChecks === "off")
    return {
      kind: "natural",
      reason: "a release build does not check arithmetic unless its profile says so",
    };
  return {
    kind: "lever",
    patch: { build: { flags: { rustflags: ["-Coverflow-checks=off"] } } },
    stage: "build",
    proof: { fact: "overflowChecks.calls", expect: "decreases", title: "calls to the panics of arithmetic" },
    scope: compiledHere,
    safety: "safe",
    deployable: true,
    note: "This program's release profile turns the checks on.",
  };
}

async function ifConversion(level: string, toolchain: Toolchain): Promise<Realization | undefined> {
  if (!propertiesOf(toolchain).target.startsWith("x86_64"))
    return { kind: "unsupported", reason: "LLVM can turn conditional moves back into branches on x86 only" };
  return llvmLever(["-x86-cmov-converter-force-all"], {
    proof: { fact: "hot.conditionalMoves", expect: "decreases", title: "conditional moves" },
    note: "Conditional moves become branches again; masks in vectorised code stay.",
  })(level, toolchain);
}

function highestLevel(toolchain: Toolchain): Realization {
  const { optLevel } = propertiesOf(toolchain);
  if (optLevel === "3")
    return { kind: "natural", reason: "the release profile uses opt-level 3, the highest there is" };
  return {
    kind: "lever",
    patch: { build: { flags: { rustflags: ["-Copt-level=3"] } } },
    stage: "build",
    proof: hotInstructions,
    scope: compiledHere,
    safety: "safe",
    deployable: true,
    note: `This program's release profile says opt-level ${optLevel}.`,
  };
}

async function targetCpu(level: string, toolchain: Toolchain): Promise<Realization | undefined> {
  const wanted = /^x86-64-v([234])$/.exec(level)?.[1];
  if (wanted === undefined) return undefined;
  const { target, rustflags } = propertiesOf(toolchain);
  if (!target.startsWith("x86_64"))
    return { kind: "unsupported", reason: `the program is built for ${target}` };
  const own = splitList(rustflags).find((flag) => flag.includes("target-cpu="));
  if (own !== undefined)
    return { kind: "natural", reason: `the user's own flags say ${own.replace(/^-C/, "")} already` };
  const lacking = await lackingForX86Level(Number(wanted));
  if (lacking.length > 0)
    return { kind: "unsupported", reason: `this machine's processor lacks ${lacking.join(", ")}` };
  return {
    kind: "lever",
    patch: { build: { flags: { rustflags: [`-Ctarget-cpu=${level}`] } } },
    stage: "build",
    proof: hotInstructions,
    scope: compiledHere,
    safety: "safe",
    deployable: true,
    note: "The precompiled standard library stays as it is.",
  };
}

const preloads = {
  never: () =>
    preloadLever(
      "bump-malloc",
      "An allocator that never frees, on huge pages, by LD_PRELOAD; a program with an allocator of its own or without a dynamic linker is not reached.",
    ),
  replaced: () =>
    preloadLever("mimalloc", "mimalloc by LD_PRELOAD; to ship it, make it the #[global_allocator]."),
  buffered: () =>
    preloadLever(
      "write-coalescer",
      "Writes to standard output are gathered in 64 KiB by LD_PRELOAD; in the program it is a BufWriter.",
    ),
} as const;

/** For the pools of rayon and tokio. */
export const oneWorker = { RAYON_NUM_THREADS: "1", TOKIO_WORKER_THREADS: "1" };

const oneProcessor = oneProcessorLever(oneWorker, "One processor, and one worker for rayon and tokio.");

const layoutLever: Lever = {
  kind: "lever",
  patch: {},
  stage: "build",
  proof: { fact: "layout.order", expect: "changes", title: "order of functions in the executable" },
  scope: ["user", "dependencies", "standard library"],
  safety: "safe",
  deployable: false,
};
