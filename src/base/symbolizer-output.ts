import { cleanSymbol } from "./symbol-name.ts";

/** A function with the place in its source that an address came from. */
export interface SourceFrame {
  readonly symbol: string;
  readonly file?: string;
  readonly line?: number;
}

const libraryFile =
  /\/(?:library\/(?:core|alloc|std|test)\/|rust\/deps\/|rustc\/[0-9a-f]{40}\/|registry\/src\/|vendor\/[\w-]+(?:\.[\w-]+)+\/|usr\/include\/|include\/c\+\+\/|pkg\/mod\/)|\/go(?:-?[\d.]+)?\/src\/(?!.*\/src\/)/;

/** Whether a source file belongs to a standard library or a dependency, by where such files usually are. */
export function isLibraryFile(file: string): boolean {
  return libraryFile.test(file);
}

/**
 * The frame that a user would call the place: the innermost one in the user's own files, so that neither library code
 * nor the caller into which the user's function was inlined hides it. Library functions have only their own line.
 */
export function ownFrame(frames: readonly SourceFrame[]): SourceFrame | undefined {
  return (
    frames.find(({ file, line }) => file !== undefined && line !== undefined && !isLibraryFile(file)) ??
    frames.at(-1)
  );
}

/** Inlined frames by address, innermost first; an address that the tool could not place is absent. */
export type InlineTable = ReadonlyMap<number, readonly SourceFrame[]>;

/**
 * Reads `llvm-symbolizer --inlines --output-style=JSON`: one object a line. Lines that are no such object are
 * skipped; never throws.
 */
export function parseLlvmSymbolizer(text: string): InlineTable {
  const table = new Map<number, readonly SourceFrame[]>();
  for (const line of text.split("\n")) {
    const entry = jsonObject(line);
    const address = Number(entry?.["Address"]);
    const symbols = entry?.["Symbol"];
    if (!Number.isSafeInteger(address) || !Array.isArray(symbols)) continue;
    const frames = symbols.flatMap((one: unknown) => llvmFrame(one));
    if (frames.length > 0) table.set(address, frames);
  }
  return table;
}

function llvmFrame(value: unknown): readonly SourceFrame[] {
  if (value === null || typeof value !== "object") return [];
  const { FunctionName, FileName, Line } = value as Record<string, unknown>;
  if (typeof FunctionName !== "string" || FunctionName === "") return [];
  return [
    inlinedFrame(
      FunctionName,
      typeof FileName === "string" ? FileName : "",
      typeof Line === "number" ? Line : 0,
    ),
  ];
}

function jsonObject(line: string): Record<string, unknown> | undefined {
  if (!line.startsWith("{")) return undefined;
  try {
    const value: unknown = JSON.parse(line);
    return value !== null && typeof value === "object" ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

/** Reads `addr2line -a -f -i -C`: an address line, then pairs of function and place, innermost first. Never throws. */
export function parseAddr2line(text: string): InlineTable {
  const table = new Map<number, readonly SourceFrame[]>();
  let frames: SourceFrame[] = [];
  let name: string | undefined;
  for (const line of text.split("\n")) {
    const address = /^0x([0-9a-f]{1,16})$/.exec(line)?.[1];
    if (address !== undefined && name === undefined) {
      frames = [];
      table.set(Number.parseInt(address, 16), frames);
    } else if (name === undefined) name = line;
    else {
      if (name !== "??" && name !== "") frames.push(placedFrame(name, line));
      name = undefined;
    }
  }
  return withoutEmpty(new Map([...table].map(([address, list]) => [address, repairInnermost(list)])));
}

/** binutils prints the compiled function's name in place of the innermost one's, whose own is lost. */
function repairInnermost(frames: readonly SourceFrame[]): readonly SourceFrame[] {
  const [innermost, ...outer] = frames;
  if (innermost === undefined || outer.length === 0) return frames;
  return [{ ...innermost, symbol: cratePathOf(innermost.file ?? "") ?? "(inlined)" }, ...outer];
}

/** Reads the pairs of function and place that `go tool addr2line` prints, one pair for each address asked. */
export function parseGoAddr2line(text: string, asked: readonly number[]): InlineTable {
  const lines = text.split("\n");
  return withoutEmpty(
    new Map(
      asked.map((address, index) => {
        const name = lines[2 * index] ?? "?";
        return [address, name === "?" || name === "" ? [] : [placedFrame(name, lines[2 * index + 1] ?? "")]];
      }),
    ),
  );
}

function withoutEmpty(table: InlineTable): InlineTable {
  return new Map([...table].filter(([, frames]) => frames.length > 0));
}

/** A place as "file:line", with what tools append after the line ("(discriminator 2)"). */
function placedFrame(symbol: string, place: string): SourceFrame {
  const match = /^(.*):(\d+)(?: \(.*\))?$/.exec(place);
  return inlinedFrame(symbol, match?.[1] ?? "", Number(match?.[2] ?? 0));
}

function inlinedFrame(name: string, file: string, line: number): SourceFrame {
  const known = file !== "" && file !== "??";
  const symbol = cleanSymbol(name);
  const path = symbol.includes("::") ? undefined : cratePathOf(file);
  return {
    symbol: path === undefined ? symbol : `${path}::${symbol}`,
    ...(known ? { file } : {}),
    ...(known && line > 0 ? { line } : {}),
  };
}

/**
 * Module path by the file, because line tables name inlined Rust functions without it: library/core/src/hash/sip.rs
 * is core::hash::sip, deps/hashbrown-0.16.1/src/raw/mod.rs is hashbrown::raw.
 */
function cratePathOf(file: string): string | undefined {
  const match = /\/(?:library\/(core|alloc|std)|([a-zA-Z][\w-]*?)-\d+\.\d+\.\d[^/]*)\/src\/(.*)\.rs$/.exec(
    file,
  );
  if (match === null) return undefined;
  const crate = (match[1] ?? match[2] ?? "").replaceAll("-", "_");
  const modules = (match[3] ?? "").split("/").filter((part) => part !== "mod" && part !== "lib");
  return [crate, ...modules].join("::");
}
