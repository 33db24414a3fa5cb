import { runCommand } from "../../../base/subprocess.ts";
import type { FactorId, Lever, Proof, Realization, Toolchain } from "../../../plugin.ts";
import { oneProcessorLever } from "../one-processor.ts";
import { preloadLever } from "../preload-levers.ts";
import { lackingForX86Level } from "../x86-level.ts";
import type { Dialect } from "./dialect.ts";
import { type Family, familyFlags } from "./family-flags.ts";
import { userFlags } from "./toolchain.ts";

type Answer = (
  level: string,
  toolchain: Toolchain,
) => Realization | undefined | Promise<Realization | undefined>;

export function createRealize(dialect: Dialect) {
  const answers = answersOf(dialect);
  return async (factor: FactorId, level: string, toolchain: Toolchain): Promise<Realization> => {
    if (level === "as written") return { kind: "natural", reason: "the program as it is written" };
    const answer = await answers[factor]?.(level, toolchain);
    if (answer === undefined)
      return { kind: "unsupported", reason: `${dialect.title} has no level "${level}" of ${factor}` };
    return isCompilerLever(answer) ? probe(answer, toolchain) : answer;
  };
}

function isCompilerLever(realization: Realization): realization is Lever {
  return realization.kind === "lever" && realization.patch.build?.flags?.["compile"] !== undefined;
}

/** Compiles nothing with the lever's flags: a compiler that does not know them says so now, not in the middle of a plan. */
async function probe(lever: Lever, toolchain: Toolchain): Promise<Realization> {
  const result = await runCommand({
    argv: [
      toolchain.executable,
      ...(lever.patch.build?.flags?.["compile"] ?? []),
      "-x",
      "c",
      "-c",
      "-",
      "-o",
      "/dev/null",
    ],
    stdin: "int main(void) { return 0; }\n",
    env: { LC_ALL: "C" },
    timeoutMs: 60_000,
  });
  if (result.code === 0) return lever;
  return {
    kind: "unsupported",
    reason: `${toolchain.title} refuses the flags: ${result.stderr.trim().split("\n")[0] ?? ""}`,
  };
}

const at =
  (wanted: string, answer: (toolchain: Toolchain) => Realization | Promise<Realization>): Answer =>
  (level, toolchain) =>
    level === wanted ? answer(toolchain) : undefined;

const natural =
  (reason: string): Answer =>
  () => ({ kind: "natural", reason });

const hot = (fact: string, expect: Proof["expect"], what: string): Proof => ({
  fact: `hot.${fact}`,
  expect,
  title: `${what} in the program's own functions`,
});

function compilerLever(flags: readonly string[], proof: Proof, more: Partial<Lever> = {}): Lever {
  return {
    kind: "lever",
    patch: { build: { flags: { compile: flags } } },
    stage: "build",
    proof,
    scope: ["user"],
    safety: "safe",
    deployable: false,
    ...more,
  };
}

const byFamily =
  (name: keyof ReturnType<typeof familyFlags>, proof: Proof): Answer =>
  (level, toolchain) => {
    if (level !== "off") return undefined;
    const family = toolchain.properties["family"] as Family;
    return compilerLever(familyFlags(family, Number.parseInt(toolchain.version, 10))[name], proof);
  };

function answersOf(dialect: Dialect): Readonly<Record<FactorId, Answer>> {
  return {
    "bounds-checks": boundsChecks(dialect),
    "overflow-checks": overflowChecks(dialect),
    inlining: at("off", () => compilerLever(["-fno-inline"], hot("calls", "changes", "calls"))),
    vectorisation: byFamily("vectorisation", hot("packedOps", "decreases", "packed instructions")),
    unrolling: byFamily("unrolling", hot("instructions", "changes", "instructions")),
    "loop-idioms": byFamily("loopIdioms", hot("instructions", "changes", "instructions")),
    "if-conversion": byFamily(
      "ifConversion",
      hot("conditionalBranches", "increases", "conditional branches"),
    ),
    "optimisation-level": at("highest", highestLevel),
    "target-cpu": targetCpu,
    gc: natural(`${dialect.title} has no garbage collector`),
    "memory-reclamation": at("never", (toolchain) => preload(toolchain, "bump-malloc")),
    allocator: at("replaced", (toolchain) => preload(toolchain, "mimalloc")),
    cores: at("one", () => oneProcessor),
    "stdout-buffering": at("buffered", (toolchain) => preload(toolchain, "write-coalescer")),
    layout: () =>
      compilerLever(
        [],
        { fact: "layout.order", expect: "changes", title: "placement of functions in the executable" },
        { patch: {} },
      ),
  };
}

function boundsChecks(dialect: Dialect): Answer {
  if (dialect.id === "c") return natural("C has no bounds checks");
  return at("off", (toolchain) =>
    userFlags(toolchain).some((flag) => /^-D_GLIBCXX_ASSERTIONS\b/.test(flag))
      ? compilerLever(
          ["-U_GLIBCXX_ASSERTIONS"],
          hot("conditionalBranches", "decreases", "conditional branches"),
          {
            safety: "undefined behaviour",
            deployable: true,
          },
        )
      : {
          kind: "natural",
          reason: "C++ checks no index unless the program calls at(): that is part of the program",
        },
  );
}

function overflowChecks(dialect: Dialect): Answer {
  return at("off", (toolchain) =>
    userFlags(toolchain).includes("-ftrapv")
      ? compilerLever(["-fno-trapv"], hot("instructions", "decreases", "instructions"), { deployable: true })
      : { kind: "natural", reason: `${dialect.title} does not check integer arithmetic` },
  );
}

function highestLevel(toolchain: Toolchain): Realization {
  const level = userFlags(toolchain).findLast((flag) => /^-O/.test(flag));
  if (level === "-O3" || level === "-Ofast")
    return { kind: "natural", reason: `the program is built with ${level} already` };
  return compilerLever(["-O3"], hot("instructions", "changes", "instructions"), { deployable: true });
}

async function targetCpu(level: string, toolchain: Toolchain): Promise<Realization | undefined> {
  const wanted = /^x86-64-v([234])$/.exec(level)?.[1];
  if (wanted === undefined) return undefined;
  if (!/^(x86_64|amd64)/.test(toolchain.properties["machine"] ?? "")) {
    return {
      kind: "unsupported",
      reason: `the program is built for ${toolchain.properties["machine"] ?? "another machine"}`,
    };
  }
  const own = userFlags(toolchain).find((flag) => flag.startsWith("-march="));
  if (own !== undefined) return { kind: "natural", reason: `the program is built with ${own} already` };
  const lacking = await lackingForX86Level(Number(wanted));
  if (lacking.length > 0)
    return { kind: "unsupported", reason: `this machine's processor lacks ${lacking.join(", ")}` };
  return compilerLever([`-march=${level}`], hot("instructions", "changes", "instructions"), {
    deployable: true,
    note: "Fused multiply-add may change the last digits of floating-point results.",
  });
}

async function preload(toolchain: Toolchain, name: Parameters<typeof preloadLever>[0]): Promise<Realization> {
  return userFlags(toolchain).some((flag) => /^-static(-pie)?$/.test(flag))
    ? {
        kind: "unsupported",
        reason: "the program is linked statically, so nothing can be put before the C library",
      }
    : preloadLever(name);
}

/** For OpenMP. */
export const oneWorker = { OMP_NUM_THREADS: "1" };

const oneProcessor = oneProcessorLever(oneWorker);
