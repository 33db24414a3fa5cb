import { expect, test } from "vitest";
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

const symbols = (columns: readonly (readonly Coded[])[]) =>
  codeRows(columns).map((row) => row.map((cell) => cell?.evidence.listing?.symbol));

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

test("what has no namesake is set beside what is left of the other", () => {
  expect(
    symbols([
      [coded("go", "main.build", 0.4)],
      [coded("rust", "tree::bottom_up", 0.5), coded("rust", "free", 0.1)],
    ]),
  ).toEqual([
    ["main.build", "tree::bottom_up"],
    [undefined, "free"],
  ]);
});
