import { isLibraryFile, ownFrame } from "../../base/symbolizer-output.ts";
import type { Evidence } from "../../model/evidence.ts";
import type { HotCode } from "./hot-code.ts";
import { baseName, locationOf, percent } from "./listing-evidence.ts";

/** A loop with so much of a function's samples is what its time is. */
const nearlyAll = 0.9;

interface CheckedLine {
  readonly place: string;
  checks: number;
  samples: number;
}

/**
 * Bounds checks that survived in a hot function, by line of the user's source: the place of each branch to a panic,
 * lifted out of inlined library code. Also when none survived, which speaks against the factor; of a library's function
 * without checks nothing is said.
 */
export function boundsEvidence(code: HotCode, subject: string, index: number): readonly Evidence[] {
  const { hot } = code;
  const lines = checkedLines(code);
  const inLoop = code.loop.instructions.filter((one) => one.class === "bounds check").length;
  const total = lines.reduce((sum, one) => sum + one.checks, 0);
  const location = locationOf(code);
  if (total === 0 && (location === undefined || isLibraryFile(location.file))) return [];
  const where = inLoop === 0 ? "none of them in its hot code" : `${inLoop} of them in its hot code`;
  return [
    {
      id: `${subject}-bounds-${index}`,
      kind: "bounds checks",
      subject,
      title:
        total === 0
          ? `${hot.symbol}: no bounds check is left`
          : `${hot.symbol}: ${total} bounds ${total === 1 ? "check is" : "checks are"} left, ${where}`,
      explains: inLoop === 0 ? [] : ["bounds-checks"],
      // Where much of the function's time is outside of the loop, checks there may cost.
      ...(total === 0 || (inLoop === 0 && code.loop.share >= nearlyAll)
        ? { against: ["bounds-checks"] }
        : {}),
      ...(location === undefined ? {} : { location }),
      detail: lines
        .map(
          ({ place, checks, samples }) =>
            `${place}: ${checks} ${checks === 1 ? "check" : "checks"}, ${percent(samples / Math.max(1, hot.selfSamples))} of the function's samples on the line`,
        )
        .join("\n"),
    },
  ];
}

function checkedLines({ instructions, lines, hot }: HotCode): readonly CheckedLine[] {
  const bySample = new Map(hot.lines.map((one) => [`${baseName(one.file)}:${one.line}`, one.samples]));
  const found = new Map<string, CheckedLine>();
  for (const one of instructions) {
    if (one.class !== "bounds check") continue;
    const own = ownFrame(lines.get(one.address) ?? []);
    const place = own?.line === undefined ? "compiler generated" : `${baseName(own.file ?? "")}:${own.line}`;
    const known = found.get(place) ?? { place, checks: 0, samples: bySample.get(place) ?? 0 };
    known.checks++;
    found.set(place, known);
  }
  return [...found.values()].sort(
    (left, right) => right.samples - left.samples || right.checks - left.checks,
  );
}
