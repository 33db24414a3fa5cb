import { allocator } from "./factors/allocator.ts";
import { boundsChecks } from "./factors/bounds-checks.ts";
import { cores } from "./factors/cores.ts";
import { gc } from "./factors/gc.ts";
import { ifConversion } from "./factors/if-conversion.ts";
import { inlining } from "./factors/inlining.ts";
import { layout } from "./factors/layout.ts";
import { loopIdioms } from "./factors/loop-idioms.ts";
import { memoryReclamation } from "./factors/memory-reclamation.ts";
import { optimisationLevel } from "./factors/optimisation-level.ts";
import { overflowChecks } from "./factors/overflow-checks.ts";
import { stdoutBuffering } from "./factors/stdout-buffering.ts";
import { targetCpu } from "./factors/target-cpu.ts";
import { unrolling } from "./factors/unrolling.ts";
import { vectorisation } from "./factors/vectorisation.ts";
import { c } from "./languages/c/index.ts";
import { cmd } from "./languages/cmd/index.ts";
import { cpp } from "./languages/cpp/index.ts";
import { go } from "./languages/go/index.ts";
import { rust } from "./languages/rust/index.ts";
import type { Factor, Language } from "./plugin.ts";

/** The only list of built-in languages. */
export const builtinLanguages: readonly Language[] = [go, rust, c, cpp, cmd];

/** The only list of built-in factors. */
export const builtinFactors: readonly Factor[] = [
  vectorisation,
  unrolling,
  loopIdioms,
  ifConversion,
  boundsChecks,
  overflowChecks,
  gc,
  allocator,
  memoryReclamation,
  cores,
  stdoutBuffering,
  inlining,
  optimisationLevel,
  targetCpu,
  layout,
];
