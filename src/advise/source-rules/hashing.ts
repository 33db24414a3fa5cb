import { isSipHash } from "../../base/symbol-name.ts";
import type { SampledCall } from "../../model/source-site.ts";
import type { SourceRule } from "../source-lead.ts";
import { upperStackShare } from "../source-shares.ts";
import { callLines, evidenceIds, locationOf, percentText, placeText } from "../source-text.ts";

const mapCall =
  /\b(?:hash_map|HashMap|HashSet|hashbrown|entry|insert|get|get_mut|contains_key|contains|remove|rustc_entry|RandomState)\b/;
const insideMap = /\bhashbrown\b|\bhash_map\b|\bHashMap\b|\bHashSet\b|\bRandomState\b|BuildHasher::hash_one/;
const leastShare = 0.03;

/** A Rust map with the default hash function in hot code: the line that uses the map most. */
export const hashing: SourceRule = (input) => {
  const { profile, subject, language } = input;
  if (language !== "rust" || profile === undefined) return [];
  const usesSip = ({ callee, below }: SampledCall) => mapCall.test(callee) && below.some(isSipHash);
  const lines = callLines(input.calls, usesSip);
  const [hottest] = lines;
  const hashing = lines.reduce((sum, { share }) => sum + share, 0);
  if (hottest === undefined || hashing < leastShare) return [];
  // The look-up waits for the hash: what a faster one gains shows in the map's own code and in the line around it.
  const places = new Set(lines.map(({ call: { file, line } }) => `${file}:${line}`));
  const share = upperStackShare(
    profile,
    ({ names, line }) =>
      (line !== undefined && places.has(line)) ||
      names.some((name) => insideMap.test(name) || isSipHash(name)),
  );
  return [
    {
      id: `${subject}-sip-hash-1`,
      subject,
      title: `The map at ${placeText(hottest.call)} hashes with SipHash (hashing for this line: ${percentText(hottest.share)} of the samples)`,
      change:
        "Where nobody who could harm you chooses the keys, give the map's type a faster hasher: HashMap<K, V, foldhash::fast::RandomState>, or that of ahash or rustc-hash.",
      location: locationOf(hottest.call),
      evidence: evidenceIds(input, ["common fault"]).filter((id) => id.endsWith("sip-hash")),
      counted: { share, what: "the maps and the lines that use them, which wait for the hash" },
      unbounded: "",
      weight: hottest.share,
    },
  ];
};
