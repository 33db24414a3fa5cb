import type { Listing } from "../../model/evidence.ts";
import type { SourceRule } from "../source-lead.ts";
import { evidenceIds } from "../source-text.ts";

const changes: Readonly<Record<string, string>> = {
  go: "Where 32 bits hold every value, make the elements int32 (int is 64 bits wide here) and sum them as wide as they need.",
  rust: "Where 32 bits hold every value, make the elements i32 or u32 (usize is 64 bits wide here).",
  c: "Where 32 bits hold every value, make the elements int32_t (long and size_t are 64 bits wide here).",
  cpp: "Where 32 bits hold every value, make the elements std::int32_t (long and std::size_t are 64 bits wide here).",
};

/** Beside bytes or 16-bit numbers the 64 bits are lengths and addresses: no program keeps bytes in 64 bits each. */
function isTwice(size: number): boolean {
  return Math.abs(size - Math.LN2) < 1e-9;
}

/** Elements of eight bytes side by side: packed, behind a scaled index, or under a pointer that moves on by eight. */
const element = /\[[^\]]*(?:\*\s?8\b|lsl #3)[^\]]*\]|^(?:add|lea)\s.*(?:\b0x8|\b8|#8)\]?$|\], #8$/;

/** Loads of a slice's header or of a field are 64 bits wide too, whatever the elements are. */
function readsElements({ lines }: Listing): boolean {
  return lines.some((line) => line.inLoop && (line.class === "packed" || element.test(line.text)));
}

/** Numbers that are wider than the other program's in the hot loop of both. */
export const widths: SourceRule = (input) => {
  const change = changes[input.language];
  const difference = input.differences.find(
    ({ id, slow, size, title }) =>
      slow === input.subject && isTwice(size) && /(?:width|element-size)$/.test(id) && / 64-bit /.test(title),
  );
  if (change === undefined || difference === undefined) return [];
  const [loop] = input.evidence.filter(
    ({ subject, kind }) => subject === input.subject && kind === "listing",
  );
  if (loop?.listing !== undefined && !readsElements(loop.listing)) return [];
  return [
    {
      id: `${input.subject}-width-1`,
      subject: input.subject,
      title: difference.title,
      change,
      ...(loop?.location === undefined ? {} : { location: loop.location }),
      evidence: [...difference.evidence, ...evidenceIds(input, ["listing"], loop?.location?.function)],
      ...(difference.atMost === undefined
        ? {}
        : { counted: { share: -Math.expm1(-difference.atMost), what: "the function that holds the loop" } }),
      unbounded:
        "no lever changes a type, and the loop takes nearly all of the time; a patched copy beside it would tell (perfgap explain ORIGINAL PATCHED)",
      weight: 1,
    },
  ];
};
