import type { ElfSymbol } from "../../base/elf.ts";
import { symbolize } from "../../base/symbolize.ts";
import type { InlineTable } from "../../base/symbolizer-output.ts";
import type { HotFunction } from "../../model/profile.ts";
import { findHotLoop, type HotLoop } from "./hot-loop.ts";
import type { Instruction } from "./instruction.ts";
import { functionAt, type Program, readFunction } from "./program.ts";

/** A hot function with its machine code, its hot loop, and where in the source each instruction comes from. */
export interface HotCode {
  readonly hot: HotFunction;
  readonly symbol: ElfSymbol;
  readonly instructions: readonly Instruction[];
  readonly loop: HotLoop;
  readonly samples: ReadonlyMap<number, number>;
  readonly lines: InlineTable;
}

export interface HotCodes {
  readonly codes: readonly HotCode[];
  /** Functions that could not be read, with the reason. */
  readonly lost: readonly string[];
}

/** Reads the code of hot functions of one program. */
export async function readHotCode(
  program: Program,
  kind: "go" | "native",
  hot: readonly HotFunction[],
): Promise<HotCodes> {
  const lost: string[] = [];
  const read: Omit<HotCode, "lines">[] = [];
  for (const one of hot) {
    const address = one.addresses[0]?.address;
    const symbol = address === undefined ? undefined : functionAt(program, address);
    if (symbol === undefined) {
      lost.push(`${one.symbol}: its code was not found in the program`);
      continue;
    }
    const instructions = await readFunction(program, symbol);
    if (!instructions.ok) {
      lost.push(`${one.symbol}: ${instructions.error}`);
      continue;
    }
    const samples = new Map(one.addresses.map((place) => [place.address, place.samples]));
    read.push({
      hot: one,
      symbol,
      instructions: instructions.value,
      loop: findHotLoop(instructions.value, samples),
      samples,
    });
  }
  const addresses = read.flatMap((one) => one.instructions.map((instruction) => instruction.address));
  const { table, lost: lostLines } = await symbolize(program.executable, kind, addresses);
  return { codes: read.map((one) => ({ ...one, lines: table })), lost: [...lost, ...lostLines] };
}
