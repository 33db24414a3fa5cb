/** Flags of `go build` as a user writes them, sorted by what they are merged with. */
export interface GoFlags {
  /** Words of -gcflags: "pattern=flags", or flags alone for the packages named on the command line. */
  readonly gcflags: readonly string[];
  readonly ldflags: readonly string[];
  /** Everything else, as it stands. */
  readonly build: readonly string[];
}

const valueFlags =
  /^--?(p|C|covermode|coverpkg|asmflags|buildmode|buildvcs|compiler|gccgoflags|installsuffix|mod|modfile|overlay|pgo|pkgdir|tags|toolexec)$/;

/** Sorts a user's own flags (of the case file, of GOFLAGS). `-o` is dropped: where the output goes is not theirs to say. */
export function sortFlags(words: readonly string[]): GoFlags {
  const sorted = { gcflags: [] as string[], ldflags: [] as string[], build: [] as string[] };
  for (let index = 0; index < words.length; index++) {
    const word = words[index] ?? "";
    const [, name, joined] = /^--?(gcflags|ldflags|o)(?:=(.*))?$/s.exec(word) ?? [];
    if (name === undefined) {
      sorted.build.push(word);
      const next = words[index + 1];
      if (valueFlags.test(word) && next !== undefined) {
        sorted.build.push(next);
        index++;
      }
      continue;
    }
    const value = joined ?? words[++index] ?? "";
    if (name !== "o") sorted[name === "gcflags" ? "gcflags" : "ldflags"].push(value);
  }
  return sorted;
}

/** Splits GOFLAGS as the go command does: at blanks, with '...' and "..." around a whole word. */
export function splitQuoted(text: string): readonly string[] {
  return [...text.matchAll(/"([^"]*)"|'([^']*)'|[^\s"']\S*/g)].map(
    (match) => match[1] ?? match[2] ?? match[0],
  );
}

/** The pattern for the user's own module; of a single file it is the packages named on the command line. */
const userPattern = "./...";

/**
 * The -gcflags words that give every package the flags of all patterns that it matches. The go command takes only the
 * last word that matches a package, so a narrower pattern has to repeat what the wider ones say.
 */
export function combineGcflags(words: readonly string[], target: "package" | "file"): readonly string[] {
  const byPattern = new Map<string, string[]>();
  for (const word of words) {
    const { pattern, flags } = splitPattern(word.trim());
    if (flags === "") continue;
    const key = pattern === userPattern && target === "file" ? "" : pattern;
    byPattern.set(key, [...(byPattern.get(key) ?? []), flags]);
  }
  const order = [...byPattern.keys()].sort((left, right) => width(left) - width(right));
  return order.map((pattern) => {
    const wider = order.filter((other) => other !== pattern && contains(other, pattern));
    const flags = [...wider, pattern].flatMap((each) => byPattern.get(each) ?? []).join(" ");
    return `-gcflags=${pattern === "" ? "" : `${pattern}=`}${flags}`;
  });
}

function splitPattern(word: string): { readonly pattern: string; readonly flags: string } {
  const equals = word.indexOf("=");
  if (word.startsWith("-") || equals === -1) return { pattern: "", flags: word };
  return { pattern: word.slice(0, equals).trim(), flags: word.slice(equals + 1).trim() };
}

/** Wide patterns first: the last one that matches wins. */
function width(pattern: string): number {
  if (pattern === "all") return 0;
  if (pattern === userPattern) return 1;
  return pattern === "" ? 2 : 3;
}

function contains(wide: string, narrow: string): boolean {
  if (wide === "all") return true;
  return wide === userPattern && (narrow === "" || narrow.startsWith("./"));
}

/**
 * The one -ldflags word, or none. -s and -w are taken away: they leave the code as it is, but without a symbol table
 * nothing could be proved on the executable.
 */
export function combineLdflags(words: readonly string[], layoutSeed: number | undefined): readonly string[] {
  const kept = words
    .map((word) => (word.startsWith("-") ? word : word.slice(word.indexOf("=") + 1)))
    .map((word) => word.replace(/(^|\s)--?[sw](=true)?(?=\s|$)/g, "$1").trim())
    .filter((word) => word !== "");
  const layout = layoutSeed === undefined ? [] : [`-randlayout=${randlayoutSeed(layoutSeed)}`];
  const all = [...kept, ...layout];
  // An empty word still overrides what GOFLAGS says, where it says nothing but to strip.
  return all.length === 0 && words.length === 0 ? [] : [`-ldflags=${all.join(" ")}`];
}

/** The linker reads 0 as "do not shuffle". */
function randlayoutSeed(seed: number): number {
  return seed === 0 ? 4_294_967_296 : seed;
}
