import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runCommand } from "../../src/base/subprocess.ts";
import { loaderTraceEnv, ownPreload, parseLoaderTrace } from "../../src/languages/native/preload.ts";

let folder = "";
const objects = { memory: "", output: "" };

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "perfgap-preload-"));
  for (const name of ["memory", "output"]) {
    const source = join(import.meta.dirname, "programs", "preload", `${name}.c`);
    const argv = ["cc", "-O1", "-fno-builtin", "-pthread", "-o", join(folder, name), source] as const;
    const result = await runCommand({ argv });
    if (result.code !== 0) throw new Error(result.stderr);
  }
  objects.memory = await objectOrThrow("bump-malloc");
  objects.output = await objectOrThrow("write-coalescer");
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function objectOrThrow(name: "bump-malloc" | "write-coalescer"): Promise<string> {
  const object = await ownPreload(name);
  if (!object.ok) throw new Error(object.error);
  return object.value;
}

describe("the allocator that never frees", () => {
  it("keeps every promise of the malloc family, in threads and after fork", async () => {
    const run = (env: Readonly<Record<string, string>>) =>
      runCommand({ argv: [join(folder, "memory")], env, timeoutMs: 60_000 });
    expect((await run({})).stdout).toBe("ok\n");
    expect(await run({ LD_PRELOAD: objects.memory })).toMatchObject({ code: 0, stdout: "ok\n", stderr: "" });
    const traced = await run({ LD_PRELOAD: objects.memory, ...loaderTraceEnv });
    expect(parseLoaderTrace(traced.stderr)).toMatchObject({
      "preload.bump-malloc": 1,
      "preload.mimalloc": 0,
    });
  });

  it("carries programs that were not made for it", async () => {
    const result = await runCommand({
      argv: [
        "cc",
        "-O2",
        "-c",
        join(import.meta.dirname, "programs/preload/memory.c"),
        "-o",
        join(folder, "x.o"),
      ],
      env: { LD_PRELOAD: objects.memory },
      timeoutMs: 60_000,
    });
    expect(result).toMatchObject({ kind: "exited", code: 0 });
  });
});

describe("the gatherer of writes", () => {
  const run = (way: string, preload: string, redirect = "") =>
    runCommand({
      // Only the program is to have the object, not the shell around it.
      argv: [
        "sh",
        "-c",
        `exec env LD_PRELOAD="$1" "$2" "$3" ${redirect}`,
        "sh",
        preload,
        join(folder, "output"),
        way,
      ],
      timeoutMs: 30_000,
    });

  it.each([
    "fork",
    "spawn",
    "exec",
    "_exit",
    "abort",
    "dup",
    "close",
    "stdio",
    "vector",
    "large",
    "signal",
    "mixed",
  ])("lets a reader see the same bytes in the same order: %s", async (way) => {
    const plain = await run(way, "", "2>&1");
    const gathered = await run(way, objects.output, "2>&1");
    expect(plain.stdout.length).toBeGreaterThan(3);
    expect({ ...gathered }).toEqual({ ...plain });
  });

  it("turns a thousand writes into a few", async () => {
    const [plain, gathered] = [await run("many", ""), await run("many", objects.output)];
    expect(gathered.stdout).toBe(plain.stdout);
    expect(Number(plain.stderr)).toBeGreaterThanOrEqual(1000);
    expect(Number(gathered.stderr)).toBeLessThan(10);
  });

  it("keeps lines of several threads whole", async () => {
    const sorted = (text: string) => text.trimEnd().split("\n").sort();
    const [plain, gathered] = [await run("threads", ""), await run("threads", objects.output)];
    expect(sorted(gathered.stdout)).toEqual(sorted(plain.stdout));
  });

  it("shows a prompt before it waits for the answer", async () => {
    const script =
      'cd "$1" && rm -f in out && mkfifo in out && { env LD_PRELOAD="$2" ./output prompt <in >out & } && exec 3>in 4<out && read -r line <&4 && echo "to $line" >&3 && cat <&4';
    const result = await runCommand({
      argv: ["sh", "-c", script, "sh", folder, objects.output],
      timeoutMs: 20_000,
    });
    expect(result).toMatchObject({ kind: "exited", stdout: "to name?\n" });
  });
});
