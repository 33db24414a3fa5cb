import { join } from "node:path";
import { packageDirectory } from "../../src/base/directories.ts";
import { Failure } from "../../src/base/failure.ts";
import { runCommand } from "../../src/base/subprocess.ts";
import { systemAllocator } from "../../src/languages/native/preload.ts";
import type { AbsentPlant, Plant, PlantedCause } from "./plant.ts";

const withoutChecks: PlantedCause = { factors: ["bounds-checks"], flags: ["-gcflags=all=-B"] };
const withoutCollector: PlantedCause = {
  factors: ["gc", "memory-reclamation"],
  env: { GOGC: "off", GOMEMLIMIT: "2GiB" },
};
/**
 * A collector works beside the program. With a second processor its cost changes sign with what else runs: -0.29 of
 * log time where nothing else does, +0.2 to +0.27 on a loaded machine. No truth outlives such a change.
 */
const oneProcessor = { GOMAXPROCS: "1" };
const withoutVectors: PlantedCause = {
  factors: ["vectorisation"],
  flags: ["-Cno-vectorize-loops", "-Cno-vectorize-slp"],
};
/** Packed code gains more from unrolling than scalar code: what the two do together is shared, as Shapley's rule has it. */
const withoutUnrolling: PlantedCause = {
  factors: ["unrolling"],
  flags: ["-Cllvm-args=-unroll-threshold=0", "-Cllvm-args=-unroll-partial-threshold=0"],
};
const withoutEarlyUnrolling: PlantedCause = {
  factors: ["unrolling"],
  flags: ["--param=max-completely-peel-times=0", "--param=max-completely-peeled-insns=0"],
};
const withoutGccVectors: PlantedCause = {
  factors: ["vectorisation"],
  flags: ["-fno-tree-loop-vectorize", "-fno-tree-slp-vectorize"],
};
const withoutSmallWrites: PlantedCause = { factors: ["stdout-buffering"], unplant: true };
/** What the kernel takes for each write: the library's search for line ends is paid before it and stays. */
const withoutSystemCalls = (sink: string): PlantedCause => ({
  factors: ["stdout-buffering"],
  preload: [sink],
});
const planted = ["--cfg", "planted"];
const smallWritesInRust = {
  language: "rust",
  program: "planted/output/rust",
  args: [],
  plantedFlags: planted,
  cleanFlags: [],
  expectation: { kind: "named" },
} as const;

/** Doses of the burning allocator, in steps per allocation. */
const doses = [20, 100, 300];

const portable: readonly Plant[] = [
  {
    id: "P1",
    title: "bounds checks of a stencil in Go",
    language: "go",
    program: "planted/stencil/go",
    args: [],
    plantedFlags: [],
    cleanFlags: ["-gcflags=all=-B"],
    causes: [withoutChecks],
    expectation: { kind: "named" },
  },
  {
    id: "P2",
    title: "vectorisation of a sum in Rust",
    language: "rust",
    program: "sum-array/rust",
    args: ["500000"],
    plantedFlags: ["-Cno-vectorize-loops", "-Cno-vectorize-slp"],
    cleanFlags: [],
    causes: [withoutVectors, withoutUnrolling],
    expectation: { kind: "named" },
  },
  {
    id: "P4",
    title: "the standard hasher in Rust",
    language: "rust",
    program: "planted/hasher/rust",
    args: [],
    plantedFlags: planted,
    cleanFlags: [],
    causes: [],
    expectation: { kind: "unexplained" },
  },
  {
    id: "P5",
    title: "a collector that runs four times as often in Go",
    language: "go",
    program: "planted/collector/go",
    args: ["5000000", "0"],
    plantedFlags: ["-tags=planted"],
    cleanFlags: [],
    causes: [withoutCollector],
    expectation: { kind: "named" },
  },
  {
    id: "P6-go",
    title: "a write per line in Go",
    language: "go",
    program: "planted/output/go",
    args: [],
    plantedFlags: ["-tags=planted"],
    cleanFlags: [],
    causes: [withoutSmallWrites],
    expectation: { kind: "named" },
  },
  {
    id: "P6-go-boxed",
    title:
      "a write per line in Go through a writer that is put on the heap for each, all of it held to be the writes",
    language: "go",
    program: "planted/output/go",
    args: [],
    plantedFlags: ["-tags=planted,boxed"],
    cleanFlags: [],
    causes: [withoutSmallWrites],
    expectation: { kind: "named" },
    knownToFail: "the writer that each line puts on the heap is no cost of unbuffered output",
  },
  {
    id: "P6-rust-all",
    title: "a write per line in Rust, held to all that a buffer of the program's own saves",
    ...smallWritesInRust,
    causes: [withoutSmallWrites],
    knownToFail: "no lever reaches the search for line ends, which the library makes before each write",
  },
  {
    id: "P8",
    title: "overflow checks of a sum in Rust, which stop its vectorisation",
    language: "rust",
    program: "sum-array/rust",
    args: ["500000"],
    plantedFlags: ["-Coverflow-checks=on"],
    cleanFlags: [],
    causes: [{ factors: ["overflow-checks"], flags: ["-Coverflow-checks=off"] }, withoutVectors],
    expectation: { kind: "shares" },
  },
  {
    id: "P9",
    title: "a lock that nobody else wants in Rust",
    language: "rust",
    program: "planted/lock/rust",
    args: [],
    plantedFlags: planted,
    cleanFlags: [],
    causes: [],
    expectation: { kind: "unexplained" },
  },
  {
    id: "P9-unrolled",
    title: "a lock that nobody else wants in Rust, around steps that unrolling would shorten",
    language: "rust",
    program: "planted/lock/rust",
    args: [],
    plantedFlags: [...planted, "--cfg=unrollable"],
    cleanFlags: ["--cfg=unrollable"],
    causes: [],
    expectation: { kind: "unexplained" },
    knownToFail: "the lock also keeps the loop from being unrolled, which is a cause of its own",
  },
  {
    id: "P13",
    title: "objects that escape to the heap in Go",
    language: "go",
    program: "planted/escape/go",
    args: ["10000000"],
    env: oneProcessor,
    plantedFlags: ["-tags=planted"],
    cleanFlags: [],
    causes: [withoutCollector],
    expectation: { kind: "shares" },
  },
  {
    id: "P16",
    title: "gcc -O3 where -O2 is faster, because it unrolls before it could vectorise",
    language: "c",
    program: "planted/block-search/c",
    args: [],
    plantedFlags: ["-O3"],
    cleanFlags: ["-O2"],
    causes: [withoutEarlyUnrolling, withoutGccVectors],
    expectation: { kind: "shares" },
  },
  {
    id: "P1+P5",
    title: "bounds checks and a busy collector in one Go program",
    language: "go",
    program: "planted/collector/go",
    args: ["3000000", "6"],
    plantedFlags: ["-tags=planted"],
    cleanFlags: ["-gcflags=all=-B"],
    causes: [withoutChecks, withoutCollector],
    expectation: { kind: "shares" },
  },
  {
    id: "N1",
    title: "bounds checks that wait for loads anyway in Go",
    language: "go",
    program: "planted/gather/go",
    args: [],
    plantedFlags: [],
    cleanFlags: ["-gcflags=all=-B"],
    causes: [],
    expectation: { kind: "silent" },
  },
  {
    id: "N2",
    title: "the same Go program twice",
    language: "go",
    program: "a-a/go-first",
    args: ["300"],
    plantedFlags: [],
    cleanFlags: [],
    causes: [],
    expectation: { kind: "silent" },
  },
];

