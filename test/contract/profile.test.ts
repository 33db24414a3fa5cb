import { beforeAll, expect, test } from "vitest";
import { account } from "../../src/account/account.ts";
import { countAllocations } from "../../src/account/count-allocations.ts";
import { goProbePatch } from "../../src/account/go-probe.ts";
import { hotCode, hotSymbols } from "../../src/account/hot-code.ts";
import { countInputAndOutput } from "../../src/account/io-counters.ts";
import type { ProfileRequest } from "../../src/account/profile-request.ts";
import { profileSubject } from "../../src/account/profile-subject.ts";
import { chooseProfiler } from "../../src/account/profiler-ladder.ts";
import { chooseSystemCallCounter, countSystemCalls } from "../../src/account/system-calls.ts";
import { runCommand } from "../../src/base/subprocess.ts";
import { gatherEvidence } from "../../src/evidence/gather.ts";
import type { Profile } from "../../src/model/profile.ts";
import type { Runner, RunRequest } from "../../src/model/run.ts";
import { openRunner } from "../../src/runner/open-runner.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const goSource = `package main

import "os"

type node struct{ left, right *node }

//go:noinline
func build(depth int) *node {
	if depth == 0 {
		return &node{}
	}
	return &node{build(depth - 1), build(depth - 1)}
}

//go:noinline
func gather(values, index []int32) (total int64) {
	for _, i := range index {
		total += int64(values[i])
	}
	return total
}

