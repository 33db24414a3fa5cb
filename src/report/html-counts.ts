import { ownValue } from "../base/own-value.ts";
import type { Facts } from "../model/facts.ts";
import { type Html, html } from "./html.ts";
import type { Page } from "./html-page.ts";
import { htmlTable } from "./html-table.ts";
import { byteText, countText } from "./quantities.ts";

interface CountedFact {
  readonly fact: string;
  readonly title: string;
  readonly show: (value: number) => string;
}

const bytes = (value: number) => (value < 1000 ? `${countText(value)} B` : byteText(value));
const percent = (value: number) => `${countText(100 * value)} %`;
const seconds = (value: number) => `${countText(value)} s`;
/** The median of an even number of runs lies between two counts: from ten on, the half says nothing. */
const count = (value: number) =>
  countText(value < 10 ? value : Math.round(value)).replaceAll(/\B(?=(\d{3})+$)/g, "\u202f");

/** What is worth comparing, in reading order; a fact that no subject has is left out, and a loop with none to hold it against. */
const counted: readonly (readonly [string, readonly CountedFact[]])[] = [
  [
    "Memory",
    [
      { fact: "allocations.count", title: "allocations", show: count },
      { fact: "allocations.bytes", title: "bytes allocated", show: bytes },
      { fact: "gc.cycles", title: "collections", show: count },
      { fact: "gc.cpuShare", title: "CPU time of the collector", show: percent },
      { fact: "gc.cpuSeconds", title: "CPU seconds of the collector", show: seconds },
      { fact: "gc.pauseSeconds", title: "pauses", show: seconds },
      { fact: "rss.maxBytes", title: "peak memory", show: bytes },
      { fact: "faults.minor", title: "page faults", show: count },
      { fact: "faults.major", title: "page faults that waited for the disk", show: count },
    ],
  ],
  [
    "System calls",
    [
      { fact: "systemCalls.count", title: "system calls", show: count },
      { fact: "writes.calls", title: "writes", show: count },
      { fact: "writes.bytesPerCall", title: "bytes a write", show: count },
      { fact: "reads.calls", title: "reads", show: count },
      { fact: "output.bytes", title: "output", show: bytes },
      { fact: "input.bytes", title: "input", show: bytes },
    ],
  ],
  [
    "Processors",
    [
      { fact: "cpu.parallelism", title: "processors busy on average", show: countText },
      { fact: "threads.max", title: "threads at most", show: count },
      { fact: "switches.voluntary", title: "waits of its threads", show: count },
      { fact: "go.maxProcs", title: "GOMAXPROCS", show: count },
      { fact: "cpu.quota", title: "processors allowed by quota", show: countText },
      { fact: "offCpu.share", title: "time asleep, or waiting for other than a processor", show: percent },
      { fact: "cpu.delayShare", title: "time that its main thread waited for a processor", show: percent },
    ],
  ],
  [
    "Hot loop",
    [
      { fact: "hotLoop.instructions", title: "instructions", show: count },
      { fact: "hotLoop.packedOps", title: "packed instructions", show: count },
      { fact: "hotLoop.boundsChecks", title: "bounds checks", show: count },
      { fact: "hotLoop.calls", title: "calls", show: count },
      { fact: "hotLoop.elementBits", title: "bits of one element", show: count },
    ],
  ],
  [
    "Program",
    [
      { fact: "binary.bytes", title: "size of the executable", show: bytes },
      { fact: "growth.exponent", title: "time grows with the input to the power of", show: countText },
    ],
  ],
];

/** Languages without a collector, and so without its counts. */
const uncollected: ReadonlySet<string> = new Set(["rust", "c", "cpp"]);

function hasNone(fact: string, language = ""): boolean {
  return uncollected.has(language) && /^(?:gc|go)\./.test(fact);
}

/** Allocations, collector, system calls, processors: what was counted of every subject. */
export function countsPart({ report, name }: Page): Html | undefined {
  const all = report.subjects.map(({ id }): Facts => ownValue(report.facts, id) ?? {});
  const rows = counted.flatMap(([group, facts]) =>
    facts.flatMap(({ fact, title, show }) => {
      const known = all.filter((one) => one[fact] !== undefined).length;
      if (known === 0 || (fact.startsWith("hotLoop.") && known < Math.min(2, all.length))) return [];
      const values = all.map((one, at) => {
        const value = one[fact];
        if (value !== undefined && Number.isFinite(value)) return show(value);
        if (fact.startsWith("hotLoop.")) return "no hot loop known";
        return hasNone(fact, report.subjects[at]?.language) ? "has none" : "not counted";
      });
      return [{ cells: [`${group}: ${title}`, ...values] }];
    }),
  );
  if (rows.length === 0) return undefined;
  return html`<h3 id="counts">What was counted</h3>${htmlTable(
    "A run as written: each figure is of one run, or the median of the first few, and has no interval",
    [
      { title: "What" },
      ...report.subjects.map(({ id }, subject) => ({ title: name(id), kind: "number" as const, subject })),
    ],
    rows,
  )}`;
}
