import { closeSync, constants, openSync, writeSync } from "node:fs";
import { Socket } from "node:net";
import { join } from "node:path";
import { afterEach, describe, expect, it, test } from "vitest";
import { temporaryFolder } from "../../test/support/temporary-folder.ts";
import {
  type Command,
  killGroup,
  onCommand,
  runCommand,
  shellCommand,
  shellQuote,
  startProcess,
  whenQuiet,
} from "./subprocess.ts";

afterEach(() => onCommand(undefined));

const shell = (script: string): readonly [string, ...string[]] => ["/bin/sh", "-c", script];

test("what came while this process was busy is read before a stream counts as quiet", async () => {
  let received = 0;
  const path = join(temporaryFolder(), "pipe");
  await runCommand({ argv: ["mkfifo", path] });
  const pipe = new Socket({ fd: openSync(path, constants.O_RDONLY | constants.O_NONBLOCK) });
  pipe.on("data", () => received++);
  const seen = new Promise<number>((resolve) =>
    whenQuiet(
      () => received,
      () => resolve(received),
    ),
  );
  // It waits in the pipe while the loop below keeps this process busy past the time of grace.
  const writing = openSync(path, "w");
  writeSync(writing, "x");
  const end = performance.now() + 400;
  while (performance.now() < end);
  expect(await seen).toBe(1);
  pipe.destroy();
  closeSync(writing);
});

describe("runCommand", () => {
  it("gives exit code and both streams", async () => {
    const result = await runCommand({ argv: shell("echo out; echo err >&2; exit 3") });
    expect(result).toEqual({
      kind: "exited",
      code: 3,
      stdout: "out\n",
      stderr: "err\n",
      reason: "",
      truncated: false,
    });
  });

  it("passes stdin, folder and variables", async () => {
    const result = await runCommand({
      argv: shell('cat; pwd; echo "$ONE,$HOME"'),
      stdin: "given\n",
      workingDirectory: "/",
      env: { ONE: "a b", HOME: undefined },
    });
    expect(result.stdout).toBe("given\n/\na b,\n");
  });

  it("does not mind a program that never reads its stdin", async () => {
    const result = await runCommand({ argv: ["true"], stdin: "x".repeat(1e6) });
    expect(result).toMatchObject({ kind: "exited", code: 0 });
  });

  it("names the reason when a program does not start", async () => {
    expect(await runCommand({ argv: ["/no/such/program"] })).toMatchObject({
      kind: "notStarted",
      reason: "ENOENT",
    });
    expect(await runCommand({ argv: ["/"] })).toMatchObject({ kind: "notStarted", reason: "EACCES" });
  });

  it.each([
    ["are too long for the system", "x".repeat(2 ** 22), "E2BIG"],
    ["hold a NUL", "a\0b", "ERR_INVALID_ARG_VALUE"],
  ])("does not start a program whose arguments %s", async (_, word, reason) => {
    expect(await runCommand({ argv: ["true", word] })).toEqual({
      kind: "notStarted",
      code: -1,
      stdout: "",
      stderr: "",
      reason,
      truncated: false,
    });
  });

  it("names the signal that ended a program", async () => {
    const result = await runCommand({ argv: shell("kill -SEGV $$") });
    expect(result).toMatchObject({ kind: "signaled", code: -1, reason: "SIGSEGV" });
  });

  it("ends the whole group when the time is up, whatever it ignores and whoever holds the pipe", async () => {
    const script = "trap '' TERM INT HUP; echo begun; sleep 600 & sleep 600";
    const result = await runCommand({ argv: shell(script), timeoutMs: 2000 });
    expect(result).toMatchObject({ kind: "timedOut", stdout: "begun\n" });
  });

  it("does not wait for a background child that keeps the output open", async () => {
    const result = await runCommand({ argv: shell("echo done; sleep 600 & echo $!"), timeoutMs: 60_000 });
    expect(result).toMatchObject({ kind: "exited", code: 0 });
    const pid = Number(result.stdout.split("\n")[1]);
    process.kill(pid, "SIGKILL");
  });

  it("keeps as much output as it was told to and reads the rest", async () => {
    const result = await runCommand({
      argv: shell("head -c 5000000 /dev/zero; echo end >&2"),
      outputLimitBytes: 1000,
    });
    expect(result).toMatchObject({ kind: "exited", stderr: "end\n", truncated: true });
    expect(result.stdout).toHaveLength(1000);
  });

  it("replaces bytes that are no text", async () => {
    expect((await runCommand({ argv: ["printf", "a\\377b"] })).stdout).toBe("a\ufffdb");
  });

  it("is aborted before and during a run", async () => {
    const before = await runCommand({ argv: ["sleep", "600"], signal: AbortSignal.abort() });
    expect(before.kind).toBe("aborted");
    const controller = new AbortController();
    const running = runCommand({ argv: shell("trap '' TERM; sleep 600"), signal: controller.signal });
    controller.abort();
    expect((await running).kind).toBe("aborted");
  });

  it("tells the listener before each start", async () => {
    const heard: Command[] = [];
    onCommand((command) => heard.push(command));
    await runCommand({ argv: ["true"] });
    await runCommand({ argv: ["/no/such/program"] });
    expect(heard.map((command) => command.argv[0])).toEqual(["true", "/no/such/program"]);
  });
});

describe("killGroup", () => {
  it("ends a group and minds neither a missing nor an ended one", async () => {
    const child = startProcess(["sleep", "600"], { detached: true, stdio: "ignore" });
    const ended = new Promise((resolve) => child.once("exit", (_code, signal) => resolve(signal)));
    killGroup(child.pid, "SIGKILL");
    expect(await ended).toBe("SIGKILL");
    killGroup(child.pid, "SIGKILL");
    killGroup(undefined, "SIGKILL");
  });
});

describe("shell quoting", () => {
  it.each(["plain", "two words", "it's", "", "$HOME", "a\nb", "`id`", '"', "\\", "*", "-n", "naïve"])(
    "carries %j through a shell unchanged",
    async (word) => {
      const result = await runCommand({ argv: shell(`printf %s ${shellQuote(word)}`) });
      expect(result.stdout).toBe(word);
    },
  );

  it("writes a command line with its variables", () => {
    expect(shellCommand(["go", "build", "-o", "a b"], { GOFLAGS: "-v x", EMPTY: undefined })).toBe(
      "GOFLAGS='-v x' go build -o 'a b'",
    );
  });
});
