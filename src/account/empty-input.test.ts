import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, expect, test, vi } from "vitest";
import { temporaryFolder } from "../../test/support/temporary-folder.ts";
import type { Runner, RunRequest } from "../model/run.ts";
import { findInputTracer, readEndOfInput, readsEmptyInput } from "./empty-input.ts";

afterEach(() => void vi.unstubAllEnvs());

const libc = '15859 read(0</dev/null>, "", 4096)      = 0\n';
const musl = '15859 readv(0</dev/null>, [{iov_base="", iov_len=0}, {iov_base="", iov_len=1024}], 2) = 0\n';
const threads =
  "15885 read(0</dev/null>,  <unfinished ...>\n15886 read(0</dev/null>,  <unfinished ...>\n" +
  '15886 <... read resumed>"", 9)          = 0\n';

test("a read of descriptor 0 that asked for bytes and got none, in one piece or two", () => {
  for (const trace of [
    libc,
    musl,
    threads,
    '7 pread64(0</dev/null>, "", 4, 0)   = 0\n',
    '7 preadv2(0</dev/null>, [{iov_base="", iov_len=4}], 1, 0, 0) = 0\n',
  ])
    expect(readEndOfInput(trace)).toBe(true);
});

test("what is no such read is none: no bytes asked for, another descriptor, an error, a call that never ended", () => {
  for (const trace of [
    "",
    "strace: attach: ptrace(PTRACE_SEIZE, 7): Operation not permitted\n",
    '7 read(0</dev/null>, "", 0)         = 0\n',
    '7 readv(0</dev/null>, [{iov_base="", iov_len=0}], 1) = 0\n',
    '7 read(3</dev/null>, "", 4096)      = 0\n',
    '7 read(0</tmp/masked>, "", 4096)    = 0\n',
    "7 read(0</dev/null>, 0x7ffe, 4096)  = -1 EFAULT (Bad address)\n",
    "7 read(0</dev/null>,  <unfinished ...>\n",
    '8 <... read resumed>"", 9)          = 0\n',
    "7 dup2(0</dev/null>, 3)             = 3</dev/null>\n",
  ])
    expect(readEndOfInput(trace)).toBe(false);
});

test("what a script put in the place of descriptor 0 is not what the program was given", () => {
  const redirected = [
    "7 dup2(3</dev/null>, 0)",
    "7 dup3(3</dev/null>, 0</dev/null>, 0)",
    "7 close(0</dev/null>)",
  ];
  for (const call of redirected) {
    expect(readEndOfInput(`${call} = 0\n${libc}`)).toBe(false);
    expect(readEndOfInput(`${libc}${call} = 0\n`)).toBe(true);
  }
  // A copy of descriptor 0, or of another to 10, leaves it where it is.
  expect(
    readEndOfInput(`7 dup2(0</dev/null>, 10) = 10</dev/null>\n7 close(10</dev/null>) = 0\n${libc}`),
  ).toBe(true);
});

function requestWith(run: (request: RunRequest) => Promise<unknown>, signal?: AbortSignal) {
  return {
    run: { argv: ["/p", "x"], env: {}, workingDirectory: "/", timeoutMs: 1, outputLimitBytes: 1 },
    runner: { run } as unknown as Runner,
    workDirectory: temporaryFolder(),
    ...(signal === undefined ? {} : { signal }),
  };
}

test("one run under strace, whose trace is read however the run ended", async () => {
  const argvs: (readonly string[])[] = [];
  const request = requestWith(async ({ argv }) => {
    argvs.push(argv);
    await writeFile(argv[argv.indexOf("-o") + 1] ?? "", libc);
    return { exit: { kind: "timedOut", limitMs: 1 } };
  });
  expect(await readsEmptyInput(request, "/bin/strace")).toBe(true);
  expect(argvs.map((argv) => [argv[0], ...argv.slice(-3)])).toEqual([["/bin/strace", "--", "/p", "x"]]);
  // Nothing of it is left for the next program.
  expect(
    await readsEmptyInput({ ...request, runner: requestWith(() => Promise.resolve()).runner }, "/bin/strace"),
  ).toBe(false);
});

test("an interruption is left to the next run, a runner that fails is not", async () => {
  const controller = new AbortController();
  controller.abort();
  const refuse = () => Promise.reject(new Error("refused"));
  expect(await readsEmptyInput(requestWith(refuse, controller.signal), "strace")).toBe(false);
  await expect(readsEmptyInput(requestWith(refuse), "strace")).rejects.toThrow("refused");
});

test("who forces another counter has no strace at work; who has none is not asked for it", async () => {
  const folder = temporaryFolder({ strace: "#!/bin/sh\n" });
  vi.stubEnv("PATH", folder);
  expect(await findInputTracer(undefined)).toBe(join(folder, "strace"));
  expect(await findInputTracer("strace")).toBe(join(folder, "strace"));
  for (const forced of ["none", "perf"]) expect(await findInputTracer(forced)).toBeUndefined();
  vi.stubEnv("PATH", temporaryFolder());
  expect(await findInputTracer(undefined)).toBeUndefined();
});
