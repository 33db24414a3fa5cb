import { readFile } from "node:fs/promises";
import { findExecutable } from "../../base/find-executable.ts";
import { runCommand } from "../../base/subprocess.ts";
import type { ShippableSetting, UnavailableSetting } from "../../plugin.ts";
import { allocatorPackage, type SystemAllocator, systemAllocator } from "./preload.ts";
import { dynamicMalloc } from "./preload-levers.ts";

/** Settings of one process that exclude each other: which allocator, and how the C library's own is set. */
const dimension = "allocator";

/** Where to write what to have the allocator without LD_PRELOAD. */
export type PermanentAllocator = (allocator: SystemAllocator) => Readonly<Record<string, string>>;

const promises: Readonly<Record<SystemAllocator, number>> = { mimalloc: 30, jemalloc: 15, tcmalloc: 20 };

/** Other allocators than the C library's, and other settings of that one, for programs that are linked to it. */
export async function memorySettings(
  permanent: PermanentAllocator,
): Promise<readonly (ShippableSetting | UnavailableSetting)[]> {
  const allocators = await Promise.all(
    (["mimalloc", "jemalloc", "tcmalloc"] as const).map((name) => allocatorSetting(name, permanent)),
  );
  return [...allocators, ...(await tunableSettings())];
}

/** The same for a program into which nothing can be loaded: each allocator with the reason. */
export function noMemorySettings(reason: string): readonly UnavailableSetting[] {
  return (["mimalloc", "jemalloc", "tcmalloc"] as const).map((name) => ({
    kind: "unavailable",
    id: name,
    title: name,
    reason,
  }));
}

async function allocatorSetting(
  name: SystemAllocator,
  permanent: PermanentAllocator,
): Promise<ShippableSetting | UnavailableSetting> {
  const library = await systemAllocator(name);
  if (!library.ok) {
    return {
      kind: "unavailable",
      id: name,
      title: name,
      reason: `${name} is not installed`,
      fix: `apt-get install ${allocatorPackage(name)}`,
    };
  }
  return {
    kind: "setting",
    id: name,
    title: name,
    dimension,
    stage: "run",
    change: { environment: `LD_PRELOAD=${library.value}`, ...permanent(name) },
    costs: [
      `Every machine that runs the program has to have ${name}, or the program has to bring it.`,
      "Another allocator keeps memory in another way: watch the peak.",
    ],
    deployable: true,
    promise: promises[name],
    requires: dynamicMalloc,
    proof: { fact: `preload.${name}`, expect: "increases", title: `${name} in the process` },
    patch: { run: { preload: [library.value] } },
  };
}

interface Tunables {
  readonly id: string;
  readonly title: string;
  readonly values: Readonly<Record<string, string>>;
  readonly costs: readonly string[];
  readonly promise: number;
  /** Why it would do nothing on this machine. */
  readonly refusal?: () => Promise<string | undefined>;
}

const tunables: readonly Tunables[] = [
  {
    id: "glibc-huge-pages",
    title: "malloc on huge pages",
    values: { hugetlb: "1" },
    costs: ["Memory is taken in pages of 2 MiB: the peak may rise."],
    promise: 6,
    refusal: hugePagesRefusal,
  },
  {
    id: "glibc-keep-memory",
    title: "malloc that keeps its memory",
    // 32 MiB is the largest mmap_threshold that malloc takes (mallopt(3)).
    values: { mmap_threshold: "33554432", trim_threshold: "4294967296", top_pad: "16777216" },
    costs: ["Freed memory is not given back to the system while the program runs."],
    promise: 6,
  },
];

async function tunableSettings(): Promise<readonly (ShippableSetting | UnavailableSetting)[]> {
  const known = await knownTunables();
  return Promise.all(
    tunables.map(async (each): Promise<ShippableSetting | UnavailableSetting> => {
      const { id, title, values, costs, promise } = each;
      const lacking = Object.keys(values).filter((name) => !known.has(name));
      const refusal =
        lacking.length > 0
          ? `this system's C library has no tunable glibc.malloc.${lacking[0] ?? ""}`
          : await each.refusal?.();
      if (refusal !== undefined) return { kind: "unavailable", id, title, reason: refusal };
      const value = Object.entries(values)
        .map(([name, setting]) => `glibc.malloc.${name}=${setting}`)
        .join(":");
      return {
        kind: "setting",
        id,
        title,
        dimension,
        stage: "run",
        change: { environment: `GLIBC_TUNABLES=${value}` },
        costs: [...costs, "The variable has to be set wherever the program runs; only glibc reads it."],
        deployable: true,
        promise,
        requires: dynamicMalloc,
        // Both are meant to save faults; memory that is moved where it could have grown in place costs more of them.
        proof: { fact: "faults.minor", expect: "changes", title: "page faults of a run" },
        patch: { run: { env: { GLIBC_TUNABLES: value } } },
      };
    }),
  );
}

/** What the dynamic linker says that malloc can be told; empty for another C library than glibc, and before 2.33. */
async function knownTunables(): Promise<ReadonlySet<string>> {
  const loader = process.arch === "arm64" ? "/lib/ld-linux-aarch64.so.1" : "/lib64/ld-linux-x86-64.so.2";
  const path = await findExecutable(loader);
  if (path === undefined) return new Set();
  const listed = await runCommand({ argv: [path, "--list-tunables"], timeoutMs: 10_000 });
  return new Set([...listed.stdout.matchAll(/^glibc\.malloc\.(\w+):/gm)].map((match) => match[1] ?? ""));
}

async function hugePagesRefusal(): Promise<string | undefined> {
  const text = await readFile("/sys/kernel/mm/transparent_hugepage/enabled", "utf8").catch(() => "");
  const chosen = /\[(\w+)\]/.exec(text)?.[1];
  if (chosen === "madvise") return undefined;
  return chosen === "always"
    ? "this system uses transparent huge pages everywhere already"
    : "this system has transparent huge pages switched off";
}
