import { readFile } from "node:fs/promises";
import { type Elf, type ElfSymbol, parseElf } from "../../base/elf.ts";
import { findExecutable } from "../../base/find-executable.ts";
import { err, ok, type Result } from "../../base/result.ts";
import { runCommand } from "../../base/subprocess.ts";
import { decodeX86, type NameOf } from "./decode-x86.ts";
import { type Instruction, markBoundsChecks } from "./instruction.ts";
import { parseAarch64Listing } from "./objdump.ts";

/** A program that functions are read from. */
export interface Program {
  readonly executable: string;
  readonly bytes: Uint8Array;
  readonly elf: Elf;
  /** Functions in order of address. */
  readonly functions: readonly ElfSymbol[];
  readonly nameOf: NameOf;
}

/** Functions are shown up to this size; a larger one is no function a reader can follow. */
const maxFunctionBytes = 256 * 1024;

/** Opens the program; the error says in words why its code cannot be read. */
export async function openProgram(executable: string): Promise<Result<Program, string>> {
  const bytes = await readFile(executable).catch(() => undefined);
  if (bytes === undefined) return err(`${executable} cannot be read`);
  const parsed = parseElf(bytes);
  if (!parsed.ok) return err(`${executable}: ${parsed.error.message}`);
  const elf = parsed.value;
  const names = new Map(elf.symbols.map((symbol) => [symbol.address, symbol.name]));
  const slots = new Map(
    elf.relocations.map((one) => [one.slot, one.symbol || (names.get(one.addend) ?? "")]),
  );
  const functions = elf.symbols
    .filter((symbol) => symbol.isFunction && symbol.size > 0)
    .sort((left, right) => left.address - right.address);
  const stubs = elf.machine === "x86-64" ? stubNames(bytes, elf, slots) : new Map<number, string>();
  return ok({
    executable,
    bytes,
    elf,
    functions,
    nameOf: (address) => names.get(address) ?? slots.get(address) ?? stubs.get(address) ?? "",
  });
}

/** Stubs are laid out at this distance (x86-64 psABI, "Procedure Linkage Table"). */
const stubBytes = 16;

/** Names of the linker's stubs for functions of shared libraries: each holds one jump through a slot that has the name. */
function stubNames(
  bytes: Uint8Array,
  elf: Elf,
  slots: ReadonlyMap<number, string>,
): ReadonlyMap<number, string> {
  const stubs = elf.sections
    .filter(({ name }) => /^\.plt(\.sec|\.got)?$/.test(name))
    .flatMap(({ address, offset, size }) =>
      // Stubs of .plt.got are half as long, and a reader must not pass the end of a damaged file.
      Array.from({ length: Math.floor(Math.min(size, bytes.length) / (stubBytes / 2)) }, (_, place) => {
        const start = place * (stubBytes / 2);
        return { address: address + start, code: bytes.subarray(offset + start, offset + start + stubBytes) };
      }),
    );
  return new Map(
    stubs.flatMap(({ address, code }) => {
      const name = slots.get(slotOf(code, address) ?? -1);
      return name === undefined ? [] : [[address, name] as const];
    }),
  );
}

/** Where the first "jmp [rip + distance]" of a stub looks for its target. */
function slotOf(code: Uint8Array, address: number): number | undefined {
  const at = code.findIndex((byte, place) => byte === 0xff && code[place + 1] === 0x25);
  if (at === -1 || at + 6 > code.length) return undefined;
  const distance = new DataView(code.buffer, code.byteOffset + at + 2, 4).getInt32(0, true);
  return address + at + 6 + distance;
}

/** The function that an address belongs to. */
export function functionAt({ functions }: Program, address: number): ElfSymbol | undefined {
  let low = 0;
  let high = functions.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((functions[middle]?.address ?? 0) <= address) low = middle + 1;
    else high = middle;
  }
  const found = functions[low - 1];
  return found !== undefined && address < found.address + found.size ? found : undefined;
}

/** The function's instructions with bounds checks marked; the error says why there are none. */
export async function readFunction(
  program: Program,
  symbol: ElfSymbol,
): Promise<Result<readonly Instruction[], string>> {
  if (symbol.size > maxFunctionBytes) return err(`${symbol.name} has ${symbol.size} bytes of code`);
  const section = program.elf.sections.find(
    (one) => one.executable && symbol.address >= one.address && symbol.address < one.address + one.size,
  );
  if (section === undefined) return err(`${symbol.name} is in no section with code`);
  if (program.elf.machine === "x86-64") {
    const offset = section.offset + symbol.address - section.address;
    const code = program.bytes.subarray(offset, offset + symbol.size);
    return ok(markBoundsChecks(await decodeX86(code, symbol.address, program.nameOf)));
  }
  if (program.elf.machine !== "aarch64") return err("code of this kind of processor is not read");
  return disassemble(program.executable, symbol);
}

async function disassemble(
  executable: string,
  symbol: ElfSymbol,
): Promise<Result<readonly Instruction[], string>> {
  for (const name of ["llvm-objdump", "objdump", "aarch64-linux-gnu-objdump"]) {
    const tool = await findExecutable(name);
    if (tool === undefined) continue;
    const result = await runCommand({
      argv: [
        tool,
        "-d",
        "--no-show-raw-insn",
        `--start-address=${symbol.address}`,
        `--stop-address=${symbol.address + symbol.size}`,
        executable,
      ],
      timeoutMs: 60_000,
    });
    const instructions = parseAarch64Listing(result.stdout);
    if (instructions.length > 0) return ok(markBoundsChecks(instructions));
  }
  return err("no objdump here reads AArch64 code");
}
