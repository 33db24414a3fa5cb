import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import { packageDirectory } from "../../src/base/directories.ts";
import { findExecutable } from "../../src/base/find-executable.ts";
import { buildNative, type NativeLanguage } from "../../src/base/native.ts";
import type { Runner, RunRequest } from "../../src/model/run.ts";
import { encodeRequest } from "../../src/runner/launcher-protocol.ts";
import { openLauncher } from "../../src/runner/launcher-runner.ts";
import { ladder } from "../../src/runner/rungs.ts";

const compilers: Readonly<Record<NativeLanguage, string>> = { c: "cc", rust: "rustc", go: "go" };
const launchers = await Promise.all(
  ladder.map(async ({ rung, source }) => {
    if (source === undefined || process.platform !== "linux") return [];
    return (await findExecutable(compilers[source.language])) === undefined ? [] : [{ rung, source }];
  }),
);

interface Talk {
  readonly child: ChildProcess;
  readonly ended: Promise<void>;
  say(bytes: string | Buffer): void;
  hear(): Promise<Readonly<Record<string, unknown>>>;
}

function talk(path: string): Talk {
  const child = spawn(path, { stdio: ["pipe", "pipe", "inherit"] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    child,
    ended: new Promise((resolve) => child.once("close", () => resolve())),
    say: (bytes) => void child.stdin.write(bytes),
    hear: async () => {
      const line = (await lines.next()) as { readonly value?: unknown };
      return JSON.parse(String(line.value)) as Readonly<Record<string, unknown>>;
    },
  };
}

const request = (argv: readonly string[]): RunRequest => ({
  argv,
  env: { PATH: "/usr/local/bin:/usr/bin:/bin" },
  workingDirectory: "/",
  timeoutMs: 60_000,
  outputLimitBytes: 1e6,
});
const truth = encodeRequest(request(["true"]));
const framed = (payload: string): string => `run ${Buffer.byteLength(payload)}\n${payload}`;

function isRunning(pid: number): boolean {
  return existsSync(`/proc/${pid}`) && !/^State:\s*Z/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
}

function childrenOf(pid: number): readonly number[] {
  const list = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8");
  return list.split(" ").filter(Boolean).map(Number);
}

/** The launcher's inner process. */
async function workerOf(pid: number | undefined): Promise<number> {
  await expect.poll(() => childrenOf(pid ?? 0).length, { timeout: 10_000 }).toBe(1);
  return childrenOf(pid ?? 0)[0] ?? 0;
}

describe.each(launchers.flat())("launcher protocol: $rung.id", ({ rung, source }) => {
  let path: string;
  const open: Talk[] = [];
  const start = async (): Promise<Talk> => {
    const one = talk(path);
    open.push(one);
    expect(await one.hear()).toMatchObject({ reply: "ready", protocol: 1 });
    return one;
  };

  beforeAll(async () => {
    const built = await buildNative({
      name: rung.id,
      path: join(packageDirectory(), "probes", "launcher", source.file),
      language: source.language,
      kind: "executable",
    });
    if (!built.ok) throw new Error(built.error.message);
    path = built.value.path;
  });
  afterEach(async () => {
    for (const one of open.splice(0)) {
      one.child.stdin?.destroy();
      await one.ended;
    }
  });

  const rest = "cwd=/\0timeoutMs=1000\0outputLimitBytes=1000\0";
  it.each([
    ["no request at all", "hello\n"],
    ["an empty line", "\n"],
    ["a length that is no number", "run x\n"],
    ["a negative length", "run -1\n"],
    ["a length beyond all numbers", "run 99999999999999999999999\n"],
    ["an empty request", "run 0\n"],
    ["a field without an end", framed(`arg=true\0${rest.slice(0, -1)}`)],
    ["a field without a value", framed(`arg\0${rest}`)],
    ["an unknown field", framed(`arg=true\0${rest}colour=red\0`)],
    ["no program", framed(rest)],
    ["no folder", framed("arg=true\0timeoutMs=1000\0outputLimitBytes=1000\0")],
    ["no limits", framed("arg=true\0cwd=/\0")],
    ["a limit that is no number", framed("arg=true\0cwd=/\0timeoutMs=soon\0outputLimitBytes=1000\0")],
    ["a line of a megabyte", `${"x".repeat(1e6)}\n`],
    ["a request of nine megabytes", framed(`arg=${"x".repeat(9e6)}\0${rest}`)],
  ])("answers %s with an error and goes on", async (_what, bytes) => {
    const launcher = await start();
    launcher.say(bytes);
    expect(await launcher.hear()).toEqual({ reply: "malformed", message: expect.any(String) as string });
    launcher.say(truth);
    expect(await launcher.hear()).toMatchObject({ reply: "run", end: "exited", code: 0 });
  });

  it("takes requests in pieces, and several at once in order", async () => {
    const launcher = await start();
    for (const byte of truth) launcher.say(Buffer.of(byte));
    launcher.say(Buffer.concat([encodeRequest(request(["sh", "-c", "exit 7"])), truth]));
    const codes = [await launcher.hear(), await launcher.hear(), await launcher.hear()].map((r) => r["code"]);
    expect(codes).toEqual([0, 7, 0]);
  });

  it("cancels the run in flight, and only that", async () => {
    const launcher = await start();
    launcher.say("cancel\n");
    launcher.say(Buffer.concat([encodeRequest(request(["sleep", "600"])), Buffer.from("cancel\n")]));
    expect(await launcher.hear()).toMatchObject({ reply: "run", end: "cancelled", signal: 9 });
    launcher.say("cancel\n");
    launcher.say(truth);
    expect(await launcher.hear()).toMatchObject({ end: "exited", code: 0 });
  });

  it("refuses processors that are not there, and a list that is none", async () => {
    const launcher = await start();
    for (const cpus of ["1023", "zero", ""]) {
      launcher.say(framed(`arg=true\0${rest}cpus=${cpus}\0`));
      expect(await launcher.hear()).toMatchObject({ reply: "notStarted", stage: "cpus", errno: 22 });
    }
  });

  it.each([
    ["", "ef46db3751d8e999"],
    ["a", "d24ec4f1a98c6e5b"],
    ["Nobody inspects the spammish repetition", "fbcea83c8a378bf1"],
  ])("hashes %j as XXH64 does", async (text, hash) => {
    const launcher = await start();
    launcher.say(encodeRequest(request(["printf", "%s", text])));
    expect(await launcher.hear()).toMatchObject({ stdoutHash: hash, stdoutBytes: text.length });
  });

  it.each([
    ["its input ends", (one: Talk) => one.child.stdin?.end()],
    ["it gets SIGTERM", (one: Talk) => one.child.kill("SIGTERM")],
    ["its outer process is killed", (one: Talk) => one.child.kill("SIGKILL")],
    ["its inner process is killed", (_one: Talk, worker: number) => process.kill(worker, "SIGKILL")],
  ])("leaves nothing running when %s in mid-run", async (_how, end) => {
    const launcher = await start();
    const worker = await workerOf(launcher.child.pid);
    const script = "trap '' TERM HUP; setsid sleep 600 & (setsid sleep 600 &) ; sleep 600 & wait";
    launcher.say(encodeRequest(request(["sh", "-c", script])));
    const pids = () => descendants(worker);
    await expect.poll(() => pids().length, { timeout: 10_000 }).toBe(4);
    const left = pids();
    end(launcher, worker);
    await launcher.ended;
    await expect.poll(() => [worker, ...left].filter(isRunning), { timeout: 10_000 }).toEqual([]);
  });

  it.each(["outer", "inner"])(
    "makes the runner say so when its %s process is killed in mid-run",
    async (which) => {
      const runner = (await openLauncher(path, rung)) as Runner;
      const [outer = 0] = childrenOfNode().filter((pid) =>
        readFileSync(`/proc/${pid}/cmdline`, "utf8").startsWith(path),
      );
      const worker = await workerOf(outer);
      const running = runner.run(request(["sleep", "600"]));
      const rejected = expect(running).rejects.toMatchObject({
        code: "launcher-ended",
        exit: "toolchainOrHost",
      });
      await expect.poll(() => descendants(worker).length, { timeout: 10_000 }).toBe(1);
      const [program = 0] = descendants(worker);
      process.kill(which === "outer" ? outer : worker, "SIGKILL");
      await rejected;
      await expect.poll(() => isRunning(program), { timeout: 10_000 }).toBe(false);
      await expect(runner.run(request(["true"]))).rejects.toMatchObject({ code: "launcher-ended" });
      await runner.close();
    },
  );

  it("gives no descriptor of its own or of its starter to a program", async () => {
    const launcher = await start();
    const folder = mkdtempSync(join(tmpdir(), "perfgap-fds-"));
    const kept = join(folder, "out");
    launcher.say(
      encodeRequest({
        ...request(["ls", "/proc/self/fd"]),
        stdoutPath: kept,
        stderrPath: join(folder, "err"),
      }),
    );
    await launcher.hear();
    expect(readFileSync(kept, "utf8")).toBe("0\n1\n2\n3\n");
    rmSync(folder, { recursive: true });
  });
});

function descendants(pid: number): readonly number[] {
  try {
    const tasks = childrenOfAllThreads(pid);
    return tasks.flatMap((child) => [child, ...descendants(child)]);
  } catch {
    return [];
  }
}

function childrenOfNode(): readonly number[] {
  return childrenOfAllThreads(process.pid);
}

function childrenOfAllThreads(pid: number): readonly number[] {
  const threads = readdirSync(`/proc/${pid}/task`);
  return threads.flatMap((thread) => {
    const list = readFileSync(`/proc/${pid}/task/${thread}/children`, "utf8");
    return list.split(" ").filter(Boolean).map(Number);
  });
}
