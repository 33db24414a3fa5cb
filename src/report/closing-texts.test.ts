import { expect, test } from "vitest";
import { tuneReport, wholeReport } from "../../test/support/closing-fixture.ts";
import { codegenReport } from "../../test/support/report-fixture.ts";
import { attribution, estimate, gap } from "../../test/support/report-parts.ts";
import type { Advice, Report } from "../model/report.ts";
import { adviceTexts, closingTexts, openNote, tuningTexts, winRows } from "./closing-texts.ts";
import { renderHtml } from "./render-html.ts";
import { renderMarkdown } from "./render-markdown.ts";
import { renderTerminal } from "./render-terminal.ts";

/** A set of two settings, the gains of which alone and together are given in factors, each with its half width. */
function setOf(alone: readonly (readonly [number, number])[], together: readonly [number, number]): Report {
  const report = tuneReport();
  const log = ([factor, halfWidth]: readonly [number, number]) =>
    estimate(Math.log(factor), Math.log(1 + halfWidth));
  return {
    ...report,
    wins: report.wins.map((win, at) => {
      const gain = alone[at];
      return gain === undefined ? win : { ...win, gain: log(gain) };
    }),
    tuning: (report.tuning ?? []).map(({ best, ...one }) =>
      best === undefined ? one : { ...one, best: { ...best, gain: log(together) } },
    ),
  };
}

const partsOf = (report: Report) => tuningTexts(report).map(({ parts }) => parts);

const helpEachOther = setOf(
  [
    [1.57, 0.02],
    [1.11, 0.01],
  ],
  [2.06, 0.01],
);
const more =
  "more than its parts: alone GOGC=400 x1.57 and PGO x1.11, which would make x1.74 (1.69-1.80) together; they help each other";

test("a set that gains more than its settings alone explain says so, in every rendering", () => {
  expect(partsOf(helpEachOther)).toEqual([more]);
  const plain = (text: string) => text.replaceAll(/<[^>]*>|\s+/g, " ").replaceAll(/ +/g, " ");
  expect(plain(renderTerminal(helpEachOther))).toContain(more);
  expect(plain(renderMarkdown(helpEachOther))).toContain(more);
  expect(plain(renderHtml(helpEachOther))).toContain(`M${more.slice(1)}.`);
});

test("a set that gains less says that, and one whose interval its parts reach says nothing", () => {
  const parts = [
    [1.57, 0.02],
    [1.11, 0.01],
  ] as const;
  expect(partsOf(setOf(parts, [1.6, 0.01]))[0]).toMatch(
    /^less than its parts: .*; they save some of the same time$/,
  );
  // Their product reaches from 1.69 to 1.80.
  for (const together of [1.68, 1.81]) expect(partsOf(setOf(parts, [together, 0.01]))).toEqual([""]);
  const [only] = parts;
  const single = setOf([only], [2.06, 0.01]);
  const [tuning] = single.tuning ?? [];
  const unmeasured = { ...single, wins: single.wins.filter(({ id }) => id !== "pgo") };
  expect(partsOf(unmeasured)).toEqual([""]);
  const alone = {
    ...single,
    tuning: tuning?.best ? [{ ...tuning, best: { ...tuning.best, settings: ["gogc-400"] } }] : [],
  };
  expect(partsOf(alone)).toEqual([""]);
});

test.each([
  ["budget", "nothing was searched: the budget was used up before a setting could be measured"],
  ["interrupted", "nothing was searched: it was interrupted before a setting was measured"],
  ["finished", "nothing was searched: no setting was left to measure"],
] as const)("a search without a block that ended by %s is called none", (stoppedBy, words) => {
  const report = tuneReport(false);
  const tuning = (report.tuning ?? []).map((one) => ({ ...one, searchBlocks: 0, stoppedBy }));
  expect(tuningTexts({ ...report, tuning }).map(({ basis }) => basis)).toEqual([words]);
});

