import { runCommand } from "../../base/subprocess.ts";
import type { ShippableSetting, Toolchain } from "../../plugin.ts";

interface Experiment {
  /** As the environment spells it; the opposite begins with "no". */
  readonly name: string;
  /** In the middle of "... (GOEXPERIMENT=...)". */
  readonly what: string;
  readonly promise: number;
  /** The package without which it changes nothing. */
  readonly onlyWith?: string;
}

/** Those that change how fast a program is. Others change checks, debug information or what can be imported. */
const experiments: readonly Experiment[] = [
  { name: "greenteagc", what: "garbage collector that scans by page", promise: 4 },
  {
    name: "jsonv2",
    what: "encoding/json on top of its second version",
    promise: 12,
    onlyWith: "encoding/json",
  },
  { name: "sizespecializedmalloc", what: "allocator with code for each size", promise: 5 },
  { name: "runtimefreegc", what: "memory freed by the compiler where it can tell", promise: 4 },
  { name: "swissmap", what: "swiss-table maps", promise: 4 },
  { name: "spinbitmutex", what: "runtime locks that spin less", promise: 2 },
  { name: "newinliner", what: "inliner with call-site heuristics", promise: 4 },
];

/** Experiments that this toolchain has, each as the opposite of what it does now. Nothing is built to find out. */
export async function experimentSettings(
  toolchain: Toolchain,
  packages: ReadonlySet<string>,
): Promise<readonly ShippableSetting[]> {
  const relevant = experiments.filter(({ onlyWith }) => onlyWith === undefined || packages.has(onlyWith));
  const settings = await Promise.all(relevant.map((each) => experimentSetting(toolchain, each)));
  return settings.flatMap((each) => each ?? []);
}

async function experimentSetting(
  toolchain: Toolchain,
  { name, what, promise }: Experiment,
): Promise<ShippableSetting | undefined> {
  const state = await stateOf(toolchain, name);
  if (state === undefined) return undefined;
  const value = state === "on" ? `no${name}` : name;
  return {
    kind: "setting",
    id: `goexperiment-${value}`,
    title: `GOEXPERIMENT=${value} (${state === "on" ? "without the " : ""}${what})`,
    dimension: `goexperiment-${name}`,
    stage: "build",
    change: { "build environment": `GOEXPERIMENT=${value}` },
    costs: ["An experiment of the toolchain: another release of Go may change it or take it away."],
    deployable: true,
    conflicts: ["toolchain"],
    promise: state === "on" ? promise / 2 : promise,
    patch: { build: { env: { GOEXPERIMENT: joined(toolchain.properties["GOEXPERIMENT"], value) } } },
  };
}

function joined(own: string | undefined, value: string): string {
  return own === undefined || own === "" ? value : `${own},${value}`;
}

/**
 * Whether the toolchain builds with an experiment now; undefined where it has no such experiment. `go tool compile -V`
 * names what differs from the release's own choice (cmd/internal/objabi, AddVersionFlag) and refuses unknown names.
 */
async function stateOf(toolchain: Toolchain, name: string): Promise<"on" | "off" | undefined> {
  const own = toolchain.properties["GOEXPERIMENT"];
  const ask = async (value: string | undefined) => {
    const result = await runCommand({
      argv: [toolchain.executable, "tool", "compile", "-V"],
      env: { GOEXPERIMENT: value },
      timeoutMs: 60_000,
    });
    return result.code === 0 ? result.stdout.trim() : undefined;
  };
  const [now, changed] = await Promise.all([ask(own === "" ? undefined : own), ask(joined(own, name))]);
  if (now === undefined || changed === undefined) return undefined;
  return now === changed ? "on" : "off";
}
