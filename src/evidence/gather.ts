import { isLibraryFile } from "../base/symbolizer-output.ts";
import type { SubjectId } from "../model/case.ts";
import type { Evidence, Facts } from "../model/evidence.ts";
import type { HotFunction } from "../model/profile.ts";
import type { SourceSite } from "../model/source-site.ts";
import { boundsEvidence } from "./code/bounds-evidence.ts";
import { demangleAll } from "./code/demangle.ts";
import { type HotCode, readHotCode } from "./code/hot-code.ts";
import { listingEvidence } from "./code/listing-evidence.ts";
import { loopFacts } from "./code/loop-facts.ts";
import { openProgram } from "./code/program.ts";
import { readExcerpts } from "./code/source-excerpt.ts";
import { calleesOf, sourceSites } from "./code/source-sites.ts";
import { factEvidence } from "./fact-evidence.ts";
import { readable } from "./remarks/remark.ts";
import { remarkEvidence } from "./remarks/remark-evidence.ts";
import { type Compile, compilerRemarks } from "./remarks/sources.ts";
import type { SeenCode } from "./stances.ts";

export interface GatherRequest {
  readonly subject: SubjectId;
  readonly language: string;
  /** Title of the toolchain: which compiler's words are asked for. */
  readonly toolchain: string;
  /** The program that was profiled. */
  readonly executable: string;
  /** Functions of the program's code, hottest first; those under `minShare` are left out. */
  readonly hot: readonly HotFunction[];
  /** What runs and traces of the baseline said. */
  readonly facts: Facts;
  /** Absent: no compiler remarks (a first answer, or a prebuilt program). */
  readonly compile?: Compile;
  /** Kept between sessions for this subject, source and toolchain: compilers do not repeat remarks on cached code. */
  readonly workDirectory: string;
}

export interface Gathered {
  readonly evidence: readonly Evidence[];
  /** What stands on lines of the user's source, for advice. */
  readonly sites: readonly SourceSite[];
  /** `hotLoop.*` of the hottest function where it has a hot loop: instructions, packedOps, boundsChecks, calls, elementBits. */
  readonly facts: Facts;
  /** How much of the program's code the evidence is about. */
  readonly seen: SeenCode;
  /** What could not be had, in words. */
  readonly lost: readonly string[];
}

export const nothingSeen: SeenCode = { loops: 0, functions: 0 };

const minShare = 0.03;
const maxFunctions = 4;

/** Everything a sceptic can check about one subject, tied to its hot functions. Never rejects for what the program is. */
export async function gatherEvidence(request: GatherRequest): Promise<Gathered> {
  const { subject } = request;
  const fromFacts = factEvidence(subject, request.facts);
  const program = await openProgram(request.executable);
  if (!program.ok)
    return { evidence: fromFacts, sites: [], facts: {}, seen: nothingSeen, lost: [program.error] };
  const hot = request.hot.filter((one) => one.selfShare >= minShare).slice(0, maxFunctions);
  const kind = request.language === "go" ? "go" : "native";
  const { codes, lost } = await readHotCode(program.value, kind, hot);
  const callers = (await readHotCode(program.value, kind, ownCallers(request.hot, hot))).codes;
  const words =
    request.compile === undefined || codes.length === 0
      ? { remarks: [], lost: [] }
      : await compilerRemarks(request.language, request.toolchain, request.workDirectory, request.compile);
  const functions = words.remarks.flatMap((one) => one.function ?? []);
  const remarks = readable(words.remarks, await demangleAll([...new Set(functions)]));
  const sources = await readExcerpts(codes, remarks, subject);
  const evidence = codes.flatMap((code, place) => [
    listingEvidence(code, subject, place + 1, sources[place]),
    ...(hasBoundsChecks(request.language) ? boundsEvidence(code, subject, place + 1) : []),
    ...remarkEvidence(code, remarks, subject, place + 1).map((one) =>
      words.note === undefined ? one : { ...one, title: `${one.title} (${words.note})` },
    ),
  ]);
  return {
    evidence: [...(await withReadableNames(evidence)), ...fromFacts],
    sites: sourceSites({ codes, callers }, remarks, await demangleAll(calleesOf([...codes, ...callers]))),
    facts: loopFacts(codes[0]),
    seen: seenCode(codes, request.hot),
    lost: [...lost, ...words.lost],
  };
}

/** The user's own functions that spend their time in what they call: seen at the leaf now and then. */
function ownCallers(all: readonly HotFunction[], hot: readonly HotFunction[]): readonly HotFunction[] {
  return all
    .filter((one) => !hot.includes(one) && one.addresses.length > 0)
    .filter(({ lines: [line] }) => line !== undefined && !isLibraryFile(line.file))
    .slice(0, maxFunctions);
}

/** C and C++ check nothing by themselves: that none is left would be no news. */
function hasBoundsChecks(language: string): boolean {
  return language !== "c" && language !== "cpp";
}

const mangledName = /_(?:R[A-Za-z]|ZN?[0-9A-Za-z])[\w.$]{4,}/g;

/** Compilers and listings name functions as the linker sees them; people read them demangled. */
async function withReadableNames(evidence: readonly Evidence[]): Promise<readonly Evidence[]> {
  const mangled = new Set(evidence.flatMap((one) => one.detail.match(mangledName) ?? []));
  for (const { listing } of evidence)
    for (const { text } of listing?.lines ?? [])
      for (const name of text.match(mangledName) ?? []) mangled.add(name);
  const names = await demangleAll([...mangled]);
  const readable = (text: string) => text.replaceAll(mangledName, (name) => names.get(name) ?? name);
  return evidence.map((one) => ({
    ...one,
    detail: readable(one.detail),
    ...(one.listing === undefined
      ? {}
      : {
          listing: {
            ...one.listing,
            lines: one.listing.lines.map((line) => ({ ...line, text: readable(line.text) })),
          },
        }),
  }));
}

function seenCode(codes: readonly HotCode[], hot: readonly HotFunction[]): SeenCode {
  const all = hot.reduce((sum, one) => sum + one.selfShare, 0);
  if (all === 0) return nothingSeen;
  const shareOf = (weight: (code: HotCode) => number) =>
    codes.reduce((sum, code) => sum + weight(code) * code.hot.selfShare, 0) / all;
  return { loops: shareOf(({ loop }) => loop.share), functions: shareOf(() => 1) };
}
