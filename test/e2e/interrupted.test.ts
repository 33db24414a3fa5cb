import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { afterEach, beforeEach, expect, test } from "vitest";
import { packageDirectory } from "../../src/base/directories.ts";
import { shellCommand, startProcess } from "../../src/base/subprocess.ts";
import { screenOf } from "../support/screen.ts";
import { observationLines, openSandbox, parseReport, perfgapArgv, type Sandbox } from "./perfgap.ts";

const programs = ["c", "cpp"].map(
  (language) => `${language}:${join(packageDirectory(), "workloads/heapsort", language)}`,
);

let sandbox: Sandbox;
beforeEach(async () => {
  sandbox = await openSandbox();
});
afterEach(() => sandbox.remove());

interface Measuring {
  readonly pid: number;
  readonly stderr: () => string;
  readonly ended: Promise<{ readonly code: number | null; readonly signal: NodeJS.Signals | null }>;
}

/** Starts a long measurement and waits until a block is on disk. */
async function startMeasuring(): Promise<Measuring> {
  const child = startProcess(
    [
      ...perfgapArgv,
      "explain",
      ...programs,
      "--budget",
      "5m",
      "--precision",
      "0.001",
      "--no-profile",
      "--factors",
      "unrolling",
      "--seed",
      "3",
    ],
    { cwd: sandbox.directory, env: { ...process.env, ...sandbox.env }, stdio: ["ignore", "ignore", "pipe"] },
  );
  let stderr = "";
  child.stderr?.on("data", (chunk: Buffer) => {
    stderr += chunk.toString();
  });
  const ended = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((resolve) =>
    child.once("exit", (code, signal) => resolve({ code, signal })),
  );
  const state = { over: false };
  void ended.then(() => {
    state.over = true;
  });
  while ((await blockEnds()).length === 0) {
    if (state.over) throw new Error(`it ended before a block was measured:\n${stderr}`);
    await delay(50);
  }
  return { pid: child.pid ?? -1, stderr: () => stderr, ended };
}

async function blockEnds(): Promise<readonly number[]> {
  return (await observationLines(sandbox.directory))
    .map((line) => JSON.parse(line) as { kind?: string; block?: number })
    .filter(({ kind }) => kind === "blockEnd")
    .map(({ block }) => block ?? -1);
}

/** A process as /proc tells of it; the start keeps it apart from a later one with its pid. */
interface Seen {
  readonly pid: number;
  readonly parent: number;
  readonly start: string;
}

/** All processes that run; zombies do not. */
async function running(): Promise<readonly Seen[]> {
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
  const stats = await Promise.all(
    pids.map((pid) => readFile(`/proc/${pid}/stat`, "utf8").catch(() => undefined)),
  );
  return stats.flatMap((stat, at) => {
    // The name in brackets may hold anything, so fields are counted from its end: state, parent, ..., start.
    const fields = stat?.slice(stat.lastIndexOf(") ") + 2).split(" ") ?? ["Z"];
    return fields[0] === "Z"
      ? []
      : [{ pid: Number(pids[at]), parent: Number(fields[1]), start: fields[19] ?? "" }];
  });
}

/** The processes below one, children of children too. */
async function descendants(pid: number): Promise<readonly Seen[]> {
  const all = await running();
  const below = (parent: number): readonly Seen[] =>
    all.filter((one) => one.parent === parent).flatMap((one) => [one, ...below(one.pid)]);
  return below(pid);
}

async function stillThere(processes: readonly Seen[]): Promise<readonly Seen[]> {
  const all = await running();
  return processes.filter(({ pid, start }) => all.some((one) => one.pid === pid && one.start === start));
}

test("kill -9 in the middle loses no block, leaves no process, and resume counts nothing twice", async () => {
  const measuring = await startMeasuring();
  const tree = await descendants(measuring.pid);
  expect(tree).not.toEqual([]);
  process.kill(measuring.pid, "SIGKILL");
  await measuring.ended;
  await expect.poll(() => stillThere(tree), { timeout: 10_000 }).toEqual([]);
  const before = await blockEnds();

  const report = parseReport(await sandbox.perfgap("resume", "--budget", "5s", "--json"));
  const after = await blockEnds();
  expect(after.slice(0, before.length)).toEqual(before);
  expect(new Set(after).size).toBe(after.length);
  expect(report.attributions[0]?.diagnostics.blocks).toBe(after.length);
});

test("two measurements at once: the second one refuses and names the first", async () => {
  const measuring = await startMeasuring();
  const second = await openSandbox();
  try {
    const result = await second.perfgap("explain", ...programs, "--quick");
    expect(result.code).toBe(3);
    expect(result.stderr).toContain(`pid ${measuring.pid}`);
    expect(result.stderr).not.toContain("    at ");
  } finally {
    await second.remove();
    process.kill(measuring.pid, "SIGINT");
    await measuring.ended;
  }
});

test("Ctrl-C once ends cleanly, answers with what is known and says how to go on", async () => {
  const measuring = await startMeasuring();
  process.kill(measuring.pid, "SIGINT");
  const { code } = await measuring.ended;
  expect(code).toBe(130);
  expect(measuring.stderr()).toMatch(/perfgap resume \d{8}-\d{6}/);
  expect((await blockEnds()).length).toBeGreaterThanOrEqual(1);
});

test("Ctrl-C typed on a terminal: what was painted is taken away, and the cursor is back", async () => {
  for (const [name, count] of [
    ["slow.sh", 40_000],
    ["fast.sh", 15_000],
  ] as const) {
    const script = `#!/bin/sh\ni=0\nwhile [ $i -lt ${count} ]; do i=$((i+1)); done\necho done\n`;
    await writeFile(join(sandbox.directory, name), script, { mode: 0o755 });
  }
  const words = ["explain", "cmd:./slow.sh", "cmd:./fast.sh", "--precision", "0.0001", "--no-profile"];
  const command = shellCommand([...perfgapArgv, ...words, "--budget", "5m", "--seed", "3"]);
  const child = startProcess(["script", "--quiet", "--return", "--command", command, "/dev/null"], {
    cwd: sandbox.directory,
    env: { ...process.env, ...sandbox.env, TERM: "xterm", LANG: "C.UTF-8", CI: "", NO_COLOR: "1" },
    stdio: ["pipe", "pipe", "inherit"],
  });
  let text = "";
  let typed = false;
  child.stdout?.on("data", (chunk: Buffer) => {
    text += chunk.toString();
    if (typed || !/measure .* \d+\//.test(text)) return;
    typed = true;
    child.stdin?.write("\u0003");
  });
  const code = await new Promise((resolve) => child.once("close", resolve));
  const { lines, cursorShown, frames } = screenOf(text, 80);
  expect(code).toBe(130);
  expect(cursorShown).toBe(true);
  expect(frames.some((frame) => /^measure +[█░]{16} \d+\/\d+ blocks/m.test(frame))).toBe(true);
  expect(lines.filter((line) => /^(now|measure|build) /.test(line))).toEqual([]);
  expect(lines.join("\n")).toMatch(/stopping after this block[\s\S]*perfgap resume \d{8}-\d{6}/);
});
