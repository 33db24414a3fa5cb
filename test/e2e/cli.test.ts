import { spawn } from "node:child_process";
import { mkdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { packageDirectory } from "../../src/base/directories.ts";
import { runCommand } from "../../src/base/subprocess.ts";
import { openSandbox, perfgapArgv, type Sandbox } from "./perfgap.ts";

let sandbox: Sandbox;
beforeEach(async () => {
  sandbox = await openSandbox();
});
afterEach(() => sandbox.remove());

const workload = (name: string) => join(packageDirectory(), "workloads", name);

/** Runs a line of sh, in which $PERFGAP is the program. */
function shell(line: string) {
  return runCommand({
    argv: ["sh", "-c", line],
    workingDirectory: sandbox.directory,
    env: { ...sandbox.env, PERFGAP: perfgapArgv.map((word) => `'${word}'`).join(" ") },
    timeoutMs: 120_000,
  });
}

describe("the installed program", () => {
  test("says its version and refuses what it does not know, without a stack trace", async () => {
    expect((await sandbox.perfgap("--version")).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
    const mistyped = await sandbox.perfgap("explan");
    expect([mistyped.code, mistyped.stdout]).toEqual([2, ""]);
    expect(mistyped.stderr).toBe("error: unknown command 'explan'\n(Did you mean explain?)\n");
  });

  test("stays quiet when nobody reads its output any more", async () => {
    const { stdout, stderr } = await shell(
      "eval $PERFGAP factors | head -n 1; eval $PERFGAP explain --help | true",
    );
    expect(stdout).toMatch(/^ {2}factor/);
    expect(stderr).toBe("");
  });

  test("refuses a name that is not UTF-8", async () => {
    const { code, stderr } = await shell(`eval $PERFGAP explain "$(printf 'bad\\377name')" ./b`);
    expect(code).toBe(2);
    expect(stderr).toContain("holds bytes that are not UTF-8");
  });

  test("knows the built-in languages and factors", async () => {
    const { code, stdout } = await sandbox.perfgap("factors", "--json");
    expect(code).toBe(0);
    const cells = JSON.parse(stdout) as { factor: string; language: string; kind: string }[];
    expect(new Set(cells.map(({ language }) => language))).toEqual(
      new Set(["go", "rust", "c", "cpp", "cmd"]),
    );
    expect(cells).toContainEqual(
      expect.objectContaining({ factor: "gc", language: "rust", kind: "natural" }),
    );
    expect(
      cells.every(({ kind }) => ["lever", "natural", "unsupported", "no toolchain"].includes(kind)),
    ).toBe(true);
  });

  test("doctor tells what is here, with the noise in numbers", async () => {
    const { code, stdout, stderr } = await sandbox.perfgap("doctor", "--json");
    expect([code, stderr]).toEqual([0, "measuring the noise of this machine ...\n"]);
    const { lines } = JSON.parse(stdout) as { lines: { title: string; state: string; detail: string }[] };
    expect(lines.map(({ title }) => title)).toEqual(expect.arrayContaining(["Go", "Rust", "C", "noise"]));
    expect(lines.find(({ title }) => title === "noise")?.detail).toMatch(/no more than \d+(\.\d+)? %/);
  });

  test("init, then explain: a gap on prebuilt programs, exports, report and runs, nothing written elsewhere", async () => {
    const slow = join(sandbox.directory, "slow one.sh");
    const fast = join(sandbox.directory, "fast.sh");
    const script = (count: number) =>
      `#!/bin/sh\ni=0\nwhile [ $i -lt ${count} ]; do i=$((i+1)); done\necho done "$@"\n`;
    await writeFile(slow, script(120_000), { mode: 0o755 });
    await writeFile(fast, script(40_000), { mode: 0o755 });
    const made = await sandbox.perfgap("init", "cmd:'./slow one.sh'", "cmd:./fast.sh", "--", "a b");
    expect(made).toMatchObject({
      code: 0,
      stdout: "wrote perfgap.toml; next: perfgap explain perfgap.toml\n",
    });
    const words = ["--budget", "20s", "--no-profile", "--seed", "7", "--export-md", "gap.md"];
    const { code, stdout, stderr } = await sandbox.perfgap("explain", ...words);
    expect(code, stderr).toBe(0);
    expect(stdout).toMatch(/^cmd-fast is \d(\.\d+)?x faster than cmd-slow-one here/);
    expect((await sandbox.perfgap("report")).stdout.split("\n")[0]).toBe(stdout.split("\n")[0]);
    expect((await sandbox.perfgap("report", "--fail-on", "cpu>1.2", "-q")).code).toBe(1);
    expect((await sandbox.perfgap("runs")).stdout).toContain("finished");
    const { stdout: files } = await shell("ls -A");
    expect(files.split("\n").filter((name) => name !== "")).toEqual([
      ".perfgap",
      "fast.sh",
      "gap.md",
      "perfgap.toml",
      "slow one.sh",
    ]);
  });

  test("--plan measures nothing and -v prints commands that can be pasted", async () => {
    const { code, stdout, stderr } = await sandbox.perfgap(
      "explain",
      workload("sum-array/go-rust.toml"),
      "--plan",
      "--verbose",
      "--no-profile",
      "--factors",
      "target-cpu",
    );
    expect(code, stderr).toBe(0);
    expect(stdout).toMatch(/^go: .*\nrust: .*\nabout \d+ blocks, /);
    expect(stderr).toMatch(/^\+ .*\bgo\b.* build /m);
  });

  test("works from behind a link and in a folder with a hostile name", async () => {
    const folder = join(sandbox.directory, "it's \u001b[31m a\nfolder");
    await mkdir(folder);
    await symlink(join(packageDirectory(), "bin/perfgap.js"), join(folder, "gap"));
    const { code, stdout } = await runCommand({
      argv: [process.execPath, join(folder, "gap"), "runs"],
      workingDirectory: folder,
    });
    expect([code, stdout]).toEqual([0, "no runs in this folder yet; perfgap explain makes one\n"]);
  });

  test("SIGTERM ends it with 143, and what was measured can be resumed", async () => {
    const child = spawn(
      perfgapArgv[0],
      [perfgapArgv[1], "explain", workload("sum-array/go-rust.toml"), "--seed", "7"],
      {
        cwd: sandbox.directory,
        env: { ...process.env, ...sandbox.env },
        stdio: ["ignore", "ignore", "pipe"],
      },
    );
    let stderr = "";
    let asked = false;
    const ended = new Promise<number | null>((resolve) => child.once("close", resolve));
    child.stderr.on("data", (text: Buffer) => {
      stderr += text.toString();
      // Once: of a second one the process may die on its way out, when nothing listens to signals any more.
      if (asked || !/^run /m.test(stderr)) return;
      asked = child.kill("SIGTERM");
    });
    expect(await ended).toBe(143);
    expect(stderr).toMatch(/terminated/);
    expect(stderr).not.toMatch(/\n\s+at /);
  });
});
