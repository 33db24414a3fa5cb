import { expect, test } from "vitest";
import { doesNotFit, type Lenses, lensReading } from "./lens-reading.ts";

const slowPays = (ablation: number, accounting: number): Lenses => ({
  ablation,
  accounting,
  flag: "differ",
  wider: "accounting",
  sides: [{ title: "Go", ablation, accounting }, { title: "Rust" }],
});
const fastPays = (ablation: number, accounting: number): Lenses => ({
  ...slowPays(ablation, accounting),
  sides: [{ title: "Go" }, { title: "Rust", ablation: -ablation, accounting: -accounting }],
});
const bothPay = (slow: readonly [number, number], fast: readonly [number, number | undefined]): Lenses => ({
  ...slowPays(slow[0] - fast[0], slow[1] - (fast[1] ?? 0)),
  sides: [
    { title: "Go", ablation: slow[0], accounting: slow[1] },
    { title: "Rust", ablation: fast[0], ...(fast[1] === undefined ? {} : { accounting: fast[1] }) },
  ],
});
const same: Lenses = { ...bothPay([0.3, 0.29], [0, 0]), flag: "agree" };

test.each([
  ["agreement", same, /^both lenses see about the same cost$/],
  ["more than its seconds", slowPays(0.5, 0.2), /indirect cost/],
  ["less than its seconds", slowPays(0.1, 0.3), /work moved elsewhere/],
  ["less, where the fast side pays", fastPays(-0.36, -1.2), /removes less/],
  ["more, where the fast side pays", fastPays(-1.2, -0.36), /removes more/],
  [
    "nothing counted, and a hair of it on the fast side",
    bothPay([0.42, 0], [0.001, 0.002]),
    /^on the side of Go, switching it off removes more/,
  ],
  [
    "more on the fast side, where both pay",
    bothPay([0.1, 0.1], [0.5, 0.2]),
    /^on the side of Rust, switching it off removes more/,
  ],
  ["a loss where there are seconds", slowPays(-0.3, 0.2), /^switching it off removes less/],
  [
    "a counted interval that says nothing",
    { ...fastPays(-0.43, -1.61), flag: "undetermined" },
    /^the interval counted in profiles is too wide to tell/,
  ],
  [
    "a switched off interval that says nothing",
    { ...slowPays(0.1, 0.3), flag: "undetermined", wider: "ablation" },
    /^the interval of switching it off is too wide to tell/,
  ],
  ["a side without the factor", slowPays(0.5, 0.2), /; counted on the side of Go only$/],
  ["the other side", fastPays(-0.5, -0.2), /; counted on the side of Rust only$/],
  [
    "a side without a sample of it",
    bothPay([0.5, 0.2], [0.1, undefined]),
    /; counted on the side of Go only, no sample of Rust shows it$/,
  ],
  ["hidden by a second core", { ...same, wall: { value: 0.05, half: 0.03 } }, /on another core/],
  ["hidden, but the noise is as large", { ...same, wall: { value: 0.05, half: 0.2 } }, /same cost$/],
  ["seen in wall time too", { ...same, wall: { value: 0.28, half: 0.03 } }, /same cost$/],
  ["no cost to hide", { ...same, ablation: -0.3, wall: { value: -0.9, half: 0 } }, /same cost$/],
  ["a second witness that agrees", { ...same, witness: 0.3 }, /; the runtime's own count agrees/],
  [
    "one that does not",
    { ...same, witness: 0.05 },
    /own count is less than the profile's \(x1\.05 against x1\.34\)/,
  ],
  [
    "one that sees less of what the fast side pays",
    { ...fastPays(-0.09, -0.09), flag: "agree", witness: -0.01 },
    /own count is less than the profile's \(x0\.99 against x0\.91\)/,
  ],
  [
    "one that sees more than a hair of the other side",
    { ...same, accounting: -0.001, witness: 0.3 },
    /own count is more than the profile's \(x1\.35 against x1\.00\)/,
  ],
  [
    "one that sees it on the other side",
    { ...same, witness: -0.2 },
    /own count finds the cost on the other side than the profile \(x0\.82 against x1\.34\)/,
  ],
  [
    "one that cannot be right",
    { ...same, witness: doesNotFit },
    /same cost; the runtime's own count cannot be right here/,
  ],
] as const)("reading of two lenses: %s", (_, lenses, expected) => {
  expect(lensReading(lenses)).toMatch(expected);
});
