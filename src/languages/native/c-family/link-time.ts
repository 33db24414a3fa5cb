import type { BuildPatch, ShippableSetting, Toolchain, UnavailableSetting } from "../../../plugin.ts";
import { findShufflingLinkers } from "../linkers.ts";
import { linkRefusal } from "./link-refusal.ts";
import { userFlags } from "./toolchain.ts";

const id = "lto";
const title = "link-time optimisation";

type Flags = NonNullable<BuildPatch["flags"]>;

/** -flto where this compiler and a linker of it can do it; empty where the user's flags ask for it already. */
export async function linkTimeOptimisation(
  toolchain: Toolchain,
): Promise<readonly (ShippableSetting | UnavailableSetting)[]> {
  if (userFlags(toolchain).some((flag) => flag.startsWith("-flto"))) return [];
  let refusal = "";
  for (const flags of await candidates(toolchain)) {
    const answer = await linkRefusal(toolchain, [...(flags["compile"] ?? []), ...(flags["link"] ?? [])]);
    if (answer === undefined) return [setting(flags)];
    refusal ||= answer;
  }
  const fix =
    toolchain.properties["family"] === "clang" ? { fix: `apt-get install lld-${major(toolchain)}` } : {};
  const reason = `${toolchain.title} cannot link with -flto here: ${refusal}`;
  return [{ kind: "unavailable", id, title, reason, ...fix }];
}

function setting(flags: Flags): ShippableSetting {
  const shown = (words: readonly string[] = []) => words.filter((word) => !word.startsWith("-B")).join(" ");
  return {
    kind: "setting",
    id,
    title,
    dimension: "lto",
    stage: "build",
    change: { "compiler flags": shown(flags["compile"]), "linker flags": shown(flags["link"]) },
    costs: ["The build takes longer, and a change of one file compiles the whole program again."],
    deployable: true,
    promise: 8,
    conflicts: ["toolchain"],
    patch: { build: { flags } },
  };
}

function major(toolchain: Toolchain): number {
  return Number.parseInt(toolchain.version, 10);
}

/**
 * clang's objects are LLVM's bitcode, which only an lld of the same LLVM is sure to read: clang's own where it has one,
 * else what else can be found.
 */
async function candidates(toolchain: Toolchain): Promise<readonly Flags[]> {
  if (toolchain.properties["family"] !== "clang") {
    // One job for each processor came with gcc 10.
    const flag = major(toolchain) >= 10 ? "-flto=auto" : "-flto";
    return [{ compile: [flag], link: [flag] }];
  }
  const found = (await findShufflingLinkers()).filter(({ kind }) => kind === "lld");
  const linkers = [["-fuse-ld=lld"], ...found.map(({ driverArguments }) => driverArguments)];
  return linkers.map((words) => ({ compile: ["-flto"], link: ["-flto", ...words] }));
}
