import { type Html, html } from "./html.ts";
import { htmlSection } from "./html-table.ts";

/** Terms that a reader meets on every page; the documentation's glossary has the rest. */
const words: readonly (readonly [string, string])[] = [
  [
    "factor, x1.31 (1.27-1.35)",
    "how many times as long; the brackets hold its 95 % interval, and no number has more digits than its interval supports",
  ],
  [
    "share",
    "a cause's part of the logarithm of the gap: factors multiply, so shares of their logarithms add up",
  ],
  [
    "switched off",
    "built or run again so that the cause is gone and nothing else changes; the proof is a count that must move when that is done",
  ],
  [
    "cause",
    "its factor is an average over all orders in which the causes can be switched off, the slow program's cost less the fast one's",
  ],
  [
    "cannot be switched off",
    'what stays of the gap when everything that can be switched off is off on both sides: not explained, which is not the same as nothing; "was not switched off" where possible causes were left out',
  ],
  ["open", "measured, and neither an effect nor its absence could be shown"],
  ["variant", "a program with some of its causes switched off"],
  ["block", "one pass over all variants in random order"],
  [
    "layout",
    "where the linker places code; chosen by chance, again and again, since it alone can change a time",
  ],
  [
    "noise floor",
    "how far a program may seem to differ from itself here, in one comparison of the many behind a cause",
  ],
  ["sample", "the profiler looked where the program was; the share of samples is the share of CPU time"],
  [
    "component",
    "samples of one kind: the collector, the allocator, copying, the system, the program's own code",
  ],
  ["packed", "said of an instruction that works on several elements at once: vectorised code"],
  ["hole", "a cause that one program has and nothing switches off: its factor is bounded, not measured"],
];

export function wordsPart(): Html | undefined {
  const list = words.map(([word, meaning]) => html`<dt>${word}</dt><dd>${meaning}</dd>`);
  return htmlSection("Words", "words", html`<dl>${list}</dl>`);
}
