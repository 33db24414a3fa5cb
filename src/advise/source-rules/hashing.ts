import type { SourceRule } from "../source-lead.ts";
import { upperLeafShare } from "../source-shares.ts";
import { callLines, evidenceIds, locationOf, percentText, placeText } from "../source-text.ts";

const sip = /\bsip::|SipHasher|DefaultHasher|BuildHasher::hash_one/;
const mapCall =
  /\b(?:hash_map|HashMap|HashSet|hashbrown|entry|insert|get|get_mut|contains_key|contains|remove|rustc_entry|RandomState)\b/;
const leastShare = 0.03;

/** A Rust map with the default hash function in hot code: the line that uses the map most. */
export const hashing: SourceRule = (input) => {
  const { profile, subject, language } = input;
  if (language !== "rust" || profile === undefined) return [];
  const lines = callLines(
    input.calls,
    ({ callee, below }) => mapCall.test(callee) && below.some((name) => sip.test(name)),
  );
  const [hottest] = lines;
  const share = upperLeafShare(profile, (names) => names.some((name) => sip.test(name)));
  if (hottest === undefined || share < leastShare) return [];
  return [
    {
      id: `${subject}-sip-hash-1`,
      subject,
      title: `The map at ${placeText(hottest.call)} hashes with SipHash (hashing for this line: ${percentText(hottest.share)} of the samples)`,
      change:
        "Where nobody who could harm you chooses the keys, give the map's type a faster hasher: HashMap<K, V, foldhash::fast::RandomState>, or that of ahash or rustc-hash.",
      location: locationOf(hottest.call),
      evidence: evidenceIds(input, ["common fault"]).filter((id) => id.endsWith("sip-hash")),
      counted: { share, what: "SipHash itself" },
      unbounded: "",
      weight: hottest.share,
    },
  ];
};