test("a set tells what the program takes before and after, in every rendering, and nothing without a set", () => {
  const [subject] = tuneReport().subjects;
  if (subject === undefined) throw new Error("the fixture has a subject");
  const typical = { cpuTime: { ...estimate(0.523, 0.004), method: "t on block values" } };
  const told = { ...tuneReport(), subjects: [{ ...subject, typical }] };
  const times = "CPU time 523 ms -> 416 ms";
  expect(tuningTexts(told).map((text) => text.times)).toEqual([times]);
  expect(tuningTexts(told, "s").map((text) => text.times)).toEqual(["CPU time 0.523 s -> 0.416 s"]);
  expect(renderTerminal(told)).toContain(`\n  ${times}\n`);
  expect(renderMarkdown(told)).toContain("\n- CPU time 523 ms -&gt; 416 ms\n");
  const escaped = times.replace(">", "&gt;");
  expect(renderHtml(told)).toContain(`<p class="lead">${escaped}. Searched in`);
  expect(renderHtml({ ...wholeReport(), tuning: told.tuning ?? [], subjects: told.subjects })).toContain(
    `<p class="soft">${escaped}; searched in`,
  );
  const without = { ...tuneReport(false), subjects: told.subjects };
  expect(tuningTexts(without).map((text) => text.times)).toEqual([""]);
  expect(tuningTexts({ ...told, subjects: [{ ...subject, typical: {} }] }).map((text) => text.times)).toEqual(
    [""],
  );
});

test("why a setting is open is a list with its last part, for one setting and for several", () => {
  const rows = winRows({
    ...tuneReport(),
    wins: tuneReport().wins.filter(({ verdict }) => verdict === "undetermined"),
  });
  expect(openNote(rows)).toBe(
    "open although its interval misses 1: it was measured in too few blocks, or costs time of the other kind",
  );
  expect(openNote([...rows, ...rows])).toMatch(
    /blocks, costs time of the other kind, or is one of 2 settings/,
  );
});

test("the gap that is left is told in what the settings were searched in, not in what the gap was asked in", () => {
  const whole = wholeReport();
  const memory = gap("go", "rust", "maxRss", estimate(1.5, 0.01));
  const texts = closingTexts({
    ...whole,
    gaps: [memory, ...whole.gaps],
    attributions: [attribution({ gap: memory, contributions: [] }), ...whole.attributions],
    closing: [gap("go", "rust", "maxRss", estimate(2.4, 0.01)), ...(whole.closing ?? [])],
  });
  expect(texts).toEqual(closingTexts(whole));
  expect(texts).toHaveLength(1);
});

const line = (id: string, more: Partial<Advice> = {}): Advice => ({
  id,
  subject: "go",
  title: `${id} allocates`,
  change: "reuse it",
  gainAtMost: Math.log(2.5),
  boundFrom: "accounting: at most 60 %",
  evidence: [],
  ...more,
});

test("a setting that was measured to help is told, although no set was confirmed", () => {
  const sentence = (finalBlocks: number, verdict: "gain" | "undetermined") => {
    const report = tuneReport(false);
    const wins = tuneReport().wins.filter(({ id }) => id === "gogc-400");
    const told = wins.map((win) => ({ ...win, verdict, gain: estimate(0.7, 0.1) }));
    const tuning = (report.tuning ?? []).map((one) => ({ ...one, finalBlocks }));
    return tuningTexts({ ...report, wins: told, tuning })[0]?.headline;
  };
  const alone = "GOGC=400 alone makes Go 2.0x faster here (1.8-2.2, CPU time)";
  expect(sentence(0, "gain")).toBe(`${alone}; nothing was confirmed on fresh blocks.`);
  expect(sentence(5, "gain")).toBe(`${alone}; fresh blocks confirmed no set.`);
  expect(sentence(0, "undetermined")).toMatch(/set of settings was found/);
});

test("a bound that lines share is told once, with how many share it", () => {
  const report: Report = {
    ...codegenReport(),
    advice: [
      line("a", { sharesBoundWith: ["b", "c"] }),
      line("b", { sharesBoundWith: ["a", "c"] }),
      line("c", { sharesBoundWith: ["a", "b"] }),
      line("d", { subject: "rust" }),
    ],
  };
  expect(adviceTexts(report).map(({ bound }) => bound)).toEqual([
    "at most x2.5 faster together with 2 others (accounting: at most 60 %)",
    "part of the same gain, at most x2.5 faster, which 3 lines share",
    "part of the same gain, at most x2.5 faster, which 3 lines share",
    "at most x2.5 faster (accounting: at most 60 %)",
  ]);
  const two = [line("a", { sharesBoundWith: ["b"] }), line("b", { sharesBoundWith: ["a"] })];
  expect(adviceTexts({ ...report, advice: two })[0]?.bound).toContain("together with one other");
});
