import type { Evidence } from "../../model/evidence.ts";
import type { FactorId } from "../../model/factor.ts";
import type { HotCode } from "../code/hot-code.ts";
import { baseName, locationOf, percent } from "../code/listing-evidence.ts";
import { distinct, type Remark } from "./remark.ts";

interface Topic {
  readonly topics: readonly Remark["topic"][];
  readonly id: string;
  readonly explains: readonly FactorId[];
  title(remarks: readonly Remark[], name: string): string;
}

const count = (remarks: readonly Remark[], topic: Remark["topic"]) =>
  remarks.filter((one) => one.topic === topic).length;

/** Remarks that belong in one piece of evidence, with the factors that they speak about. */
const groups: readonly Topic[] = [
  {
    topics: ["vectorised", "not vectorised"],
    id: "vector",
    explains: ["vectorisation"],
    title: (remarks, name) => {
      const vectorised = count(remarks, "vectorised");
      return vectorised === 0
        ? `${name}: the compiler vectorised nothing and says why`
        : `${name}: the compiler vectorised ${vectorised} ${vectorised === 1 ? "place" : "places"}`;
    },
  },
  {
    topics: ["unrolled"],
    id: "unroll",
    explains: ["unrolling"],
    title: (_, name) => `${name}: the compiler unrolled loops`,
  },
  {
    topics: ["inlined", "not inlined"],
    id: "inline",
    explains: ["inlining"],
    title: (remarks, name) =>
      `${name}: what the compiler says on inlining (${count(remarks, "inlined")} inlined, ${count(remarks, "not inlined")} not)`,
  },
  {
    topics: ["bounds check"],
    id: "check",
    explains: ["bounds-checks"],
    title: (remarks, name) =>
      `${name}: the compiler could not prove ${remarks.length} ${remarks.length === 1 ? "access" : "accesses"} to be within bounds`,
  },
  {
    topics: ["escape"],
    id: "escape",
    explains: ["gc", "allocator", "memory-reclamation"],
    title: (remarks, name) =>
      `${name}: ${remarks.length} ${remarks.length === 1 ? "value escapes" : "values escape"} to the heap`,
  },
];

const maxDetailLines = 40;

/** What the compiler said about one hot function, in at most one piece of evidence a topic. */
export function remarkEvidence(
  code: HotCode,
  remarks: readonly Remark[],
  subject: string,
  index: number,
): readonly Evidence[] {
  const about = aboutFunction(code, remarks);
  const location = locationOf(code);
  return groups.flatMap((group) => {
    const chosen = about.filter(({ remark }) => group.topics.includes(remark.topic));
    if (chosen.length === 0) return [];
    const shown = chosen.toSorted((left, right) => right.samples - left.samples).slice(0, maxDetailLines);
    return [
      {
        id: idOf(group, subject, index),
        kind: "compiler remark",
        subject,
        title: group.title(
          chosen.map((one) => one.remark),
          code.hot.symbol,
        ),
        explains: group.explains,
        ...(location === undefined ? {} : { location }),
        detail: [
          ...shown.map(({ remark, samples }) =>
            describe(remark, samples / Math.max(1, code.hot.selfSamples)),
          ),
          ...(shown.length < chosen.length ? [`... and ${chosen.length - shown.length} more`] : []),
        ].join("\n"),
      },
    ];
  });
}

/** The evidence that a remark is part of; undefined for topics that are in none. */
export function evidenceOfRemark(topic: Remark["topic"], subject: string, index: number): string | undefined {
  const group = groups.find(({ topics }) => topics.includes(topic));
  return group === undefined ? undefined : idOf(group, subject, index);
}

function idOf(group: Topic, subject: string, index: number): string {
  return `${subject}-remark-${group.id}-${index}`;
}

interface Placed {
  readonly remark: Remark;
  readonly samples: number;
}

/** Remarks that name the function (demangled: another build may mangle it otherwise), or a line that some instruction of it came from. */
export function aboutFunction(code: HotCode, remarks: readonly Remark[]): readonly Placed[] {
  const samplesOf = new Map<string, number>();
  for (const { address } of code.instructions) {
    const frames = code.lines.get(address) ?? [];
    // One line can stand twice in a chain: a call of a function that was inlined and then again inlined.
    for (const key of new Set(frames.map((frame) => `${baseName(frame.file ?? "")}:${frame.line ?? 0}`)))
      samplesOf.set(key, (samplesOf.get(key) ?? 0) + (code.samples.get(address) ?? 0));
  }
  return distinct(remarks).flatMap((remark) => {
    if (isNoise(remark)) return [];
    const samples = samplesOf.get(`${baseName(remark.file ?? "")}:${remark.line ?? 0}`);
    const named = remark.function !== undefined;
    if (named ? remark.function !== code.hot.symbol : samples === undefined) return [];
    return [{ remark, samples: samples ?? 0 }];
  });
}

/** Calls of functions that only the linker sees cannot be inlined by any compiler; most of them are panics. */
function isNoise({ topic, message }: Remark): boolean {
  return topic === "not inlined" && message.includes("its definition is unavailable");
}

function describe(remark: Remark, share: number): string {
  const place =
    remark.line === undefined || remark.line === 0
      ? ""
      : `${baseName(remark.file ?? "")}:${remark.line}:${remark.column ?? 0} `;
  const weight = share < 0.005 ? "" : ` (${percent(share)} of the function's samples)`;
  return `${place}${remark.topic}${remark.message === "" ? "" : `: ${remark.message}`}${weight}`;
}
