import type { SampledCall } from "../../model/source-site.ts";
import type { LeadInput, SourceLead, SourceRule } from "../source-lead.ts";
import { upperComponentShare } from "../source-shares.ts";
import {
  baseName,
  type CallLine,
  callLines,
  evidenceIds,
  locationOf,
  percentText,
  placeText,
} from "../source-text.ts";

const leastShare = 0.03;
const maxLines = 3;
/** All that allocating brings with it: the collector's workers are woken by the scheduler, fresh memory is faulted in. */
const components = ["alloc", "gc", "write-barrier", "copy", "scheduler", "page-faults"];
/** Even at a hundred nanoseconds each these take no millisecond. */
const fewAllocations = 10_000;

interface Kind {
  readonly id: string;
  matches(call: SampledCall): boolean;
  title(line: CallLine, escaping: string | undefined): string;
  readonly change: string;
  /** Each costs little: where there are few, the time has another reason. */
  readonly onlyWhereMany?: true;
}

const allocates = ({ below }: SampledCall): boolean =>
  below.some((name) => /^runtime\.(mallocgc|newobject|makeslice|growslice|makemap|rawstring)/.test(name));

/** The first that matches a call is what it is. */
const kinds: readonly Kind[] = [
  {
    id: "grow",
    matches: ({ callee, below }) => callee === "runtime.growslice" && below.length > 0,
    title: ({ call, share }) =>
      `append at ${placeText(call)} grows its slice again and again (${percentText(share)} of the samples)`,
    change:
      "Make the slice with its capacity before the loop (make([]T, 0, n)), with a guess where n is not known, or take it out of the loop and reuse it (s = s[:0]).",
  },
  {
    id: "boxed",
    onlyWhereMany: true,
    matches: ({ callee }) => /^runtime\.convT/.test(callee),
    title: ({ call, share }) =>
      `A value is put into an interface at ${placeText(call)} and allocated for it (${percentText(share)} of the samples)`,
    change: "Keep the concrete type (a type parameter, a method on the type itself), or pass a pointer.",
  },
  {
    id: "string",
    matches: ({ callee }) =>
      /^runtime\.(concatstring|slicebytetostring|stringtoslice|rawstring|intstring)/.test(callee),
    title: ({ call, share }) =>
      `A string is made anew at ${placeText(call)} (${percentText(share)} of the samples)`,
    change:
      "Build it in a strings.Builder or append to a []byte that is reused, or keep one form (string or []byte) all the way.",
  },
  {
    id: "make",
    matches: ({ callee }) => /^runtime\.(makeslice|makemap)/.test(callee),
    title: ({ call, share, callees }, escaping) =>
      `${escaping ?? (callees[0]?.startsWith("runtime.makemap") === true ? "A map" : "A slice")} is made at ${placeText(call)} (${percentText(share)} of the samples)`,
    change:
      "Where this line runs more than once, make it before the loop and reuse it (s = s[:0], clear(s), clear(m)); a small one of constant size needs no heap at all.",
  },
  {
    id: "escape",
    onlyWhereMany: true,
    matches: ({ callee }) => /^runtime\.(newobject|mallocgc)/.test(callee),
    title: ({ call, share }, escaping) =>
      `${escaping ?? "A value"} is allocated on the heap at ${placeText(call)} (${percentText(share)} of the samples)`,
    change:
      "Keep the values in one slice and link them by index, reuse freed ones (a free list, sync.Pool), or return the value itself and not its address: then nothing is allocated one by one.",
  },
  {
    id: "library",
    matches: (call) => allocates(call),
    title: ({ call, share, callees }) =>
      `${callees[0] ?? "A library function"} allocates for ${placeText(call)} (${percentText(share)} of the samples in its allocations)`,
    change:
      "Call a form that fills memory of yours (Append..., a reused buffer) or that hands out one piece at a time (an iterator, a scanner).",
  },
];

/** Lines of Go that the allocator works for, by what makes them allocate. */
export const goAllocations: SourceRule = (input) => {
  if (input.language !== "go") return [];
  const all = input.calls.filter((call) => allocates(call) || kinds[1]?.matches(call) === true);
  const count = input.facts["allocations.count"];
  const areFew = count !== undefined && count < fewAllocations;
  return kinds.flatMap((kind) => {
    if (areFew && kind.onlyWhereMany === true) return [];
    const isFirst = (call: SampledCall) => kinds.find((other) => other.matches(call)) === kind;
    return callLines(all, isFirst)
      .filter(({ share }) => share >= leastShare)
      .slice(0, maxLines)
      .map((line, index) => leadOf(input, kind, { line, index }));
  });
};

function leadOf(
  input: LeadInput,
  kind: Kind,
  { line, index }: { readonly line: CallLine; readonly index: number },
): SourceLead {
  const share = upperComponentShare(input.facts, components);
  return {
    id: `${input.subject}-${kind.id}-${index + 1}`,
    subject: input.subject,
    title: kind.title(line, escapeAt(input, line)),
    change: kind.change,
    location: locationOf(line.call),
    evidence: evidenceIds(input, ["allocation count", "runtime trace"]),
    ...(share === undefined
      ? {}
      : {
          counted: {
            share,
            what: "the allocator, the collector, copying, page faults and the scheduler that serves them",
          },
        }),
    unbounded:
      "the program was not profiled, or by its own sampler only, which sees too little of the collector",
    weight: line.share,
  };
}

/** "&tree{...}", in the compiler's words. */
function escapeAt({ sites }: LeadInput, { call }: CallLine): string | undefined {
  const remark = sites.find(
    ({ kind, file, line }) =>
      kind === "escape" && line === call.line && baseName(file) === baseName(call.file),
  );
  return remark === undefined ? undefined : /^(.{1,60}?) escapes to heap/.exec(remark.what)?.[1];
}
