import type { Evidence, SourceLocation } from "../model/evidence.ts";
import type { SampledCall, SourceSite } from "../model/source-site.ts";
import type { LeadInput } from "./source-lead.ts";

/** "main.go:20". */
export function placeText({ file, line }: Pick<SourceLocation, "file" | "line">): string {
  return `${baseName(file)}:${line}`;
}

export function baseName(file: string): string {
  return file.slice(file.lastIndexOf("/") + 1);
}

/** Without type arguments, so that a name fits a line. */
export function shortName(symbol: string): string {
  let depth = 0;
  let text = "";
  for (const character of symbol) {
    if (character === "<") depth++;
    else if (character === ">") depth = Math.max(0, depth - 1);
    else if (depth === 0) text += character;
  }
  return text === "" ? symbol : text.replaceAll(/::(?=::|$)/g, "");
}

export function percentText(share: number): string {
  return `${(100 * share).toFixed(share < 0.0995 ? 1 : 0)} %`;
}

/** The text of a line, where some evidence brought the source with it. */
export function lineText(
  evidence: readonly Evidence[],
  { file, line }: Pick<SourceLocation, "file" | "line">,
): string | undefined {
  for (const { source } of evidence) {
    if (source === undefined || baseName(source.file) !== baseName(file)) continue;
    const text = source.lines[line - source.firstLine];
    if (text !== undefined) return text;
  }
  return undefined;
}

/** Ids of the subject's evidence of these kinds, about a function where one is named. */
export function evidenceIds(
  { evidence, subject }: LeadInput,
  kinds: readonly string[],
  aboutFunction?: string,
): readonly string[] {
  return evidence
    .filter((one) => one.subject === subject && kinds.includes(one.kind))
    .filter((one) => aboutFunction === undefined || one.location?.function === aboutFunction)
    .map(({ id }) => id);
}

export function locationOf({ file, line, function: name }: SampledCall | SourceSite): SourceLocation {
  return { file, line, ...(name === undefined ? {} : { function: shortName(name) }) };
}

/** One line of the source with all calls from it that a rule is about. */
export interface CallLine {
  readonly call: SampledCall;
  readonly share: number;
  readonly callees: readonly string[];
}

/** Calls that match, by line, the dearest line first. */
export function callLines(
  calls: readonly SampledCall[],
  matches: (call: SampledCall) => boolean,
): readonly CallLine[] {
  const lines = new Map<string, { call: SampledCall; share: number; callees: Map<string, number> }>();
  for (const call of calls.filter(matches)) {
    const key = `${call.file}:${call.line}`;
    const known = lines.get(key) ?? { call, share: 0, callees: new Map<string, number>() };
    known.share += call.share;
    known.callees.set(call.callee, (known.callees.get(call.callee) ?? 0) + call.share);
    lines.set(key, known);
  }
  return [...lines.values()]
    .map(({ call, share, callees }) => ({
      call,
      share,
      callees: [...callees].sort(([, left], [, right]) => right - left).map(([name]) => name),
    }))
    .sort((left, right) => right.share - left.share);
}
