import type { SampledCall, SourceSite } from "../../model/source-site.ts";
import type { LeadInput, SourceLead, SourceRule } from "../source-lead.ts";
import { componentShare, upperComponentShare } from "../source-shares.ts";
import {
  type CallLine,
  callLines,
  evidenceIds,
  locationOf,
  percentText,
  placeText,
  shortName,
} from "../source-text.ts";

const components = ["alloc", "drop-glue"];
/** What fresh memory brings with it, besides making and freeing. */
const withFaults = [...components, "copy", "page-faults"];
const worthIt = 0.1;
const leastShare = 0.03;

const allocator =
  /(?:^|[^\w])(?:__rust_alloc|__rust_realloc|__rust_alloc_zeroed|exchange_malloc|malloc|calloc|realloc|_Znwm|_Znam|operator new)/;
/** By their paths alone: most type arguments name the allocator too. */
const allocating =
  /\b(?:malloc|calloc|realloc|_int_malloc|__rust_\w*alloc\w*|__rdl_\w+|exchange_malloc|alloc_impl|alloc_zeroed|allocate\w*|try_allocate\w*|finish_grow|_Znwm|_Znam|operator new)\b|\balloc::alloc::/;
const makesObject =
  /\b(?:new|with_capacity|from_elem|from_iter|collect|to_vec|to_owned|to_string|clone|push|extend|format|box_new)\b/;
const grows = /raw_vec\w*::.*(?:grow|reserve)|RawVec\w*(?:<.*>)?::(?:grow|reserve)/;

/** A String is a vector of bytes inside, below its own functions. Type arguments are what a vector holds. */
function isOfString(symbol: string): boolean {
  return symbol.startsWith("<alloc::string::String as ") || /\bstring::/.test(shortName(symbol));
}

const changes: Readonly<Record<string, string>> = {
  rust: "Keep the objects in one Vec and refer to them by index, or take them from an arena that is freed at once; where the size is known, reuse one buffer (clear, not new).",
  c: "Take the objects from one block that is freed at once (an arena, an array and indices), or reuse one buffer.",
  cpp: "Take the objects from one block that is freed at once (an arena, std::pmr::monotonic_buffer_resource, a vector and indices), or reuse one buffer.",
};

/** Lines that make objects on the heap one by one where the allocator takes much of the time. */
export const nativeAllocations: SourceRule = (input) => {
  const change = changes[input.language];
  const share = componentShare(input.facts, components);
  if (change === undefined || share < worthIt) return [];
  const place = allocatingLine(input);
  if (place === undefined) return [];
  const upper = upperComponentShare(input.facts, withFaults);
  return [
    {
      id: `${input.subject}-allocation-1`,
      subject: input.subject,
      title: `Objects are made one by one at ${placeText(place)}; making and freeing takes ${percentText(share)} of the samples`,
      change,
      location: locationOf(place),
      evidence: evidenceIds(input, ["allocation count", "common fault"]).filter(
        (id) => !id.includes("-fault-") || id.endsWith("allocator-bound"),
      ),
      ...(upper === undefined
        ? {}
        : {
            counted: {
              share: upper,
              what: "making, freeing and copying objects and the page faults of fresh memory",
            },
          }),
      unbounded: "the program was not profiled",
      weight: share,
    },
  ];
};

/** Where samples say it; else the line of a hot function that calls the allocator. */
function allocatingLine({ calls, sites }: LeadInput): SampledCall | SourceSite | undefined {
  const isObject = ({ callee, below }: SampledCall) =>
    makesObject.test(callee) &&
    below.some((name) => allocating.test(shortName(name))) &&
    // A vector that grows is no object of its own, and has a rule of its own.
    !below.some((name) => grows.test(name));
  const sampled = callLines(calls, isObject)[0];
  const called = sites
    .filter(({ kind, what }) => kind === "call" && allocator.test(what))
    .toSorted((left, right) => right.lineShare - left.lineShare)[0];
  if (sampled !== undefined && (called === undefined || sampled.share >= called.lineShare))
    return sampled.call;
  return called;
}

/** Vectors that grow below a line, and copies that a clone makes. */
export const rustCopies: SourceRule = (input) => {
  if (input.language !== "rust") return [];
  const growing = callLines(input.calls, ({ below }) => below.some((name) => grows.test(name)));
  const cloning = callLines(input.calls, ({ callee }) =>
    /\b(?:clone|to_vec|to_owned|into_owned)\b/.test(callee),
  );
  return [
    ...growing
      .filter(({ share }) => share >= leastShare)
      .slice(0, 2)
      .map((line, index) => growLead(input, line, index)),
    ...cloning
      .filter(({ share }) => share >= leastShare)
      .slice(0, 2)
      .map((line, index) => cloneLead(input, line, index)),
  ];
};

function growLead(input: LeadInput, line: CallLine, index: number): SourceLead {
  const isString = [...line.callees, ...line.call.below].some(isOfString);
  return {
    id: `${input.subject}-grow-${index + 1}`,
    subject: input.subject,
    title: `${isString ? "A String" : "A vector"} grows again and again at ${placeText(line.call)} (${percentText(line.share)} of the samples)`,
    change: `Make it with its capacity (${isString ? "String" : "Vec"}::with_capacity(n)), or take it out of the loop and clear it.`,
    ...countedCopies(input, line),
  };
}

function cloneLead(input: LeadInput, line: CallLine, index: number): SourceLead {
  return {
    id: `${input.subject}-clone-${index + 1}`,
    subject: input.subject,
    title: `${shortName(line.callees[0] ?? "a clone")} copies at ${placeText(line.call)} (${percentText(line.share)} of the samples)`,
    change: "Borrow instead (&T, &str, Cow), or move the value where it is not used again.",
    ...countedCopies(input, line),
  };
}

function countedCopies(
  input: LeadInput,
  { call, share }: CallLine,
): Pick<SourceLead, "location" | "evidence" | "counted" | "unbounded" | "weight"> {
  const upper = upperComponentShare(input.facts, withFaults);
  return {
    location: locationOf(call),
    evidence: evidenceIds(input, ["allocation count"]),
    ...(upper === undefined
      ? {}
      : {
          counted: { share: upper, what: "allocating, copying and the page faults of fresh memory" },
        }),
    unbounded: "the program was not profiled",
    weight: share,
  };
}
