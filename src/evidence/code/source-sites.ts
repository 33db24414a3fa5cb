import { isLibraryFile, ownFrame } from "../../base/symbolizer-output.ts";
import type { SourceSite } from "../../model/source-site.ts";
import type { Remark } from "../remarks/remark.ts";
import type { HotCode } from "./hot-code.ts";
import type { Instruction } from "./instruction.ts";
import { baseName } from "./listing-evidence.ts";

export interface SiteCodes {
  readonly codes: readonly HotCode[];
  /** Functions that spend their time in what they call: no loop of theirs is hot. */
  readonly callers: readonly HotCode[];
}

/** What stands on lines of the user's source: checks and calls in its functions, and what the compiler said there. */
export function sourceSites(
  { codes, callers }: SiteCodes,
  remarks: readonly Remark[],
  names: ReadonlyMap<string, string>,
): readonly SourceSite[] {
  return [
    ...codes.flatMap((code) => sitesOfCode(code, names)),
    ...callers
      .flatMap((code) => sitesOfCode(code, names))
      .map((site) => ({
        ...site,
        inHotLoop: false,
        inHotCode: false,
      })),
    ...sitesOfRemarks(codes, remarks),
  ];
}

/** Mangled names of functions that hot code calls. */
export function calleesOf(codes: readonly HotCode[]): readonly string[] {
  return codes.flatMap(({ instructions }) => instructions.flatMap(({ callee }) => callee ?? []));
}

function sitesOfCode(code: HotCode, names: ReadonlyMap<string, string>): readonly SourceSite[] {
  const { hot, loop, instructions, lines } = code;
  const hottest = new Set<Instruction>(loop.instructions);
  const perSample = hot.selfShare / Math.max(1, hot.selfSamples);
  const samplesOf = new Map(hot.lines.map((one) => [`${one.file}:${one.line}`, one.samples]));
  const found = new Map<string, SourceSite>();
  for (const one of instructions) {
    const kind = kindOf(one);
    const own = ownFrame(lines.get(one.address) ?? []);
    if (kind === undefined || own?.file === undefined || own.line === undefined) continue;
    if (isLibraryFile(own.file)) continue;
    const what = kind === "call" ? (names.get(one.callee ?? "") ?? one.callee ?? "") : "";
    const inHotCode = hottest.has(one);
    const key = [kind, own.file, own.line, what, inHotCode].join("\0");
    const known = found.get(key);
    found.set(key, {
      kind,
      file: own.file,
      line: own.line,
      function: hot.symbol,
      what,
      count: (known?.count ?? 0) + 1,
      inHotLoop: inHotCode && loop.kind === "loop",
      inHotCode,
      lineShare: (samplesOf.get(`${own.file}:${own.line}`) ?? 0) * perSample,
    });
  }
  return [...found.values()];
}

function kindOf({ class: kind, callee, text }: Instruction): SourceSite["kind"] | undefined {
  if (kind === "bounds check") return "bounds check";
  if (kind !== "call") return undefined;
  if (callee !== undefined && callee !== "") return "call";
  // A target that is only not known by name is no pointer: that one stands in a register, or behind one.
  return /\b(?:call|blr)\s+(?:\w+ ptr )?\[?(?!rip)[rxe]\w+/.test(text) ? "indirect call" : undefined;
}

const kinds: Readonly<Partial<Record<Remark["topic"], SourceSite["kind"]>>> = {
  escape: "escape",
  "bounds check": "bounds remark",
  "not inlined": "not inlined",
};

/** Compilers name files shorter than debug information does: they are matched by their last part where hot code is in one. */
function sitesOfRemarks(codes: readonly HotCode[], remarks: readonly Remark[]): readonly SourceSite[] {
  const shares = new Map<string, number>();
  for (const { hot } of codes)
    for (const { file, line, samples } of hot.lines) {
      const key = `${baseName(file)}:${line}`;
      shares.set(key, (shares.get(key) ?? 0) + (samples * hot.selfShare) / Math.max(1, hot.selfSamples));
    }
  return remarks.flatMap(({ topic, message, file, line, function: name }): readonly SourceSite[] => {
    const kind = kinds[topic];
    if (kind === undefined || file === undefined || line === undefined || line === 0) return [];
    if (isLibraryFile(file)) return [];
    return [
      {
        kind,
        file,
        line,
        ...(name === undefined ? {} : { function: name }),
        what: message,
        count: 1,
        inHotLoop: false,
        inHotCode: false,
        lineShare: shares.get(`${baseName(file)}:${line}`) ?? 0,
      },
    ];
  });
}
