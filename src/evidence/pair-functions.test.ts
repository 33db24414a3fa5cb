import { expect, test } from "vitest";
import { hot, side } from "../../test/support/paired-side.ts";
import type { Profile } from "../model/profile.ts";
import { nameWords, pairFunctions, pairingEvidence } from "./pair-functions.ts";

test.each([
  ["main.siftDown", "sift down"],
  ["heap::sift_down", "sift down"],
  ["main.(*Heap[go.shape.int]).SiftDown", "sift down"],
  ["<heap::Heap<T> as heap::Sift>::sift_down", "sift down"],
  ["app::Heap::siftDown(std::vector<int>&)", "sift down"],
  ["prog::main::{{closure}}", "main"],
  ["main.main.func1", "main"],
  ["sum", "sum"],
])("%s has the words %s", (symbol, words) => {
  expect(nameWords(symbol).join(" ")).toBe(words);
});

test("functions of one name are sure, others by share and callers with their doubt", () => {
  const left = side(
    "go",
    [hot("main.sum", 0.5), hot("main.digest", 0.3, 0.4), hot("main.render", 0.1)],
    [["main.digest", "main.run"]],
  );
  const right = side(
    "rust",
    [hot("prog::sum", 0.4), hot("prog::checksum", 0.35, 0.4)],
    [["prog::checksum", "prog::run"]],
  );
  const pairing = pairFunctions(left, right);
  expect(pairing.pairs.map((pair) => [pair.left.symbol, pair.right.symbol, pair.doubt])).toEqual([
    ["main.sum", "prog::sum", "sure"],
    ["main.digest", "prog::checksum", "doubtful"],
  ]);
  expect(pairing.aloneLeft.map((one) => one.symbol)).toEqual(["main.render"]);
  const [evidence] = pairingEvidence(left, right, pairing);
  expect(evidence?.title).toBe("2 hot functions of Go found again in Rust, 2 in doubt or without a partner");
  expect(evidence?.detail).toContain(
    "main.digest (30 %) and prog::checksum (35 %): similar share of the time, called from or calling functions of the same names, doubtful",
  );
  expect(evidence?.detail).toContain("Go only: main.render (10 %)");
  expect(evidence?.pairing).toEqual({
    beside: "rust",
    pairs: [
      { own: "main.sum", other: "prog::sum", doubt: "sure" },
      { own: "main.digest", other: "prog::checksum", doubt: "doubtful" },
    ],
  });
});

test("a cool function is a partner by its name only, and main is no name to be sure of", () => {
  const left = side("go", [hot("main.build", 0.02), hot("main.main", 0.1), hot("main.other", 0.02)]);
  const right = side("rust", [hot("p::build", 0.3), hot("p::main", 0.65), hot("p::another", 0.03)]);
  const pairing = pairFunctions(left, right);
  expect(pairing.pairs.map((pair) => [pair.right.symbol, pair.doubt]).toSorted()).toEqual([
    ["p::build", "sure"],
    ["p::main", "doubtful"],
  ]);
  expect(pairing.aloneRight.map((one) => one.symbol)).toEqual(["p::another"]);
  expect(pairing.aloneLeft).toEqual([]);
});

test("a function that was inlined into main is found by the name it has in the source", () => {
  const left = side("go", [hot("main.fillTable", 0.97)]);
  const right = side("rust", [hot("lcs::main", 0.98)]);
  const library = "/rustc/59807616e1fa2540724bfbac14d7976d7e4a3860/library/core/src/slice.rs";
  const inlined = [
    { symbol: "core::slice::get", file: library, line: 1 },
    { symbol: "fill_table", file: "/p/main.rs", line: 25 },
    { symbol: "lcs::main", file: "/p/main.rs", line: 87 },
  ];
  const frames = [{ symbol: "lcs::main", module: "/p", inlined }];
  const profile: Profile = { ...right.profile, frames, stacks: [{ frames: [0], counts: [90] }] };
  const [pair] = pairFunctions(left, { ...right, profile }).pairs;
  expect(pair?.doubt).toBe("sure");
  expect(pair?.reasons[0]).toBe("same name (fill_table was inlined into lcs::main)");
});
