/** Crates that make up the precompiled standard library. */
const standardCrates: ReadonlySet<string> = new Set(
  "std core alloc proc_macro test panic_unwind panic_abort unwind compiler_builtins std_detect rustc_demangle addr2line gimli object miniz_oxide memchr hashbrown adler2 adler cfg_if libc __rustc".split(
    " ",
  ),
);

/**
 * Whether a function was compiled with the program and not with the standard library: the user's crates, dependencies,
 * and generic code of the standard library that they made instances of. New names (v0) say which crate made the
 * instance. Old ones do not, but where the standard library itself has new names, an old one can only be the program's.
 */
export function isCompiledHere(
  name: string,
  mangled: readonly string[],
  standardLibraryIsV0: boolean,
): boolean {
  const symbol = mangled[0] ?? "";
  if (symbol.startsWith("_R")) {
    const crate = instantiatingCrate(symbol);
    return crate !== undefined && !standardCrates.has(crate);
  }
  if (!symbol.startsWith("_ZN") || /::__(rust|rdl|rg)_/.test(name)) return false;
  return standardLibraryIsV0 || !standardCrates.has(/[A-Za-z_]\w*/.exec(name)?.[0] ?? "std");
}

/** Whether any name tells that the standard library was compiled with the v0 scheme. */
export function hasV0StandardLibrary(symbols: Iterable<string>): boolean {
  for (const symbol of symbols) {
    if (symbol.startsWith("_R") && standardCrates.has(instantiatingCrate(symbol) ?? "")) return true;
  }
  return false;
}

/**
 * The crate whose compilation made a v0 symbol (RFC 2603): the one after the path, which generic instances carry, else
 * the first crate in the path. Undefined for names of another form.
 */
export function instantiatingCrate(symbol: string): string | undefined {
  const body = /^_R([A-Za-z0-9_]+)/.exec(symbol)?.[1];
  if (body === undefined) return undefined;
  const roots = [...body.matchAll(/C(?:s[0-9A-Za-z]*_)?\d/g)].flatMap(
    (match) => crateRoot(body, match.index) ?? [],
  );
  const trailing = roots.find((root) => root.end === body.length) ?? referredRoot(body);
  return (trailing ?? roots[0])?.name;
}

interface CrateRoot {
  readonly name: string;
  readonly end: number;
}

/** "C", an optional disambiguator, the length of the name, the name. */
function crateRoot(body: string, at: number): CrateRoot | undefined {
  const head = /^C(?:s[0-9A-Za-z]*_)?(\d+)_?/.exec(body.slice(at));
  if (head === null) return undefined;
  const start = at + head[0].length;
  const end = start + Number(head[1]);
  return end <= body.length ? { name: body.slice(start, end), end } : undefined;
}

/** A symbol that ends in a reference ("B", a number, "_") to a crate root earlier in it. */
function referredRoot(body: string): CrateRoot | undefined {
  const reference = /B([0-9A-Za-z]*)_$/.exec(body);
  if (reference === null) return undefined;
  const target = base62(reference[1] ?? "");
  return target < reference.index ? crateRoot(body, target) : undefined;
}

/** RFC 2603: nothing is 0, any other number is one more than its digits say. */
function base62(digits: string): number {
  if (digits === "") return 0;
  const alphabet = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
  return Array.from(digits).reduce((sum, digit) => sum * 62 + alphabet.indexOf(digit), 0) + 1;
}
