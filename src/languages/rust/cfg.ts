/**
 * Whether a cfg() expression of a cargo configuration holds for a target, given the lines of `rustc --print cfg`.
 * An expression that cannot be read does not hold.
 */
export function cfgHolds(expression: string, facts: ReadonlySet<string>): boolean {
  const tokens = expression.match(/[A-Za-z_][\w-]*|"[^"]*"|[(),=]/g) ?? [];
  const parser = { tokens, at: 0 };
  const holds = tokens[0] === "cfg" && tokens[1] === "(" ? parse({ ...parser, at: 2 }, facts) : undefined;
  return holds?.holds ?? false;
}

interface Parser {
  readonly tokens: readonly string[];
  readonly at: number;
}

interface Parsed {
  readonly holds: boolean;
  readonly next: number;
}

function parse({ tokens, at }: Parser, facts: ReadonlySet<string>): Parsed | undefined {
  const name = tokens[at];
  if (name === undefined) return undefined;
  if (tokens[at + 1] === "(" && (name === "all" || name === "any" || name === "not"))
    return parseList(name, { tokens, at: at + 2 }, facts);
  if (tokens[at + 1] === "=") return { holds: facts.has(`${name}=${tokens[at + 2] ?? ""}`), next: at + 3 };
  return { holds: name === "true" || facts.has(name), next: at + 1 };
}

function parseList(
  operator: "all" | "any" | "not",
  { tokens, at }: Parser,
  facts: ReadonlySet<string>,
): Parsed | undefined {
  const values: boolean[] = [];
  let next = at;
  while (tokens[next] !== ")") {
    const value = parse({ tokens, at: next }, facts);
    if (value === undefined) return undefined;
    values.push(value.holds);
    next = tokens[value.next] === "," ? value.next + 1 : value.next;
  }
  const holds =
    operator === "all"
      ? values.every(Boolean)
      : operator === "any"
        ? values.some(Boolean)
        : values[0] !== true;
  return { holds, next: next + 1 };
}
