/** The user's flags, sorted by the step that reads them. */
export interface CFlags {
  readonly compile: readonly string[];
  /** Before the objects. */
  readonly link: readonly string[];
  /** Behind the objects: libraries are searched for what is missing so far. */
  readonly libraries: readonly string[];
}

const takesValue =
  /^-(I|D|U|L|l|include|isystem|iquote|idirafter|x|Xlinker|Xassembler|Xpreprocessor|Xclang|mllvm|-param|arch|target|T|u|z)$/;
const linkOnly =
  /^-(L|Wl,|Xlinker$|T$|u$|z$|rdynamic$|static(-\w+)?$|shared$|s$|no-pie$|pie$|nostartfiles$|nodefaultlibs$|fuse-ld=)/;
const compileOnly = /^-(I|D|U|include$|isystem$|iquote$|idirafter$|std=|x$|Xpreprocessor$)/;

/** Stripping is left out: the code stays as it is, but nothing could be proved on the executable. `-o` and `-c` are not the user's to say. */
export function sortFlags(words: readonly string[]): CFlags {
  const sorted = { compile: [] as string[], link: [] as string[], libraries: [] as string[] };
  for (const group of groups(words)) {
    const [first = ""] = group;
    if (/^-(s|Wl,-s|Wl,--strip-all|c|o)$/.test(first)) continue;
    if (/^-l/.test(first) || /^[^-].*\.(a|o|so(\.\d+)*)$/.test(first)) sorted.libraries.push(...group);
    else {
      if (!linkOnly.test(first)) sorted.compile.push(...group);
      if (!compileOnly.test(first)) sorted.link.push(...group);
    }
  }
  return sorted;
}

/** Words with the value that belongs to them. */
function groups(words: readonly string[]): readonly (readonly string[])[] {
  const found: string[][] = [];
  for (let index = 0; index < words.length; index++) {
    const word = words[index] ?? "";
    const next = words[index + 1];
    if ((takesValue.test(word) || word === "-o") && next !== undefined) {
      found.push([word, next]);
      index++;
    } else found.push([word]);
  }
  return found;
}

/** Folders that `#include` looks into, in order. */
export function includeFolders(words: readonly string[]): readonly string[] {
  return groups(words).flatMap(([first = "", value]) => {
    if (/^-(I|isystem|iquote|idirafter)$/.test(first)) return value === undefined ? [] : [value];
    return first.startsWith("-I") ? [first.slice(2)] : [];
  });
}

export interface CommandParts {
  readonly flags: readonly string[];
  readonly sources: readonly string[];
  readonly output: string;
}

/**
 * A compile command as the user wrote it, with its places filled: a word that is only `{flags}` or `{sources}` becomes
 * several words; inside a longer word (`CFLAGS={flags}`) they become one text with `quote` around each part.
 */
export function fillCommand(
  command: readonly string[],
  parts: CommandParts,
  quote: (word: string) => string,
): readonly string[] {
  return command.flatMap((word) => {
    if (word === "{flags}") return parts.flags;
    if (word === "{sources}") return parts.sources;
    return [
      word.replace(/\{(flags|sources|output)\}/g, (_place, name: keyof CommandParts) => {
        const value = parts[name];
        if (typeof value !== "string") return value.map(quote).join(" ");
        // A word with blanks is a script for a shell; others go to a program as they are.
        return /\s/.test(word) ? quote(value) : value;
      }),
    ];
  });
}
