import type { ProofResult } from "../model/factor.ts";
import { countText } from "./quantities.ts";

/** What a lever's proof counted as written and switched off: "calls to the panic 12 -> 0". */
export function proofText({ proof, before, after, part }: ProofResult): string {
  const nearer =
    part === undefined || proof.part === undefined ? "" : `, ${proof.part.title} ${movedText(part)}`;
  return `${proof.title} ${movedText({ before, after })}${nearer}`;
}

function movedText({ before, after }: { readonly before: number; readonly after: number }): string {
  return `${countText(before)} -> ${countText(after)}`;
}
