import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Failure } from "../../src/base/failure.ts";
import { findExecutable } from "../../src/base/find-executable.ts";
import { bytesOfText, textOfBytes } from "../../src/base/raw-bytes.ts";
import type { Runner, RunnerRung, RunRequest, RunResult } from "../../src/model/run.ts";
import { openRunner } from "../../src/runner/open-runner.ts";

interface Promises {
  /** What has to be on PATH for the rung to exist. */
  readonly needs: string | undefined;
  readonly counters: readonly (keyof RunResult)[];
  readonly passesRawBytes: boolean;
  readonly endsOtherSessions: boolean;
  /** Whether a program that the system cannot run goes to /bin/sh, as the C library's execvp does. */
  readonly handsForeignToShell: boolean;
  /** The hash of "abc", where the rung's documentation says which hash it is. */
  readonly hashOfAbc: string | undefined;
  readonly smallestRssBytes: number;
}

const usage = [
  "userTimeNs",
  "systemTimeNs",
  "maxRssBytes",
  "minorFaults",
  "majorFaults",
  "voluntarySwitches",
  "involuntarySwitches",
  "runQueueDelayNs",
] as const;
const xxh64OfAbc = "44bc2cf5ad770999";
const launcher = {
  passesRawBytes: true,
  endsOtherSessions: true,
  handsForeignToShell: false,
  hashOfAbc: xxh64OfAbc,
};

const promises: Readonly<Record<RunnerRung["id"], Promises>> = {
  launcher: { ...launcher, needs: "cc", counters: [...usage, "launcherDelayNs"], smallestRssBytes: 1.5e6 },
  "launcher-rust": {
    ...launcher,
    handsForeignToShell: true,
    needs: "rustc",
    counters: [...usage, "launcherDelayNs"],
    smallestRssBytes: 3e6,
  },
  "launcher-go": { ...launcher, needs: "go", counters: usage, smallestRssBytes: 6e6 },
  spawn: {
    needs: undefined,
    counters: [],
    passesRawBytes: false,
    endsOtherSessions: false,
    handsForeignToShell: true,
    hashOfAbc: undefined,
    smallestRssBytes: Number.POSITIVE_INFINITY,
  },
};

const isLinux = process.platform === "linux";
const available = await Promise.all(
  (Object.keys(promises) as RunnerRung["id"][]).map(async (id) => {
    const { needs } = promises[id];
    return needs === undefined || (isLinux && (await findExecutable(needs)) !== undefined) ? [id] : [];
  }),
);

/** A sleep that no other process on this machine has, to look for afterwards. */
let lastSleep = 0;
function uniqueSleep(): { readonly command: string; alive(): number } {
  lastSleep += 1;
  const seconds = `${7000 + (process.pid % 1000)}.${process.pid}${lastSleep}`;
  const alive = () => processesNamed(seconds);
  return { command: `sleep ${seconds}`, alive };
}

function processesNamed(word: string): number {
  return readdirSync("/proc").filter((name) => {
    if (!/^\d+$/.test(name)) return false;
    try {
      const isZombie = /^State:\s*Z/m.test(readFileSync(`/proc/${name}/status`, "utf8"));
      return !isZombie && readFileSync(`/proc/${name}/cmdline`, "latin1").split("\0")[1] === word;
    } catch {
      return false;
    }
  }).length;
}

async function until(condition: () => boolean): Promise<void> {
  await expect.poll(condition, { timeout: 10_000, interval: 5 }).toBe(true);
}

