import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { findExecutable } from "../../src/base/find-executable.ts";
import type { RunnerRung } from "../../src/model/run.ts";
import { openRunner } from "../../src/runner/open-runner.ts";

const isLinux = process.platform === "linux";
const real = {
  cc: await findExecutable("cc"),
  go: await findExecutable("go"),
  rustc: await findExecutable("rustc"),
};

let folder: string;
let bin: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "perfgap-ladder-"));
  bin = join(folder, "bin");
  mkdirSync(bin);
  vi.stubEnv("PERFGAP_CACHE", join(folder, "cache"));
  vi.stubEnv("PERFGAP_RUNNER", "");
  vi.stubEnv("PATH", bin);
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

function script(name: string, body: string): void {
  writeFileSync(join(bin, name), `#!/bin/sh\n${body}\n`);
  chmodSync(join(bin, name), 0o755);
}

/** A compiler that makes this program of any source. */
function compilerOf(program: string): string {
  const made = join(folder, "made");
  writeFileSync(made, `#!/bin/sh\n${program}\n`, { mode: 0o755 });
  return `for word; do [ "$before" = -o ] && out=$word; before=$word; done; /bin/cp '${made}' "$out"`;
}

async function rungHere(): Promise<RunnerRung> {
  const runner = await openRunner();
  const request = {
    argv: ["/bin/true"],
    env: {},
    workingDirectory: "/",
    timeoutMs: 10_000,
    outputLimitBytes: 1000,
  };
  expect((await runner.run(request)).exit).toEqual({ kind: "exited", code: 0 });
  await runner.close();
  return runner.rung;
}

describe("runner ladder", () => {
  it("runs programs straight from Node when there is no compiler, and says what is lost and why", async () => {
    const rung = await rungHere();
    expect(rung.id).toBe("spawn");
    expect(rung.lost.length).toBeGreaterThan(0);
    if (!isLinux) return;
    expect(rung.reason).toBe(
      "native launcher (C): none of cc, gcc, clang is on PATH; " +
        "native launcher (Rust): none of rustc is on PATH; native launcher (Go): none of go is on PATH",
    );
  });

  it.skipIf(!isLinux || real.go === undefined)("takes Go where there is nothing else", async () => {
    symlinkSync(real.go ?? "", join(bin, "go"));
    const rung = await rungHere();
    expect(rung.id).toBe("launcher-go");
    expect(rung.reason).toContain("none of rustc is on PATH");
  });

  it.skipIf(!isLinux || real.rustc === undefined || real.cc === undefined)(
    "takes Rust where the C compiler can only link, as without a libc's headers",
    async () => {
      script(
        "cc",
        `case "$*" in *launcher.c) echo stdio.h: not found >&2; exit 1;; esac; PATH=/usr/bin:/bin exec ${real.cc ?? ""} "$@"`,
      );
      symlinkSync(real.rustc ?? "", join(bin, "rustc"));
      const rung = await rungHere();
      expect(rung.id).toBe("launcher-rust");
      expect(rung.reason).toContain("stdio.h: not found");
    },
  );

  it.skipIf(!isLinux).each([
    ["says something else", 'echo "who is there?"; read answer', "did not greet as a launcher does"],
    ["speaks a later protocol", `echo '{"reply":"ready","protocol":99}'; read answer`, "did not greet"],
    ["ends at once", "exit 3", "ended with code 3"],
  ])("does not trust a launcher that %s", async (_what, program, reason) => {
    script("cc", compilerOf(program));
    const rung = await rungHere();
    expect(rung.id).toBe("spawn");
    expect(rung.reason).toContain(reason);
  });

  it("does without a cache that cannot be written", async () => {
    script("cc", compilerOf("exit 3"));
    writeFileSync(join(folder, "cache"), "a file");
    const rung = await rungHere();
    expect(rung.id).toBe("spawn");
    if (isLinux) expect(rung.reason).toContain(join(folder, "cache"));
  });

  it("takes the rung that it is told to, or fails", async () => {
    vi.stubEnv("PERFGAP_RUNNER", "spawn");
    expect(await rungHere()).toMatchObject({ id: "spawn" });
    vi.stubEnv("PERFGAP_RUNNER", "launcher");
    await expect(openRunner()).rejects.toMatchObject({ code: "runner-unavailable", exit: "toolchainOrHost" });
    vi.stubEnv("PERFGAP_RUNNER", "rocket");
    await expect(openRunner()).rejects.toMatchObject({
      code: "unknown-runner",
      exit: "usage",
      help: "set it to one of launcher, launcher-rust, launcher-go, spawn, or unset it",
    });
    expect((await openRunner({ forced: "spawn" })).rung.id).toBe("spawn");
  });
});
