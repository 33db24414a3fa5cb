import { expect, test } from "vitest";
import type { Evidence } from "../model/evidence.ts";
import { type Coded, codeRows } from "./html-code-rows.ts";

const coded = (subject: string, symbol: string, share: number): Coded => ({
  place: 0,
  evidence: {
    id: `${subject}-${symbol}`,
    kind: "listing",
    subject,
    title: symbol,
    explains: [],
    detail: "",
    listing: { symbol, lines: [{ address: 1, text: "nop", class: "other", share, inLoop: false }] },
  },
});

const symbols = (columns: readonly (readonly Coded[])[], pairings?: readonly Evidence[]) =>
  codeRows(columns, pairings).map((row) => row.map((cell) => cell?.evidence.listing?.symbol));

test("functions of one name stand next to each other, work without a partner alone", () => {
  expect(
    symbols([
      [coded("go", "main.audit", 0.8), coded("go", "main.(*state).siftDown", 0.2)],
      [coded("rust", "dead_work::State<T>::sift_down", 0.9)],
    ]),
  ).toEqual([
    ["main.(*state).siftDown", "dead_work::State<T>::sift_down"],
    ["main.audit", undefined],
  ]);
});

test("what has no match stands alone, and is not set beside what is left of the other", () => {
  expect(
    symbols([
      [coded("go", "main.build", 0.4)],
      [coded("rust", "tree::bottom_up", 0.5), coded("rust", "free", 0.1)],
    ]),
  ).toEqual([
    [undefined, "tree::bottom_up"],
    ["main.build", undefined],
    [undefined, "free"],
  ]);
});

const pairing = (
  subject: string,
  beside: string,
  ...pairs: readonly (readonly [string, string, "sure" | "likely" | "doubtful"])[]
): Evidence => ({
  id: `${subject}-${beside}-pairs`,
  kind: "pairing",
  subject,
  title: "",
  explains: [],
  detail: "",
  pairing: { beside, pairs: pairs.map(([own, other, doubt]) => ({ own, other, doubt })) },
});

const own = (subject: string, symbol: string, share: number): Coded => {
  const { evidence, place } = coded(subject, symbol, share);
  return { evidence: { ...evidence, location: { file: `/src/${subject}/main`, line: 1 } }, place };
};

test("the run's own pairing decides, not names or order, and a doubtful pair is none", () => {
  expect(
    symbols(
      [
        [coded("go", "runtime.mapassign_faststr", 0.3), coded("go", "strings.ToLower", 0.2)],
        [coded("rust", "hash_one", 0.3), coded("rust", "str::to_lowercase", 0.1)],
      ],
      [
        pairing(
          "go",
          "rust",
          ["strings.ToLower", "str::to_lowercase", "likely"],
          ["runtime.mapassign_faststr", "hash_one", "doubtful"],
        ),
      ],
    ),
  ).toEqual([
    ["runtime.mapassign_faststr", undefined],
    [undefined, "hash_one"],
    ["strings.ToLower", "str::to_lowercase"],
  ]);
});

test("the one hot function of each program's own is held against the other's", () => {
  const go = [own("go", "main.count", 0.5), coded("go", "runtime.mallocgc", 0.3)];
  const rust = [own("rust", "word_count::main", 0.4), coded("rust", "hash_one", 0.2)];
  const none = [pairing("go", "rust")];
  const rows = [
    ["main.count", "word_count::main"],
    ["runtime.mallocgc", undefined],
    [undefined, "hash_one"],
  ];
  expect(symbols([go, rust], none)).toEqual(rows);
  expect(symbols([go, [...rust, own("rust", "word_count::split", 0.1)]], none)[0]).toEqual([
    "main.count",
    undefined,
  ]);
});

test("two slower programs meet in the row of the fastest", () => {
  expect(
    symbols(
      [[coded("a", "f", 0.5)], [coded("b", "g", 0.4)], [coded("c", "h", 0.3)]],
      [pairing("a", "c", ["f", "h", "sure"]), pairing("b", "c", ["g", "h", "sure"])],
    ),
  ).toEqual([["f", "g", "h"]]);
});
