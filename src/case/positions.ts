import type { AST } from "toml-eslint-parser";

export type KeyPath = readonly (string | number)[];

/** 1-based place in a TOML document. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/**
 * Where the value at a path stands in a document: its key, or the nearest thing around it that is there. The parser
 * is loaded only when there is something to complain about.
 */
export async function locate(document: string, path: KeyPath): Promise<Position> {
  const { parseTOML } = await import("toml-eslint-parser");
  const root = parseTOML(document).body[0];
  let best: { readonly depth: number; readonly node: AST.TOMLNode } = { depth: 0, node: root };
  for (const { at, node } of entries(root)) {
    const depth = commonPrefix(at, path);
    if (depth === at.length && depth > best.depth) best = { depth, node };
  }
  return { line: best.node.loc.start.line, column: best.node.loc.start.column + 1 };
}

interface Entry {
  readonly at: KeyPath;
  readonly node: AST.TOMLNode;
}

function* entries(root: AST.TOMLTopLevelTable): Generator<Entry> {
  for (const item of root.body) {
    if (item.type === "TOMLKeyValue") yield* keyValueEntries(item, []);
    else {
      yield { at: item.resolvedKey, node: item };
      for (const pair of item.body) yield* keyValueEntries(pair, item.resolvedKey);
    }
  }
}

function* keyValueEntries(pair: AST.TOMLKeyValue, parent: KeyPath): Generator<Entry> {
  const names = pair.key.keys.map((key) => (key.type === "TOMLBare" ? key.name : key.value));
  const at = [...parent, ...names];
  yield { at, node: pair };
  yield* valueEntries(pair.value, at);
}

function* valueEntries(value: AST.TOMLContentNode, at: KeyPath): Generator<Entry> {
  if (value.type === "TOMLArray") {
    for (const [index, element] of value.elements.entries()) {
      yield { at: [...at, index], node: element };
      yield* valueEntries(element, [...at, index]);
    }
  }
  if (value.type === "TOMLInlineTable") {
    for (const pair of value.body) yield* keyValueEntries(pair, at);
  }
}

function commonPrefix(left: KeyPath, right: KeyPath): number {
  let length = 0;
  while (length < left.length && length < right.length && left[length] === right[length]) length++;
  return length;
}
