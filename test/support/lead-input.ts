import type { LeadInput } from "../../src/advise/source-lead.ts";
import type { SampledCall } from "../../src/model/source-site.ts";

/** A Go program of which nothing is known: no lead follows. */
export const leadInput: LeadInput = {
  subject: "p",
  language: "go",
  facts: {},
  sites: [],
  calls: [],
  evidence: [],
  differences: [],
};

/** A call from a line of its file, with the share of samples in it and below. */
export function sampledCall(
  line: number,
  callee: string,
  share: number,
  below: readonly string[] = [callee],
): SampledCall {
  return { file: "/p/main.go", line, function: "main.work", callee, below, share };
}
