import { mkdir, readFile, rename, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseElf } from "../../base/elf.ts";
import { err, ok, type Result } from "../../base/result.ts";
import { runCommand, shellCommand } from "../../base/subprocess.ts";
import { demangle } from "../native/demangle.ts";

/**
 * Functions of core that a failed index or slice check ends in, with the number of usize parameters before the
 * caller's location. Which of them a toolchain has is asked of the toolchain; their mangled names hold core's hash.
 */
const panicParameters: Readonly<Record<string, number>> = {
  panic_bounds_check: 2,
  slice_index_fail: 3,
  slice_start_index_len_fail: 2,
  slice_end_index_len_fail: 2,
  slice_index_order_fail: 2,
};

/** Whether a demangled name is one of the panics of bounds checks. */
export function isBoundsPanic(name: string): boolean {
  const last = /^core::(?:panicking|slice::index)::(\w+?)(?:::do_panic(?:::runtime)?)?$/.exec(name)?.[1];
  return last !== undefined && last in panicParameters;
}

/** Every kind of index that is checked. Not inlined, or a small function would leave no code in the probe's object. */
const probe = `#![no_std]
#[inline(never)] pub fn at(v: &[u32], i: usize) -> u32 { v[i] }
#[inline(never)] pub fn part(v: &[u32], i: usize, j: usize) -> &[u32] { &v[i..j] }
#[inline(never)] pub fn from(v: &[u32], i: usize) -> &[u32] { &v[i..] }
#[inline(never)] pub fn to(v: &[u32], i: usize) -> &[u32] { &v[..i] }
#[inline(never)] pub fn through(v: &mut [u32], i: usize, j: usize) -> &mut [u32] { &mut v[i..=j] }
`;

export interface StubRequest {
  readonly rustc: string;
  readonly target: string;
  readonly directory: string;
}

/**
 * LLVM bitcode that defines the panics as unreachable. First on the command line of a link that optimises, it makes
 * every check's failing branch dead, and with it the check. The object is kept in `directory`.
 */
export async function boundsStub(request: StubRequest): Promise<Result<string, string>> {
  const object = join(request.directory, "unreachable.o");
  if ((await stat(object).catch(() => undefined))?.isFile() === true) return ok(object);
  await mkdir(request.directory, { recursive: true });
  const panics = await panicSymbols(request);
  if (!panics.ok) return panics;
  const source = join(request.directory, "unreachable.rs");
  await writeFile(source, stubSource(panics.value));
  const aside = `${object}.new`;
  const compiled = await compile(request, source, ["-C", "linker-plugin-lto", "-o", aside]);
  if (compiled !== undefined) return err(compiled);
  await rename(aside, object);
  return ok(object);
}

/** Mangled names of the panics that this toolchain's code calls, with their parameters. */
async function panicSymbols(request: StubRequest): Promise<Result<ReadonlyMap<string, number>, string>> {
  const source = join(request.directory, "probe.rs");
  const object = join(request.directory, "probe.o");
  await writeFile(source, probe);
  const compiled = await compile(request, source, ["-o", object]);
  if (compiled !== undefined) return err(compiled);
  const elf = parseElf(await readFile(object));
  if (!elf.ok) return err(`the probe's object could not be read: ${elf.error.message}`);
  const undefinedNames = elf.value.staticSymbols
    .filter((symbol) => !symbol.defined)
    .map((symbol) => symbol.name);
  const readable = await demangle(undefinedNames);
  const found = new Map<string, number>();
  for (const [mangled, name] of readable) {
    const parameters = panicParameters[name.split("::").at(-1) ?? ""];
    if (parameters !== undefined && isBoundsPanic(name)) found.set(mangled, parameters);
  }
  // Each index form of the probe ends in some panic; a name that is not known would keep its checks in silence.
  const unknown = [...readable].filter(([mangled, name]) => !found.has(mangled) && /^core::/.test(name));
  return found.size > 0 && unknown.length === 0
    ? ok(found)
    : err(`checks of this toolchain end in unknown functions: ${unknown.map(([, name]) => name).join(", ")}`);
}

function stubSource(panics: ReadonlyMap<string, number>): string {
  const functions = [...panics].map(
    ([mangled, parameters], index) =>
      `#[export_name = "${mangled}"]\npub fn stub${index}(${"_: usize, ".repeat(parameters)}_: &'static core::panic::Location<'static>) -> ! {\n    unsafe { core::hint::unreachable_unchecked() }\n}\n`,
  );
  return `#![no_std]\n${functions.join("")}`;
}

async function compile(
  { rustc, target, directory }: StubRequest,
  source: string,
  flags: readonly string[],
): Promise<string | undefined> {
  const argv: [string, ...string[]] = [
    rustc,
    "--edition=2021",
    "--crate-type=lib",
    "--emit=obj",
    "-C",
    "opt-level=3",
    "-C",
    "codegen-units=1",
    "--target",
    target,
    ...flags,
    source,
  ];
  const result = await runCommand({ argv, workingDirectory: directory, timeoutMs: 120_000 });
  if (result.kind === "exited" && result.code === 0) return undefined;
  return `${shellCommand(argv)}\n${result.stderr || result.reason}`;
}
