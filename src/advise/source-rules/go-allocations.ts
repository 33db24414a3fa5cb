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
const components = ["alloc", "gc", "write-barrier"];

interface Kind {
  readonly id: string;
  matches(call: SampledCall): boolean;
  title(line: CallLine, escaping: string | undefined): string;
  readonly change: string;
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
    id: "escape",
    matches: ({ callee }) => /^runtime\.(newobject|mallocgc|makeslice|makemap)/.test(callee),
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
  return kinds.flatMap((kind) => {
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
      : { counted: { share, what: "the allocator, the collector and its write barriers together" } }),
    unbounded: "the program was not profiled",
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
