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
  const last = /(?<=E)(C(?:s[0-9A-Za-z]*_)?\d\w*|B[0-9A-Za-z]*_)$/.exec(body)?.[1];
  const trailing = last === undefined ? undefined : crateAt(body, body.length - last.length);
  if (trailing !== undefined) return trailing;
  const first = body.search(/C(?:s[0-9A-Za-z]*_)?\d/);
  return first === -1 ? undefined : crateAt(body, first);
}

/** The crate root or a reference back to one at a place of a v0 symbol without its "_R". */
function crateAt(body: string, at: number): string | undefined {
  const reference = /^B([0-9A-Za-z]*)_/.exec(body.slice(at))?.[1];
  if (reference !== undefined) {
    const target = base62(reference);
    return target < at ? crateAt(body, target) : undefined;
  }
  const root = /^C(?:s[0-9A-Za-z]*_)?(\d+)_?/.exec(body.slice(at));
  if (root === null) return undefined;
  const start = at + root[0].length;
  return body.slice(start, start + Number(root[1]));
}

/** RFC 2603: nothing is 0, any other number is one more than its digits say. */
function base62(digits: string): number {
  if (digits === "") return 0;
  const alphabet = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
  return Array.from(digits).reduce((sum, digit) => sum * 62 + alphabet.indexOf(digit), 0) + 1;
}