/** All plants of this machine, and those that need something it has not. `directory` takes the libraries that are built for them. */
export async function makePlants(
  directory: string,
): Promise<{ readonly plants: readonly Plant[]; readonly absent: readonly AbsentPlant[] }> {
  const mimalloc = await systemAllocator("mimalloc");
  const writes = await systemCallsOfSmallWrites(directory);
  if (!mimalloc.ok) {
    const ids = [...doses.map((dose) => `P3-${dose}`), "P12"];
    return { plants: [...portable, writes], absent: ids.map((id) => ({ id, reason: mimalloc.error })) };
  }
  const replaced: PlantedCause = {
    factors: ["allocator", "memory-reclamation"],
    preload: [mimalloc.value],
  };
  const burning = doses.map(
    async (dose): Promise<Plant> => ({
      ...allocationProgram,
      id: `P3-${dose}`,
      title: `an allocator that burns ${dose} steps in C`,
      plantedFlags: await linkBurning(directory, dose),
      causes: [replaced],
      dose,
    }),
  );
  const swapped: Plant = {
    ...allocationProgram,
    id: "P12",
    title: "the C library's allocator in place of mimalloc in C",
    plantedFlags: [],
    cleanFlags: ["-Wl,--no-as-needed", mimalloc.value],
    causes: [replaced],
  };
  return { plants: [...portable, writes, ...(await Promise.all(burning)), swapped], absent: [] };
}

async function systemCallsOfSmallWrites(directory: string): Promise<Plant> {
  const sink = join(directory, "libsink.so");
  await buildLibrary("planted/output/sink-writes.c", sink, []);
  return {
    ...smallWritesInRust,
    id: "P6-rust",
    title: "a write per line in Rust",
    causes: [withoutSystemCalls(sink)],
  };
}

const allocationProgram = {
  language: "c",
  program: "planted/allocation/c",
  args: [],
  cleanFlags: [],
  expectation: { kind: "named" },
} as const;

/** Builds the burning allocator as a shared library and answers with the flags that link it. */
async function linkBurning(directory: string, dose: number): Promise<readonly string[]> {
  const library = join(directory, `libburn${dose}.so`);
  await buildLibrary("planted/allocation/burn-malloc.c", library, [`-DBURN=${dose}`]);
  return ["-Wl,--no-as-needed", library, `-Wl,-rpath,${directory}`];
}

/** `source` is below workloads/. Rejects with a Failure when it does not build. */
async function buildLibrary(source: string, library: string, flags: readonly string[]): Promise<void> {
  const path = join(packageDirectory(), "workloads", source);
  const result = await runCommand({
    argv: ["cc", "-O2", "-shared", "-fPIC", ...flags, "-o", library, path],
  });
  if (result.code !== 0) {
    throw new Failure({
      code: "bench-library",
      exit: "toolchainOrHost",
      message: `${source} could not be built.`,
      detail: result.stderr,
      help: "install a C compiler",
    });
  }
}
