import { expect, test } from "vitest";
import { doesNotFit, type Lenses, lensReading } from "./lens-reading.ts";

const same: Lenses = { ablation: 0.3, accounting: 0.29, differ: false };

test.each([
  ["agreement", same, /^both lenses see about the same cost$/],
  ["more than its seconds", { ablation: 0.5, accounting: 0.2, differ: true }, /indirect cost/],
  ["less than its seconds", { ablation: 0.1, accounting: 0.3, differ: true }, /work moved elsewhere/],
  ["less, where the fast side pays", { ablation: -0.36, accounting: -1.2, differ: true }, /removes less/],
  ["more, where the fast side pays", { ablation: -1.2, accounting: -0.36, differ: true }, /removes more/],
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
    { ablation: -0.09, accounting: -0.09, differ: false, witness: -0.01 },
    /own count is less than the profile's \(x0\.99 against x0\.91\)/,
  ],
  [
    "one that cannot be right",
    { ...same, witness: doesNotFit },
    /same cost; the runtime's own count cannot be right here/,
  ],
] as const)("reading of two lenses: %s", (_, lenses, expected) => {
  expect(lensReading(lenses)).toMatch(expected);
});
