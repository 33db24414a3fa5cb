import { type Html, html } from "./html.ts";

const words = (text: string): ReadonlySet<string> => new Set(text.split(" "));

const c =
  "#include #define #if #ifdef #ifndef #else #endif #pragma auto bool break case char const continue default do " +
  "double else enum extern float for goto if inline int long register restrict return short signed sizeof static " +
  "struct switch typedef union unsigned void volatile while";

const keywords: Readonly<Record<"c" | "cpp" | "go" | "rust", ReadonlySet<string>>> = {
  c: words(c),
  cpp: words(
    `${c} alignas catch class concept constexpr const_cast decltype delete dynamic_cast explicit false final friend ` +
      "mutable namespace new noexcept nullptr operator override private protected public reinterpret_cast requires " +
      "static_cast template this throw true try typename using virtual",
  ),
  go: words(
    "break case chan const continue default defer else fallthrough false for func go goto if import interface map " +
      "nil package range return select struct switch true type var",
  ),
  rust: words(
    "as async await break const continue crate dyn else enum extern false fn for if impl in let loop match mod move " +
      "mut pub ref return self Self static struct super trait true type unsafe use where while",
  ),
};

const languages: Readonly<Record<string, keyof typeof keywords>> = {
  c: "c",
  h: "c",
  cc: "cpp",
  cpp: "cpp",
  cxx: "cpp",
  hh: "cpp",
  hpp: "cpp",
  go: "go",
  rs: "rust",
};

/** A comment, a string or a character, a number, a word; what an apostrophe begins in Rust may be a lifetime. */
const tokens =
  /(?<comment>\/\/.*|\/\*)|(?<text>"(?:[^"\\]|\\.)*"?|'(?:\\[^']{1,10}|[^'\\])'|`)|(?<number>\b\d[\w.]*)|(?<word>#?[\p{L}_][\p{L}\d_]*)/gu;

/** What goes on in the next line until its end is found. */
interface Open {
  readonly end: "*/" | "`";
  readonly className: "tc" | "ts";
}

/**
 * Lines of source with comments, strings, numbers and keywords marked, by the file's ending; lines of a language that
 * is not known stay as they are. An excerpt that begins inside a comment is read as code until that comment ends.
 */
export function sourceLines(file: string, lines: readonly string[]): readonly Html[] {
  const language = /\.(\w+)$/.exec(file)?.[1] ?? "";
  const known = Object.hasOwn(languages, language) ? languages[language] : undefined;
  if (known === undefined) return lines.map((line) => html`${line}`);
  let open: Open | undefined;
  return lines.map((line) => {
    const read = readLine(line, open, keywords[known]);
    open = read.open;
    return html`${read.pieces}`;
  });
}

function readLine(line: string, before: Open | undefined, known: ReadonlySet<string>) {
  const pieces: Html[] = [];
  let open = before;
  let at = 0;
  const take = (end: number, className?: string): void => {
    const text = line.slice(at, end);
    if (text !== "")
      pieces.push(className === undefined ? html`${text}` : html`<i class="${className}">${text}</i>`);
    at = end;
  };
  const finish = (from: number): void => {
    if (open === undefined) return;
    const end = line.indexOf(open.end, from);
    take(end === -1 ? line.length : end + open.end.length, open.className);
    if (end !== -1) open = undefined;
  };
  finish(0);
  tokens.lastIndex = at;
  for (let found = tokens.exec(line); found !== null; found = tokens.exec(line)) {
    const [token] = found;
    const className = classOf(found.groups ?? {}, known);
    if (className === undefined) continue;
    take(found.index);
    if (token === "/*" || token === "`") {
      open = token === "/*" ? { end: "*/", className: "tc" } : { end: "`", className: "ts" };
      finish(at + token.length);
      tokens.lastIndex = at;
    } else take(at + token.length, className);
  }
  take(line.length);
  return { pieces, open };
}

function classOf(groups: Readonly<Record<string, string | undefined>>, known: ReadonlySet<string>) {
  if (groups["comment"] !== undefined) return "tc";
  if (groups["text"] !== undefined) return "ts";
  if (groups["number"] !== undefined) return "tn";
  return known.has(groups["word"] ?? "") ? "tk" : undefined;
}
