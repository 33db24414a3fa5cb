import { access, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { findExecutable } from "../base/find-executable.ts";
import { err, ok, type Result } from "../base/result.ts";
import type { Facts } from "../model/evidence.ts";
import type { CountingRun } from "./counted-run.ts";
import { parsePerfStat } from "./perf-stat.ts";
import { exitProblem } from "./record-runs.ts";
import { parseStraceSummary } from "./strace-summary.ts";

/** Who counts: perf hardly disturbs the program, strace makes one with many system calls several times slower. */
export type SystemCallCounter =
  | { readonly kind: "perf"; readonly perf: string; readonly names: readonly string[] }
  | { readonly kind: "strace"; readonly strace: string };

/** Calls by which runtimes park and wake their threads and allocators take and give back memory: no work of the program. */
const housekeeping: readonly string[] = [
  ...["futex", "sched_yield", "nanosleep", "clock_nanosleep", "epoll_pwait", "epoll_wait", "poll"],
  ...["tgkill", "rt_sigaction", "rt_sigprocmask", "rt_sigreturn", "sigaltstack", "clone", "clone3"],
  ...["mmap", "munmap", "mremap", "brk", "madvise", "mprotect"],
];

/** Calls that tell what a program spends its time on; perf counts every other one in the total only. */
const watched = [
  ...housekeeping,
  "read",
  "write",
  "readv",
  "writev",
  "pread64",
  "pwrite64",
  "openat",
  "close",
  "newfstat",
  "lseek",
  "recvfrom",
  "sendto",
];

const allCalls = "raw_syscalls:sys_enter";
const tracingFolders = ["/sys/kernel/tracing", "/sys/kernel/debug/tracing"];

/** How system calls can be counted here; the error says what is missing. `forced` is "perf", "strace" or "none". */
export async function chooseSystemCallCounter(
  forced: string | undefined = process.env["PERFGAP_SYSTEM_CALLS"],
): Promise<Result<SystemCallCounter, string>> {
  if (forced === "none") return err("PERFGAP_SYSTEM_CALLS=none");
  const perf = forced === "strace" ? undefined : await findExecutable("perf");
  const folder = perf === undefined ? undefined : await tracingFolder();
  if (perf !== undefined && folder !== undefined) {
    const known = await Promise.all(
      watched.map((name) => readable(join(folder, "events", "syscalls", `sys_enter_${name}`, "id"))),
    );
    return ok({ kind: "perf", perf, names: watched.filter((_, index) => known[index]) });
  }
  const strace = forced === "perf" ? undefined : await findExecutable("strace");
  if (strace !== undefined) return ok({ kind: "strace", strace });
  return err("perf may not read the kernel's tracepoints here and strace is not installed");
}

async function tracingFolder(): Promise<string | undefined> {
  for (const folder of tracingFolders)
    if (await readable(join(folder, "events", "raw_syscalls", "sys_enter", "id"))) return folder;
  return undefined;
}

function readable(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

/**
 * System calls of one untimed run: `systemCalls.count`, and `systemCalls.NAME` of the most frequent ones, and
 * `systemCalls.housekeeping`, those by which a runtime waits, signals itself and keeps its memory. The error says why
 * they could not be counted.
 */
export async function countSystemCalls(
  request: CountingRun,
  counter: SystemCallCounter,
): Promise<Result<Facts, string>> {
  const { run, runner, workDirectory, signal } = request;
  const path = join(workDirectory, "system-calls.txt");
  const argv = [...commandOf(counter, path), ...run.argv];
  const result = await runner.run({ ...run, argv }, signal);
  const text = await readFile(path, "utf8").catch(() => "");
  await rm(path, { force: true });
  const problem = exitProblem(result, `the program under ${counter.kind}`);
  if (problem !== undefined) return err(problem);
  return counter.kind === "perf" ? perfFacts(text) : straceFacts(text);
}

function commandOf(counter: SystemCallCounter, path: string): readonly string[] {
  if (counter.kind === "strace") return [counter.strace, "-c", "-f", "-o", path, "--"];
  const events = [allCalls, ...counter.names.map((name) => `syscalls:sys_enter_${name}`)];
  return [
    counter.perf,
    "stat",
    "-x,",
    `--output=${path}`,
    ...events.map((event) => `--event=${event}`),
    "--",
  ];
}

function perfFacts(text: string): Result<Facts, string> {
  const counts = parsePerfStat(text);
  if (!counts.ok) return counts;
  const total = counts.value.get(allCalls);
  if (total === undefined) return err("perf stat did not count all system calls");
  const named = [...counts.value].flatMap(([event, calls]): (readonly [string, number])[] => {
    const name = /^syscalls:sys_enter_(\w+)$/.exec(event)?.[1];
    return name === undefined ? [] : [[name, calls]];
  });
  return ok(systemCallFacts(total, named));
}

function straceFacts(text: string): Result<Facts, string> {
  const rows = parseStraceSummary(text);
  if (!rows.ok) return rows;
  const total = rows.value.reduce((sum, { calls }) => sum + calls, 0);
  return ok(
    systemCallFacts(
      total,
      rows.value.map(({ name, calls }) => [name, calls]),
    ),
  );
}

const mostNamed = 8;

/** Facts of calls by name; the sum of the housekeeping is of all of them, however seldom each is. Pure. */
export function systemCallFacts(
  total: number,
  named: readonly (readonly [name: string, calls: number])[],
): Facts {
  const frequent = named
    .filter(([, calls]) => calls > 0)
    .sort(([, left], [, right]) => right - left)
    .slice(0, mostNamed);
  return {
    "systemCalls.count": total,
    "systemCalls.housekeeping": named.reduce(
      (sum, [name, calls]) => sum + (housekeeping.includes(name) ? calls : 0),
      0,
    ),
    ...Object.fromEntries(frequent.map(([name, calls]) => [`systemCalls.${name}`, calls])),
  };
}
