import type { SampledCall } from "../../model/source-site.ts";
import type { SourceRule } from "../source-lead.ts";
import { componentShare, upperStackShare } from "../source-shares.ts";
import { callLines, evidenceIds, locationOf, percentText, placeText } from "../source-text.ts";

/** Go has entry points of their own for keys of 4 and 8 bytes; "ptr" are those that hold pointers. */
const byInteger = /^(?:internal\/)?runtime(?:\/maps)?\.map(?:access[12]|assign|delete)_fast(?:32|64)$/;
const insideMap = /^(?:runtime\.(?:map|memhash|strhash|aeshash)|internal\/runtime\/maps\.|aeshash|memeqbody)/;
/** Maps that take less of the samples are left alone: what stands in their place costs something too. */
const worthIt = 0.2;
const leastShare = 0.1;
const named = 3;

/** Go maps with integer keys in hot code: the line that uses them most. */
export const goMaps: SourceRule = (input) => {
  const { profile, subject, language, facts } = input;
  const inMaps = componentShare(facts, ["hash"]);
  if (language !== "go" || profile === undefined || inMaps < worthIt) return [];
  const usesInteger = ({ callee }: SampledCall) => byInteger.test(callee);
  const lines = callLines(input.calls, usesInteger);
  const [hottest] = lines;
  const share = lines.reduce((sum, line) => sum + line.share, 0);
  if (hottest === undefined || share < leastShare) return [];
  // A line waits for what it looks up, and keeps nothing in registers over the call.
  const places = new Set(lines.map(({ call: { file, line } }) => `${file}:${line}`));
  const touched = upperStackShare(
    profile,
    ({ names, line }) =>
      (line !== undefined && places.has(line)) || names.some((name) => insideMap.test(name)),
  );
  const others = lines
    .slice(1, named)
    .filter(({ call }) => call.file === hottest.call.file)
    .map(({ call }) => call.line);
  const also =
    others.length === 0 ? "" : ` (and line${others.length === 1 ? "" : "s"} ${others.join(" and ")})`;
  return [
    {
      id: `${subject}-integer-map-1`,
      subject,
      title: `${placeText(hottest.call)}${also} looks up a map by a key of 4 or 8 bytes (${percentText(share)} of the samples in these look-ups)`,
      change:
        "Where the keys are small integers, a slice indexed by the key serves ([]T, with a []bool beside it where it matters which are there): it needs no hash and no search.",
      location: locationOf(hottest.call),
      evidence: evidenceIds(input, ["program difference"]).filter((id) => id.endsWith("-time-hash")),
      counted: { share: touched, what: "maps and the lines that look these up" },
      unbounded: "",
      weight: share,
    },
  ];
};