describe.each(available.flat())("runner rung %s", (id) => {
  const expected = promises[id];
  let runner: Runner;
  let folder: string;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "perfgap runner '\" "));
    runner = await openRunner({ forced: id });
  });
  afterAll(async () => {
    await runner.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const request = (argv: readonly string[], more: Partial<RunRequest> = {}): RunRequest => ({
    argv,
    env: { PATH: "/usr/local/bin:/usr/bin:/bin" },
    workingDirectory: folder,
    timeoutMs: 60_000,
    outputLimitBytes: 1e9,
    ...more,
  });
  const run = (argv: readonly string[], more: Partial<RunRequest> = {}) => runner.run(request(argv, more));
  const printed = async (argv: readonly string[], more: Partial<RunRequest> = {}): Promise<Buffer> => {
    const stdoutPath = join(folder, "stdout");
    const result = await run(argv, { ...more, stdoutPath });
    const bytes = readFileSync(stdoutPath);
    expect(result.stdoutBytes).toBe(bytes.length);
    return bytes;
  };

  it("says which rung it is", () => {
    expect(runner.rung.id).toBe(id);
  });

  it("gives time, output and counters of a program that ends well", async () => {
    const before = Date.now();
    const result = await run(["/bin/sh", "-c", "printf abc; printf complaint >&2"]);
    expect(result.exit).toEqual({ kind: "exited", code: 0 });
    expect(result).toMatchObject({ stdoutBytes: 3, stderrTail: "complaint", orphans: 0 });
    expect(result.wallTimeNs).toBeGreaterThan(10_000);
    expect(result.startedAtMs).toBeGreaterThanOrEqual(before);
    expect(result.startedAtMs).toBeLessThanOrEqual(Date.now());
    if (expected.hashOfAbc !== undefined) expect(result.stdoutHash).toBe(expected.hashOfAbc);
    for (const counter of expected.counters) expect(result[counter], counter).toBeTypeOf("number");
  });

  it("counts the processor time of the program and of the children it waited for", async ({ skip }) => {
    if (!expected.counters.includes("userTimeNs")) return skip();
    const loop = "i=0; while [ $i -lt 300000 ]; do i=$((i+1)); done";
    const result = await run(["sh", "-c", `sh -c '${loop}'`]);
    expect((result.userTimeNs ?? 0) + (result.systemTimeNs ?? 0)).toBeGreaterThan(20e6);
    expect(result.maxRssBytes).toBeLessThan(50e6);
  });

  it("adds next to nothing to a small program's peak memory", async ({ skip }) => {
    if (!expected.counters.includes("maxRssBytes")) return skip();
    const result = await run(["/bin/true"]);
    expect(result.maxRssBytes).toBeLessThan(expected.smallestRssBytes);
  });

  it("passes arguments, variables and folders as they are", async () => {
    const odd = [
      "two words",
      "'single' \"double\"",
      "line\nbreak",
      "$HOME `id` \\",
      "",
      "naïve 東京 🦀",
      "-n",
    ];
    expect((await printed(["/usr/bin/printf", "%s\\0", ...odd])).toString()).toBe(`${odd.join("\0")}\0`);
    const env = { "ODD NAME": "line\nbreak = 'x'", EMPTY: "" };
    const variables = (await printed(["/usr/bin/env", "-0"], { env })).toString().split("\0");
    expect(variables.sort()).toEqual(["", "EMPTY=", "ODD NAME=line\nbreak = 'x'"]);
    expect((await printed(["pwd"])).toString()).toBe(`${folder}\n`);
  });

  it("passes bytes that are no text, or says that it cannot", async () => {
    const bytes = Buffer.from([0x61, 0xff, 0xfe, 0xc3, 0x28, 0x80]);
    const argument = textOfBytes(bytes);
    expect(bytesOfText(argument)).toEqual(bytes);
    if (expected.passesRawBytes) {
      expect(await printed(["/usr/bin/printf", "%s", argument])).toEqual(bytes);
      expect(await printed(["/usr/bin/env"], { env: { RAW: argument } })).toEqual(
        Buffer.concat([Buffer.from("RAW="), bytes, Buffer.from("\n")]),
      );
    } else {
      expect((await run(["/usr/bin/printf", argument])).exit).toMatchObject({
        kind: "notStarted",
        errno: "EILSEQ",
      });
    }
  });

  it("gives nothing of its own environment, and the padding that was asked for", async () => {
    expect((await printed(["/usr/bin/env"], { env: {} })).toString()).toBe("");
    const padded = await printed(["/usr/bin/env"], { env: { A: "b" }, environmentPaddingBytes: 5 });
    expect(padded.toString()).toBe("A=b\nPERFGAP_PADDING=xxxxx\n");
  });

  it("calls a program by a path as much longer as was asked for, and one that is looked for by its name", async () => {
    const called = async (program: string) =>
      (await printed([program, "-c", 'printf %s "$0"'], { pathPaddingBytes: 3 })).toString();
    expect(await called("/bin/sh")).toBe("/bin////sh");
    expect(await called("sh")).toBe("sh");
  });

  it.each([0, 1, 3, 126, 127, 255])("reports exit code %i", async (code) => {
    expect((await run(["sh", "-c", `exit ${code}`])).exit).toEqual({ kind: "exited", code });
  });

  it.each(["SIGSEGV", "SIGABRT", "SIGTERM", "SIGKILL"])("reports %s by name", async (signal) => {
    const result = await run(["sh", "-c", `kill -${signal.slice(3)} $$`]);
    expect(result.exit).toEqual({ kind: "signaled", signal });
  });

  it("says which program, folder or input could not be used, and why", async () => {
    const plain = join(folder, "not executable");
    writeFileSync(plain, "#!/bin/sh\n", { mode: 0o644 });
    const missing = join(folder, "missing");
    const exits = await Promise.resolve([
      (await run([missing])).exit,
      (await run(["no-such-program-anywhere"])).exit,
      (await run([plain])).exit,
      (await run([folder])).exit,
      (await run(["true"], { workingDirectory: missing })).exit,
      (await run(["cat"], { stdinPath: missing })).exit,
    ]);
    const notStarted = (errno: string, path: string) => ({ kind: "notStarted", errno, path });
    expect(exits).toEqual([
      notStarted("ENOENT", missing),
      notStarted("ENOENT", "no-such-program-anywhere"),
      notStarted("EACCES", plain),
      notStarted("EACCES", folder),
      notStarted("ENOENT", missing),
      notStarted("ENOENT", missing),
    ]);
    const foreign = join(folder, "for another machine");
    // An ELF header of machine 0, which no processor has.
    const header = [0x7f, 0x45, 0x4c, 0x46, 2, 1, 1, ...Array.from({ length: 120 }, () => 0)];
    writeFileSync(foreign, Buffer.from(header), { mode: 0o755 });
    expect((await run([foreign])).exit).toEqual(
      expected.handsForeignToShell ? { kind: "exited", code: 127 } : notStarted("ENOEXEC", foreign),
    );
    expect((await run(["true\0"])).exit).toMatchObject({ kind: "notStarted", errno: "EINVAL" });
    expect((await run(["true", "x".repeat(9e6)])).exit).toMatchObject({ kind: "notStarted", errno: "E2BIG" });
    expect((await run(["true"])).exit).toEqual({ kind: "exited", code: 0 });
  });

  it("says the same of a program under limits", async () => {
    const plain = join(folder, "not executable");
    writeFileSync(plain, "#!/bin/sh\n", { mode: 0o644 });
    const limits = { memoryLimitBytes: 1e9, cpus: [0] };
    expect((await run(["no-such-program"], limits)).exit).toMatchObject({
      kind: "notStarted",
      errno: "ENOENT",
    });
    expect((await run([plain], limits)).exit).toMatchObject({ kind: "notStarted", errno: "EACCES" });
    expect((await run(["true"], limits)).exit).toEqual({ kind: "exited", code: 0 });
  });

  it("reads stdin from a file, else finds it empty", async () => {
    const stdinPath = join(folder, "stdin with spaces");
    writeFileSync(stdinPath, "from the file");
    expect((await printed(["cat"], { stdinPath })).toString()).toBe("from the file");
    expect((await printed(["cat"])).length).toBe(0);
  });

  it("ends a program that ignores SIGTERM when its time is up, and all of its group", async () => {
    const sleep = uniqueSleep();
    const script = `trap '' TERM INT HUP; ${sleep.command} & ${sleep.command}`;
    const result = await run(["sh", "-c", script], { timeoutMs: 300 });
    expect(result.exit).toEqual({ kind: "timedOut", limitMs: 300 });
    expect(result.wallTimeNs).toBeGreaterThanOrEqual(300e6);
    await until(() => sleep.alive() === 0);
  });

  it("takes limits beyond all measure", async () => {
    const endless = { timeoutMs: Number.POSITIVE_INFINITY, outputLimitBytes: 1e300 };
    expect((await run(["true"], endless)).exit).toEqual({ kind: "exited", code: 0 });
  });

  it("ends and counts descendants that outlive the program", async () => {
    const sleep = uniqueSleep();
    const result = await run(["sh", "-c", `${sleep.command} & ${sleep.command} & echo done`]);
    expect(result).toMatchObject({ exit: { kind: "exited", code: 0 }, stdoutBytes: 5, orphans: 2 });
    await until(() => sleep.alive() === 0);
  });

  it("ends and counts descendants with sessions of their own", async ({ skip }) => {
    if (!expected.endsOtherSessions) return skip();
    const sleep = uniqueSleep();
    const go = join(folder, "go");
    const script =
      `setsid sh -c '${sleep.command} & exec ${sleep.command}' & (setsid ${sleep.command} &) ` +
      "; while [ ! -e go ]; do sleep 0.01; done";
    const running = run(["sh", "-c", script]);
    await until(() => sleep.alive() === 3);
    writeFileSync(go, "");
    expect(await running).toMatchObject({ exit: { kind: "exited", code: 0 }, orphans: 3 });
    rmSync(go);
    expect(sleep.alive()).toBe(0);
  });

  it("does not blame a program for descendants that end with it", async () => {
    // Each waits for the end of a pipe that the program holds: all are there when it ends, and have only to notice.
    const script = "mkfifo a b c; cat a & cat b & (cat c &); exec 3>a 4>b 5>c";
    const result = await run(["sh", "-c", script]);
    expect(result).toMatchObject({ exit: { kind: "exited", code: 0 }, orphans: 0 });
  });

  it("stops a flood of output, on stdout as on stderr", async () => {
    const flooded = { kind: "flooded", limitBytes: 2e6 };
    const result = await run(["yes"], { outputLimitBytes: 2e6 });
    expect(result.exit).toEqual(flooded);
    expect(result.stdoutBytes).toBeGreaterThan(2e6);
    expect(result.stdoutBytes).toBeLessThan(20e6);
    expect((await run(["sh", "-c", "yes >&2"], { outputLimitBytes: 2e6 })).exit).toEqual(flooded);
    const short = await run(["head", "-c", "100001", "/dev/zero"], { outputLimitBytes: 100_000 });
    expect(short.exit).toMatchObject({ kind: "flooded" });
  });

  it("takes a gigabyte of output without keeping it", async () => {
    const before = process.memoryUsage().rss;
    const result = await run(["head", "-c", "1000000000", "/dev/zero"]);
    expect(result).toMatchObject({ exit: { kind: "exited", code: 0 }, stdoutBytes: 1e9 });
    expect(process.memoryUsage().rss - before).toBeLessThan(300e6);
  });

  it("gives equal hashes for equal output, whatever the pieces", async () => {
    const whole = await run(["printf", "%s", "x".repeat(100_000)]);
    const pieces = await run([
      "sh",
      "-c",
      "i=0; while [ $i -lt 1000 ]; do printf %s $1$1$1$1; i=$((i+1)); done",
      "sh",
      "x".repeat(25),
    ]);
    const other = await run(["printf", "%s", `${"x".repeat(99_999)}y`]);
    expect(pieces.stdoutHash).toBe(whole.stdoutHash);
    expect(other.stdoutHash).not.toBe(whole.stdoutHash);
  });

  it("keeps the end of stderr, and all of it where that was asked for", async () => {
    const stderrPath = join(folder, "stderr");
    const script =
      "i=0; while [ $i -lt 3000 ]; do echo line $i; i=$((i+1)); done >&2; printf '\\377\"\\\\\\033[31m' >&2";
    const result = await run(["sh", "-c", script], { stderrPath });
    const all = readFileSync(stderrPath);
    expect(all.toString("latin1")).toMatch(/^line 0\nline 1\n(line \d+\n)+line 2999\n/);
    expect(result.stderrTail).toBe(all.subarray(-8192).toString("utf8"));
    expect(result.stderrTail.endsWith('line 2999\n\ufffd"\\\u001b[31m')).toBe(true);
  });

  it("rejects when output cannot be kept", async ({ skip }) => {
    const stdoutPath = join(folder, "missing", "stdout");
    await expect(run(["echo"], { stdoutPath })).rejects.toThrow(Failure);
    if (!isLinux) return skip();
    const full = run(["head", "-c", "100000", "/dev/zero"], { stdoutPath: "/dev/full" });
    await expect(full).rejects.toThrow("disk is full");
    expect((await run(["true"])).exit).toEqual({ kind: "exited", code: 0 });
  });

  it("opens a file for what the program reports of itself, also under limits, and tells no other program of it", async () => {
    const probePath = join(folder, "reported");
    const report = ["sh", "-c", 'printf "request 123\\nrequest 456\\n" >&"$PERFGAP_FD"'];
    const limits: readonly Partial<RunRequest>[] = isLinux
      ? [{}, { cpus: [0], memoryLimitBytes: 2 ** 31 }]
      : [{}];
    for (const more of limits) {
      const result = await run(report, { probePath, ...more });
      expect(result).toMatchObject({ exit: { kind: "exited", code: 0 }, stdoutBytes: 0, stderrTail: "" });
      expect(readFileSync(probePath, "utf8")).toBe("request 123\nrequest 456\n");
    }
    await run(["true"], { probePath });
    expect(readFileSync(probePath, "utf8")).toBe("");
    const silent = await printed([
      "sh",
      "-c",
      "printenv PERFGAP_FD || echo none; (echo x >&3) 2>/dev/null || echo closed",
    ]);
    expect(silent.toString()).toBe("none\nclosed\n");
    const refused = run(["true"], { probePath: join(folder, "missing", "reported") });
    await expect(refused).rejects.toThrow(Failure);
  });

  it("binds to processors and limits memory", async ({ skip }) => {
    if (!isLinux) return skip();
    const status = (
      await printed(["grep", "Cpus_allowed_list", "/proc/self/status"], { cpus: [0] })
    ).toString();
    expect(status).toBe("Cpus_allowed_list:\t0\n");
    const free = (await printed(["grep", "Cpus_allowed_list", "/proc/self/status"])).toString();
    expect(free).toBe(/^Cpus_allowed_list:.*\n/m.exec(readFileSync("/proc/self/status", "utf8"))?.[0]);
    const looked = async (more: Partial<RunRequest>) =>
      (await run(["sleep", "0.1"], { sampleThreads: true, ...more })).allowedProcessors;
    expect(await looked({ cpus: [0] })).toBe(1);
    expect(await looked({})).toBe(availableParallelism());
    const hungry = ["dd", "if=/dev/zero", "of=/dev/null", "bs=300M", "count=1"];
    expect((await run(hungry)).exit).toEqual({ kind: "exited", code: 0 });
    expect((await run(hungry, { memoryLimitBytes: 100e6 })).exit).toEqual({ kind: "exited", code: 1 });
  });

  it("sees threads when asked to", async ({ skip }) => {
    if (!isLinux) return skip();
    const script = "setInterval(() => {}, 1e6); setTimeout(() => process.exit(), 300)";
    const result = await run([process.execPath, "-e", script], { sampleThreads: true });
    expect(result.maxThreads).toBeGreaterThan(1);
    expect((await run(["true"])).maxThreads).toBeUndefined();
  });

  it("runs programs at the priority, signals and core limit of an ordinary process", async ({ skip }) => {
    if (!isLinux) return skip();
    const status = (await printed(["cat", "/proc/self/status"])).toString();
    expect(status).toMatch(/^SigBlk:\t0+$/m);
    expect(status).toMatch(/^SigIgn:\t0+$/m);
    const stat = (await printed(["cat", "/proc/self/stat"])).toString();
    expect(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[16]).toBe("0");
    // Node gives on what it was started with itself; a launcher does not.
    if (id === "spawn") return;
    expect((await printed(["cat", "/proc/self/limits"])).toString()).toMatch(/^Max core file size +0 /m);
    const files = (await printed(["ls", "/proc/self/fd"])).toString();
    expect(files.trim().split("\n")).toEqual(["0", "1", "2", "3"]);
  });

  it("aborts in mid-run and leaves nothing, and goes on", async () => {
    const sleep = uniqueSleep();
    const controller = new AbortController();
    const running = runner.run(request(["sh", "-c", `trap '' TERM; ${sleep.command}`]), controller.signal);
    const rejected = expect(running).rejects.toThrow("enough");
    await until(() => sleep.alive() === 1);
    controller.abort(new Error("enough"));
    await rejected;
    await until(() => sleep.alive() === 0);
    await expect(runner.run(request(["true"]), controller.signal)).rejects.toThrow("enough");
    expect((await run(["true"])).exit).toEqual({ kind: "exited", code: 0 });
  });

  it("aborts a run that has hardly begun", async () => {
    const sleep = uniqueSleep();
    const controller = new AbortController();
    const running = runner.run(request(sleep.command.split(" ")), controller.signal);
    controller.abort(new Error("at once"));
    await expect(running).rejects.toThrow("at once");
    await until(() => sleep.alive() === 0);
  });

  it("makes one run at a time", async () => {
    const first = run(["sleep", "0.05"]);
    await expect(run(["true"])).rejects.toThrow("one run at a time");
    expect((await first).exit).toEqual({ kind: "exited", code: 0 });
  });

  it("leaves no process when it is closed", async () => {
    const other = await openRunner({ forced: id });
    const before = childrenOf(process.pid);
    await other.run(request(["true"]));
    await other.close();
    await other.close();
    expect(childrenOf(process.pid).length).toBeLessThanOrEqual(before.length);
    if (id === "spawn") return;
    expect(childrenOf(process.pid).length).toBe(before.length - 1);
    await expect(other.run(request(["true"]))).rejects.toThrow("launcher ended");
  });
});

function childrenOf(pid: number): readonly number[] {
  const tasks = readdirSync(`/proc/${pid}/task`);
  return tasks.flatMap((task) =>
    readFileSync(`/proc/${pid}/task/${task}/children`, "utf8").split(" ").filter(Boolean).map(Number),
  );
}
