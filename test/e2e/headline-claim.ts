/** Causes that the page's headlines name, in the words of the answer. */
const causePhrases = ["vectorisation", "write calls", "unbuffered output"] as const;

/** What the first paragraph of an answer says: who is faster, how far apart, and which causes, in the order they come in. */
export interface HeadlineClaim {
  readonly faster: string;
  readonly slower: string;
  readonly metric: string;
  readonly low: number;
  readonly high: number;
  readonly causes: readonly string[];
}

const headline =
  /^(\S+) is [\d.]+x faster than (\S+) here \(([\d.]+)-([\d.]+), ([a-z ]+)\)\.((?:.|\n(?!\n))*)/im;

/** The claim of the first headline in a text; undefined: there is none, or it tells no gap. */
export function headlineClaim(text: string): HeadlineClaim | undefined {
  const [, faster = "", slower = "", low, high, metric = "", why = ""] = headline.exec(text) ?? [];
  if (faster === "") return undefined;
  const words = why.replaceAll(/\s+/g, " ").toLowerCase();
  const causes = causePhrases
    .filter((phrase) => words.includes(phrase))
    .toSorted((left, right) => words.indexOf(left) - words.indexOf(right));
  return { faster, slower, metric, low: Number(low), high: Number(high), causes };
}

/** What is wrong with a printed answer, held against the page's and against a range that the true ratio lies in. */
export function claimFault(
  printed: HeadlineClaim | undefined,
  page: HeadlineClaim,
  truth: readonly [low: number, high: number],
): string | undefined {
  const who = ({ faster, slower, metric }: HeadlineClaim) =>
    `${faster} is faster than ${slower} in ${metric}`;
  if (printed === undefined) return `no gap is told, where the page says: ${who(page)}`;
  if (who(printed) !== who(page)) return `${who(printed)}, where the page says: ${who(page)}`;
  if (!(printed.low > 1)) return `the interval from ${printed.low} does not exclude 1`;
  if (printed.low > truth[1] || printed.high < truth[0])
    return `the interval ${printed.low}-${printed.high} misses the truth, ${truth.join("-")}`;
  const named = printed.causes.slice(0, page.causes.length).join(", ");
  const wanted = page.causes.join(", ");
  return named === wanted ? undefined : `it names first "${named}", where the page has "${wanted}"`;
}
