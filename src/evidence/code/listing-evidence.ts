import { ownFrame, type SourceFrame } from "../../base/symbolizer-output.ts";
import type { Evidence, Listing, SourceExcerpt, SourceLocation } from "../../model/evidence.ts";
import type { FactorId } from "../../model/factor.ts";
import type { HotCode } from "./hot-code.ts";
import { countClass } from "./hot-loop.ts";
import type { Instruction } from "./instruction.ts";

/** Instructions shown before and behind a loop, so that a reader sees how it is entered and left. */
const context = 10;

/** The hot loop as a listing: share of the function's samples, class, instruction, line of the source. */
export function listingEvidence(
  code: HotCode,
  subject: string,
  index: number,
  source?: SourceExcerpt,
): Evidence {
  const { loop, hot } = code;
  const place = loop.kind === "loop" ? "hot loop" : "hottest code";
  const location = locationOf(code);
  return {
    id: `${subject}-listing-${index}`,
    kind: "listing",
    subject,
    title: `${hot.symbol}: ${place} of ${loop.instructions.length} instructions, ${countsText(loop.instructions)} (${percent(hot.selfShare)} of all samples)`,
    explains: explainedBy(code),
    ...(location === undefined ? {} : { location }),
    detail: loop.instructions.map((one) => line(code, one)).join("\n"),
    listing: listingOf(code),
    ...(source === undefined ? {} : { source }),
  };
}

function listingOf(code: HotCode): Listing {
  const { hot, instructions, loop, samples } = code;
  const inside = new Set(loop.instructions);
  const places = instructions.flatMap((one, place) => (inside.has(one) ? [place] : []));
  const around = loop.kind === "loop" ? context : 0;
  const first = Math.max(0, (places[0] ?? 0) - around);
  const shown = instructions.slice(first, (places.at(-1) ?? -1) + 1 + around);
  const perSample = hot.selfShare / Math.max(1, hot.selfSamples);
  return {
    symbol: hot.symbol,
    lines: shown.map((one) => {
      const sourceLine = ownFrame(code.lines.get(one.address) ?? [])?.line;
      return {
        address: one.address,
        text: textOf(one),
        class: one.class,
        share: (samples.get(one.address) ?? 0) * perSample,
        inLoop: loop.kind === "loop" && inside.has(one),
        ...(sourceLine === undefined ? {} : { sourceLine }),
      };
    }),
  };
}

function textOf(one: Instruction): string {
  return one.callee === undefined || one.callee === "" ? one.text : `${one.text} <${one.callee}>`;
}

function countsText(instructions: readonly Instruction[]): string {
  const counts = [
    [countClass(instructions, "packed"), "packed"],
    [countClass(instructions, "bounds check"), "bounds check"],
    [countClass(instructions, "call"), "call"],
    [countClass(instructions, "conditional move"), "conditional move"],
    [countClass(instructions, "branch"), "other branch"],
  ] as const;
  return counts
    .filter(([count], place) => count > 0 || place < 2)
    .map(([count, name]) => `${count} ${count === 1 || name === "packed" ? name : plural(name)}`)
    .join(", ");
}

function plural(name: string): string {
  return name.endsWith("branch") ? `${name}es` : `${name}s`;
}

/** A loop speaks for or against what can act on it; a call in it also for inlining. */
function explainedBy({ loop }: HotCode): readonly FactorId[] {
  const { instructions } = loop;
  return [
    "bounds-checks",
    ...(loop.kind === "loop" ? ["vectorisation", "unrolling"] : []),
    ...(countClass(instructions, "call") > 0 ? ["inlining"] : []),
    ...(countClass(instructions, "conditional move") > 0 ? ["if-conversion"] : []),
  ];
}

function line(code: HotCode, one: Instruction): string {
  const share = (code.samples.get(one.address) ?? 0) / Math.max(1, code.hot.selfSamples);
  const own = ownFrame(code.lines.get(one.address) ?? []);
  const place = own?.line === undefined ? "" : `${baseName(own.file ?? "")}:${own.line}`;
  const kind = one.class === "other" || one.class === "jump" ? "" : one.class;
  const text = (share < 0.005 ? "" : percent(share)).padStart(6);
  return `${text}  ${kind.padEnd(16)}  ${textOf(one).padEnd(44)}  ${place}`.trimEnd();
}

/** Where in the user's source the loop is: the line with the most samples. */
export function locationOf({ hot, lines, loop }: HotCode): SourceLocation | undefined {
  const line = hot.lines[0];
  if (line !== undefined) return { file: line.file, line: line.line, function: hot.symbol };
  const frame = loop.instructions
    .map((one) => ownFrame(lines.get(one.address) ?? []))
    .find((one): one is Required<SourceFrame> => one?.file !== undefined && one.line !== undefined);
  return frame === undefined ? undefined : { file: frame.file, line: frame.line, function: hot.symbol };
}

export function baseName(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

/** "41 %", "0.4 %". */
export function percent(share: number): string {
  const value = share * 100;
  return `${value < 9.95 && value > 0 ? value.toFixed(1) : value.toFixed(0)} %`;
}
