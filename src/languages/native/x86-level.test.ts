import { expect, it } from "vitest";
import { lackingFlags } from "./x86-level.ts";

const v2 = "cx16 lahf_lm popcnt sse4_1 sse4_2 ssse3";
const v3 = `${v2} avx avx2 bmi1 bmi2 f16c fma abm movbe xsave`;
const cpuinfo = (flags: string): string => `processor\t: 0\nflags\t\t: fpu ${flags} sse\nbugs\t\t:\n`;

it.each([
  [v2, 2, []],
  [v3, 3, []],
  [v3.replace("avx2 ", ""), 3, ["avx2"]],
  ["", 2, v2.split(" ")],
  [v3, 4, ["avx512f", "avx512bw", "avx512cd", "avx512dq", "avx512vl"]],
])("a processor with %j lacks for level %i: %j", (flags, level, lacking) => {
  expect(lackingFlags(cpuinfo(flags), level)).toEqual(lacking);
});

it("trusts no processor that it knows nothing of", () => {
  expect(lackingFlags("", 3)).not.toEqual([]);
  expect(lackingFlags("Features\t: fp asimd\n", 2)).not.toEqual([]);
});
