import { readFile, stat } from "node:fs/promises";
import { type Elf, parseElf } from "../../base/elf.ts";
import { hashParts } from "../../base/hash.ts";
import type { Facts } from "../../model/evidence.ts";
import { readCode } from "./code.ts";
import { demangle, withoutHash } from "./demangle.ts";
import { readListing } from "./listing.ts";
import type { FunctionCode } from "./tally.ts";

/** What a language asks of a binary. Names are demangled and without crate hashes. */
export interface ElfQuestions {
  /** Hottest first; empty: the user's own functions. */
  readonly hotSymbols: readonly string[];
  readonly isUserFunction: (name: string, mangled: readonly string[]) => boolean;
  readonly isBoundsPanic: (name: string) => boolean;
  readonly isOverflowPanic: (name: string) => boolean;
  /** Whether `malloc` of the C library, which the program imports, is its allocator. Absent: it is. */
  readonly usesMalloc?: (functions: readonly NamedFunction[]) => boolean;
}

/** A function of a binary under its readable name. */
export interface NamedFunction extends Omit<FunctionCode, "names" | "callees"> {
  readonly name: string;
  readonly mangled: readonly string[];
  readonly callees: ReadonlyMap<string, number>;
}

/**
 * The static facts of an executable (names in model/evidence.ts). Of a file that cannot be read as ELF only its size
 * is told: a fact that is absent was not measured.
 */
export async function inspectElf(path: string, questions: ElfQuestions): Promise<Facts> {
  const { size } = await stat(path);
  const facts: Record<string, number> = { "binary.bytes": size };
  const elf = parseElf(await readFile(path));
  if (!elf.ok) return facts;
  const functions = await namedFunctions(elf.value, path);
  const dynamic = mallocIsDynamic(elf.value, functions ?? [], questions);
  if (dynamic !== undefined) facts["malloc.dynamic"] = dynamic ? 1 : 0;
  if (functions === undefined || functions.length === 0) return facts;
  facts["functions.count"] = functions.length;
  facts["layout.order"] = layoutOrder(functions);
  facts["code.shape"] = codeShape(elf.value, functions);
  facts["boundsChecks.calls"] = callSites(functions, questions.isBoundsPanic);
  facts["overflowChecks.calls"] = callSites(functions, questions.isOverflowPanic);
  const hot = hotFunctions(functions, questions);
  return hot.length === 0 ? facts : { ...facts, ...hotFacts(hot, questions) };
}

/** Every function with its code counted and its names made readable; undefined where no disassembler can read it. */
export async function namedFunctions(elf: Elf, path: string): Promise<readonly NamedFunction[] | undefined> {
  const code = elf.machine === "x86-64" ? await readCode(elf) : await readListing(path);
  if (code === undefined) return undefined;
  const names = await demangle(code.flatMap((each) => [...each.names, ...each.callees.keys()]));
  const readable = (name: string): string => names.get(name) ?? withoutHash(name);
  return code.map(({ names: mangled, callees, ...rest }) => ({
    ...rest,
    name: readable(mangled[0] ?? ""),
    mangled,
    callees: sumByName([...callees].map(([name, count]) => [readable(name), count])),
  }));
}

/**
 * A number (32 bits of a hash) that changes when a function has other instructions, or comes or goes, and when the loader
 * is asked for other libraries or symbols; not when code moves or the compiler only writes down how it was called.
 */
function codeShape({ bytes, sections }: Elf, functions: readonly NamedFunction[]): number {
  const shapes = functions.map(({ name, shape }) => `${name} ${shape}`).sort();
  const asked = sections
    .filter(({ name }) => name === ".dynstr")
    .map(({ offset, size }) => Buffer.from(bytes.subarray(offset, offset + size)).toString("latin1"));
  return Number.parseInt(hashParts([...shapes, ...asked]).slice(0, 8), 16);
}

/** A number (32 bits of a hash) that changes when a function stands at another address. */
function layoutOrder(functions: readonly NamedFunction[]): number {
  const places = functions.map(({ name, address }) => `${address} ${name}`).sort();
  return Number.parseInt(hashParts(places).slice(0, 8), 16);
}

function sumByName(entries: readonly (readonly [string, number])[]): ReadonlyMap<string, number> {
  const sums = new Map<string, number>();
  for (const [name, count] of entries) sums.set(name, (sums.get(name) ?? 0) + count);
  return sums;
}

function hotFunctions(
  functions: readonly NamedFunction[],
  questions: ElfQuestions,
): readonly NamedFunction[] {
  if (questions.hotSymbols.length === 0)
    return functions.filter((each) => questions.isUserFunction(each.name, each.mangled));
  const wanted = new Set(questions.hotSymbols.map(withoutHash));
  return functions.filter(
    (each) => wanted.has(each.name) || each.mangled.some((mangled) => wanted.has(mangled)),
  );
}

function hotFacts(hot: readonly NamedFunction[], questions: ElfQuestions): Facts {
  const sum = (value: (each: NamedFunction) => number): number =>
    hot.reduce((total, each) => total + value(each), 0);
  return {
    "hot.functions": hot.length,
    "hot.instructions": sum((each) => each.instructions),
    "hot.packedOps": sum((each) => each.packedOps),
    "hot.conditionalMoves": sum((each) => each.conditionalMoves),
    "hot.conditionalBranches": sum((each) => each.conditionalBranches),
    "hot.calls": sum((each) => each.calls),
    "hot.boundsChecks": callSites(hot, questions.isBoundsPanic),
    "hot.overflowChecks": callSites(hot, questions.isOverflowPanic),
  };
}

function callSites(functions: readonly NamedFunction[], isWanted: (name: string) => boolean): number {
  let sites = 0;
  for (const each of functions) {
    // A panic that calls another panic is part of the mechanism, not a check.
    if (isWanted(each.name)) continue;
    for (const [name, count] of each.callees) if (isWanted(name)) sites += count;
  }
  return sites;
}

/**
 * Whether the loader binds this process's malloc, so that another can be put in its place. That the executable names no
 * malloc says nothing: operator new, std::string and getline allocate within libraries. undefined: the program brings an
 * allocator or not, which cannot be told without its functions.
 */
function mallocIsDynamic(
  elf: Elf,
  functions: readonly NamedFunction[],
  { usesMalloc }: ElfQuestions,
): boolean | undefined {
  const isLinkedDynamically = elf.dynamicSymbols.some((symbol) => symbol.isFunction && !symbol.defined);
  const bringsMalloc = [...elf.symbols, ...elf.dynamicSymbols].some(
    ({ name, defined }) => name === "malloc" && defined,
  );
  if (!isLinkedDynamically || bringsMalloc) return false;
  if (usesMalloc === undefined) return true;
  return functions.length === 0 ? undefined : usesMalloc(functions);
}