func main() {
	values, index := make([]int32, 4096), make([]int32, 4096)
	total := int64(0)
	for range 150 {
		if build(14).left == nil {
			os.Exit(1)
		}
		for range 800 {
			total += gather(values, index)
		}
	}
	os.Stdout.WriteString("done\\n")
	os.Exit(int(total))
}
`;

const cSource = `#include <stdio.h>
#include <stdlib.h>
__attribute__((noinline)) static unsigned add_all(const unsigned *v, int n) {
  unsigned t = 0;
  for (int i = 0; i < n; i++) t += v[i];
  return t;
}
int main(void) {
  unsigned *v = malloc(4096 * sizeof *v), total = 0;
  for (int i = 0; i < 4096; i++) v[i] = i;
  for (int i = 0; i < 400000; i++) { v[i & 4095]++; total += add_all(v, 4096); }
  for (int i = 0; i < 1000; i++) { void *volatile p = malloc(64); free(p); }
  printf("%u\\n", total);
}
`;

let runner: Runner;
beforeAll(async () => {
  runner = await openRunner();
  return () => runner.close();
});

function runOf(executable: string, folder: string): RunRequest {
  return {
    argv: [executable],
    env: { PATH: process.env["PATH"] ?? "", HOME: folder },
    workingDirectory: folder,
    timeoutMs: 60_000,
    outputLimitBytes: 1_000_000,
  };
}

async function tool(argv: readonly [string, ...string[]], folder: string): Promise<string> {
  const result = await runCommand({ argv, workingDirectory: folder, timeoutMs: 300_000 });
  if (result.code !== 0) throw new Error(`${argv.join(" ")}: ${result.stderr}`);
  return result.stdout;
}

async function requestFor(
  language: "go" | "c",
  folder: string,
  forced: string | undefined,
): Promise<Omit<ProfileRequest, "executable"> & { readonly executable: string }> {
  const executable = `${folder}/prog`;
  if (language === "go") await tool(["go", "build", "-o", executable, "main.go"], folder);
  else await tool(["gcc", "-O3", "-g1", "-fno-omit-frame-pointer", "-o", executable, "main.c"], folder);
  return {
    subject: language,
    language,
    executable,
    run: runOf(executable, folder),
    runs: 3,
    runner,
    workDirectory: folder,
    profiler: await chooseProfiler(folder, forced),
  };
}

async function profiled(request: ProfileRequest): Promise<Profile> {
  const outcome = await profileSubject(request);
  if (outcome.kind !== "profiled") throw new Error(outcome.reason);
  return outcome.profile;
}

function sharesOf(profile: Profile, language: string): Readonly<Record<string, number>> {
  const { accounting } = account(profile, { language });
  return Object.fromEntries([
    ["unexplained", accounting.unexplainedShare],
    ...accounting.components.map((one) => [one.component, one.share] as const),
  ]);
}

/** perf stands in every environment that CI covers; without it these say so and are skipped. */
const perfWorks = (await chooseProfiler(temporaryRoot(), "perf")).perf !== undefined;
function temporaryRoot(): string {
  return process.env["TMPDIR"] ?? "/tmp";
}

test.runIf(perfWorks)("perf: a Go program's time goes to its loop, allocation and collection", async () => {
  const folder = temporaryFolder({ "main.go": goSource });
  const request = await requestFor("go", folder, "perf");
  const profile = await profiled(request);
  const shares = sharesOf(profile, "go");
  expect(shares["unexplained"]).toBeLessThan(0.02);
  expect(shares["user"]).toBeGreaterThan(0.1);
  expect((shares["alloc"] ?? 0) + (shares["gc"] ?? 0)).toBeGreaterThan(0.05);
  const hot = hotCode(profile, { language: "go" });
  expect(hotSymbols(hot)).toContain("main.gather");
  const gather = hot.find((one) => one.symbol === "main.gather");
  expect(gather?.lines.map((one) => one.line).every((line) => line >= 15 && line <= 20)).toBe(true);

  const { evidence, facts } = await gatherEvidence({
    subject: "go",
    language: "go",
    toolchain: "go",
    executable: profile.executable,
    hot: hot.filter((one) => one.symbol === "main.gather"),
    facts: {},
    workDirectory: folder,
    compile: async (patch) => {
      const word = `-gcflags=${patch.build?.flags?.["gcflags"]?.[0]?.replace("./...=", "") ?? ""}`;
      await tool(["go", "build", word, "-o", `${folder}/again`, "main.go"], folder);
      return "";
    },
  });
  expect(
    evidence.find((one) => one.kind === "compiler remark" && one.explains.includes("bounds-checks"))?.detail,
  ).toMatch(/main\.go:18:\d+ bounds check: index/);
  if (process.arch === "x64") {
    expect(facts).toMatchObject({ "hotLoop.boundsChecks": 1, "hotLoop.packedOps": 0 });
    expect(evidence.find((one) => one.kind === "bounds checks")?.detail).toContain("main.go:18: 1 check");
  }
});

test.runIf(perfWorks)("perf: a stripped, prebuilt Go program is read through Go's own tables", async () => {
  const folder = temporaryFolder({ "main.go": goSource });
  const request = await requestFor("go", folder, "perf");
  await tool(["go", "build", "-ldflags=-s -w", "-o", request.executable, "main.go"], folder);
  const profile = await profiled({ ...request, language: "cmd" });
  expect(profile.origin).toBe("go");
  const shares = sharesOf(profile, "cmd");
  expect(shares["unexplained"]).toBeLessThan(0.02);
  expect(shares["user"]).toBeGreaterThan(0.1);
  expect(hotSymbols(hotCode(profile, { language: "cmd" }))).toContain("main.gather");
});

test.runIf(perfWorks)("perf, user part only: the same program, with what is lost said", async () => {
  const folder = temporaryFolder({ "main.c": cSource });
  const profile = await profiled(await requestFor("c", folder, "perf-user"));
  expect(profile.rung).toBe("perf-user");
  expect(profile.lost.join()).toContain("kernel");
  expect(profile.frames.some((frame) => frame.module === "[kernel]")).toBe(false);
  expect(sharesOf(profile, "c")["user"]).toBeGreaterThan(0.5);
  const hot = hotCode(profile, { language: "c" });
  const { facts } = await gatherEvidence({
    subject: "c",
    language: "c",
    toolchain: "gcc",
    executable: profile.executable,
    hot,
    facts: {},
    workDirectory: folder,
  });
  if (process.arch === "x64") expect(facts["hotLoop.packedOps"]).toBeGreaterThan(0);
});

test("without perf a Go program samples itself, single file and module alike", async () => {
  for (const files of [
    { "main.go": goSource },
    { "main.go": goSource, "go.mod": "module example.com/m\n\ngo 1.23\n" },
  ]) {
    const folder = temporaryFolder(files);
    const request = await requestFor("go", folder, "go-probe");
    const isModule = "go.mod" in files;
    const goRoot = (await tool(["go", "env", "GOROOT"], folder)).trim();
    const patch = await goProbePatch({
      subjectPath: isModule ? folder : `${folder}/main.go`,
      goRoot,
      workDirectory: `${folder}/overlay`,
    });
    if (!patch.ok) throw new Error(patch.error);
    const probe = `${folder}/probe`;
    const overlay = patch.value.build?.flags?.["build"]?.[0] ?? "";
    await tool(["go", "build", overlay, "-o", probe, isModule ? "." : "main.go"], folder);
    const profile = await profiled({ ...request, goProbeExecutable: probe });
    expect(profile.rung).toBe("go-probe");
    expect(sharesOf(profile, "go")["user"]).toBeGreaterThan(0.1);
    expect(hotSymbols(hotCode(profile, { language: "go" }))).toContain("main.gather");
    const counted = await countAllocations({ ...request, goProbeExecutable: probe });
    // A hundred and fifty trees of 2^15 - 1 nodes.
    expect(counted.ok && counted.value.facts["allocations.count"]).toBeGreaterThanOrEqual(150 * 32_767);
    expect(counted.ok && counted.value.facts["gc.cycles"]).toBeGreaterThan(0);
  }
});

test("with no profiler the outcome says why, and allocations are still counted", async () => {
  const folder = temporaryFolder({ "main.c": cSource });
  const request = await requestFor("c", folder, "none");
  expect(await profileSubject(request)).toEqual({ kind: "unavailable", reason: "PERFGAP_PROFILER=none" });
  const counted = await countAllocations(request);
  if (!counted.ok) throw new Error(counted.error);
  expect(counted.value.facts["allocations.count"]).toBeGreaterThanOrEqual(1001);
  expect(counted.value.facts["allocations.count"]).toBeLessThan(1100);
  expect(counted.value.facts["allocations.bytes"]).toBeGreaterThanOrEqual(64_000 + 16_384);
});

test("system calls by name: perf and strace count the same, where they are to be had", async () => {
  const folder = temporaryFolder({ "main.c": cSource });
  const request = await requestFor("c", folder, "none");
  const totals: number[] = [];
  for (const forced of ["perf", "strace"]) {
    const counter = await chooseSystemCallCounter(forced);
    if (!counter.ok || counter.value.kind !== forced) continue;
    const counted = await countSystemCalls(request, counter.value);
    if (!counted.ok) throw new Error(counted.error);
    expect(counted.value["systemCalls.mmap"]).toBeGreaterThan(1);
    totals.push(counted.value["systemCalls.count"] ?? 0);
  }
  // strace sees the execve that starts the program, perf starts with it.
  for (const total of totals) expect(Math.abs(total - (totals[0] ?? 0))).toBeLessThanOrEqual(3);
});

test("bytes that a program reads and writes, what its start costs taken away", async () => {
  const folder = temporaryFolder({ "big.txt": "x".repeat(300_000) });
  const cat = await countInputAndOutput({
    run: {
      ...runOf("/bin/cat", folder),
      argv: ["/bin/cat", `${folder}/big.txt`, "-"],
      stdinPath: `${folder}/big.txt`,
    },
    runner,
    workDirectory: folder,
  });
  if (!cat.ok) throw new Error(cat.error);
  expect(Math.abs((cat.value["input.bytes"] ?? 0) - 600_000)).toBeLessThan(4096);
  const { "writes.calls": calls = 0, "writes.bytesPerCall": each = 0 } = cat.value;
  expect(calls * each).toBeCloseTo(600_000, 0);
});

test.runIf(perfWorks)(
  "a program that fails, hangs or floods ends as unavailable with its own words",
  async () => {
    const folder = temporaryFolder({
      "fail.sh": "#!/bin/sh\necho no input >&2\nexit 3\n",
      "hang.sh": "#!/bin/sh\nsleep 60\n",
    });
    const profiler = await chooseProfiler(folder, "perf");
    const base = { subject: "s", language: "cmd", runs: 3, runner, workDirectory: folder, profiler };
    const failed = await profileSubject({
      ...base,
      executable: `${folder}/fail.sh`,
      run: runOf(`${folder}/fail.sh`, folder),
    });
    expect(failed).toMatchObject({ kind: "unavailable" });
    expect(failed.kind === "unavailable" && failed.reason).toMatch(/ended with code 3: no input/);
    const run = { ...runOf(`${folder}/hang.sh`, folder), timeoutMs: 300 };
    const hung = await profileSubject({ ...base, executable: `${folder}/hang.sh`, run });
    expect(hung.kind === "unavailable" && hung.reason).toContain("longer than 300 ms");
  },
);
