import { createHash } from "node:crypto";
import fc from "fast-check";
import { safeParse } from "valibot";
import { describe, expect, it } from "vitest";
import { tuneReport, wholeReport } from "../../test/support/closing-fixture.ts";
import {
  everyKindOfCause,
  pageDetails,
  pageReport,
  withTextEverywhere,
} from "../../test/support/page-fixture.ts";
import {
  codegenReport,
  hostileReport,
  hostileText,
  inconclusiveReport,
  memoryReport,
  threeSubjectReport,
  tieReport,
} from "../../test/support/report-fixture.ts";
import type { Facts } from "../model/facts.ts";
import type { Report } from "../model/report.ts";
import type { ReportDetails } from "../model/report-details.ts";
import { parseReport } from "./parse-report.ts";
import { renderHtml } from "./render-html.ts";
import { reportSchema } from "./report-schema.ts";

const reports: readonly (readonly [string, () => Report])[] = [
  ["codegen", codegenReport],
  ["tie", tieReport],
  ["memory", memoryReport],
  ["three subjects", threeSubjectReport],
  ["inconclusive", inconclusiveReport],
  ["hostile", hostileReport],
  ["everything", pageReport],
  ["every kind of cause", everyKindOfCause],
  ["what would close it", wholeReport],
];

/** Of one program, of two, and with all that was seen of it. */
const tuneReports: readonly (readonly [string, () => Report])[] = [
  ["tune", tuneReport],
  ["tune without a set", () => tuneReport(false)],
  ["tune of two programs", tuneTwo],
];

function tuneTwo(): Report {
  const { accounting, evidence, facts = {}, advice = [] } = pageReport();
  const { checklist = [] } = wholeReport();
  const [one] = tuneReport().tuning ?? [];
  const [other] = tuneReport(false).tuning ?? [];
  if (one === undefined || other === undefined) throw new Error("the fixture was not tuned");
  return {
    ...tuneReport(),
    subjects: pageReport().subjects,
    tuning: [one, { ...other, subject: "rust" }],
    accounting,
    evidence,
    facts,
    advice,
    checklist,
  };
}

const pageOf = (report: Report, details?: ReportDetails) => {
  const page = renderHtml(report, details);
  const scripts = [...page.matchAll(/<script[^>]*>(.*?)<\/script>/gs)].map(([, content]) => content ?? "");
  const markup = page.replaceAll(/(<script[^>]*>).*?<\/script>/gs, "$1</script>");
  return { page, markup, data: scripts[0] ?? "", pageData: scripts[1] ?? "", code: scripts[2] };
};

const hostileWords = fc.oneof(
  fc.string({ unit: "binary", minLength: 1 }),
  fc.constantFrom(
    hostileText,
    "</script>",
    "<!--",
    "</style>",
    "'\"><svg onload=x>",
    "\u202e",
    "\u001b[2J",
    "&amp;",
  ),
);

const hasControls = (text: string) =>
  /[\p{Control}\p{Format}]/u.test(text.replaceAll("\n", "").replaceAll("\t", ""));

/** Places of the stack's solid bars, in log units, as the page states them. */
function drawnBars(markup: string): readonly { start: number; value: number; kind: string }[] {
  const stack = /<section class="pair".*?<\/section>/s.exec(markup)?.[0] ?? "";
  return [...stack.matchAll(/data-start="([^"]+)" data-value="([^"]+)" data-kind="([^"]+)"/g)].map(
    ([, start, value, kind]) => ({ start: Number(start), value: Number(value), kind: kind ?? "" }),
  );
}

/** Texts of the cells of the table whose caption begins so. */
function tableRows(markup: string, caption: string): readonly (readonly string[])[] {
  const at = markup.indexOf(`<caption>${caption}`);
  const body = markup.slice(markup.indexOf("<tbody>", at), markup.indexOf("</tbody>", at));
  return body
    .split("</tr>")
    .slice(0, -1)
    .map((row) =>
      row
        .split(/<\/t[hd]>/)
        .slice(0, -1)
        .map((cell) => cell.replaceAll(/<[^>]*>/g, "")),
    );
}

describe("the page", () => {
  it("holds hot loops against each other only where more than one program has one", () => {
    const { facts = {}, ...report } = pageReport();
    const withLoops = (...loops: readonly (number | undefined)[]) => {
      const pairs = report.subjects.map(({ id }, at): [string, Facts] => {
        const loop = loops[at];
        return [id, { ...facts[id], ...(loop === undefined ? {} : { "hotLoop.instructions": loop }) }];
      });
      return pageOf({ ...report, facts: Object.fromEntries(pairs) }, pageDetails()).markup;
    };
    expect(withLoops(undefined, 7)).not.toContain("Hot loop: instructions");
    expect(withLoops(30, 7)).toContain("Hot loop: instructions");
  });

  it("follows the order of a reader's questions", () => {
    const { markup } = pageOf(pageReport(), pageDetails());
    expect(markup).toMatch(
      /<h1>Rust is 9.4x faster than Go here \(8.9-9.9, CPU time\).<\/h1>.*87 % of the gap \(82-92 %\) is vectorisation/s,
    );
    const order = [
      "How far: Go over Rust",
      ">Why</h2>",
      "Go writes 40 times as often",
      "Do both methods agree?</h2>",
      "What would close it</h2>",
      "GOAMD64=v3",
      "slice values to n before the loop",
      ">Evidence</h2>",
      "Speaks for it",
      "Speaks against it",
      "No evidence was found on it",
      "Hot code, next to each other",
      "total += values[i]",
      "bounds check: Found IsInBounds",
      "■ packed",
      "What was counted",
      "Where the time goes</h2>",
      "Call trees on one scale",
      "How sure</h2>",
      "cache and branch causes are not separated",
      "A program against itself",
      "Every run</h3>",
      "Left out, and why",
      "no GC cycle in the traced run",
      "Machine and toolchains</h2>",
      "Example CPU 3000",
      "Run it again</h2>",
      "perfgap explain ./go ./rust --seed 81745",
    ];
    const places = order.map(
      (text) => [text, markup.indexOf(text, markup.indexOf("How far: Go over Rust"))] as const,
    );
    expect(places.filter(([, place]) => place === -1)).toEqual([]);
    expect(places).toEqual(places.toSorted(([, left], [, right]) => left - right));
  });

  it("allows nothing but its own style sheet and its own script, by hash", () => {
    const { page, markup, code } = pageOf(pageReport(), pageDetails());
    const hash = (text: string) => createHash("sha256").update(text).digest("base64");
    const style = /<style>(.*?)<\/style>/s.exec(page)?.[1] ?? "";
    const policy = /Content-Security-Policy" content="([^"]+)"/.exec(page)?.[1]?.replaceAll("&#39;", "'");
    const script = code === undefined ? "" : `script-src 'sha256-${hash(code)}'; `;
    expect(policy).toBe(
      `default-src 'none'; style-src 'sha256-${hash(style)}'; ${script}base-uri 'none'; form-action 'none'`,
    );
    expect(markup).not.toMatch(/\sstyle=|\son\w+=|src=|https?:|url\(/);
  });

  it.each([...reports, ...tuneReports])(
    "%s: carries the report as data, links only to what is there, names every id once",
    (_, make) => {
      expect(safeParse(reportSchema, make()).issues).toBeUndefined();
      const { markup, data } = pageOf(make(), pageDetails());
      expect(parseReport(data, "page")).toEqual(make());
      const ids = Array.from(markup.matchAll(/ id="([^"]+)"/g), ([, id]) => id ?? "");
      expect(ids.toSorted()).toEqual([...new Set(ids)].toSorted());
      for (const [, target] of markup.matchAll(/href="#([^"]+)"/g)) expect(ids).toContain(target);
    },
  );

  it.each(reports)(
    "%s: the bars of the stack start where the last one ended and reach the gap",
    (_, make) => {
      const gap = make().gaps[0]?.logRatio.value ?? 0;
      const bars = drawnBars(pageOf(make()).markup);
      const whole = bars.at(-1);
      expect(whole).toEqual({ start: 0, value: gap, kind: "sum" });
      let end = 0;
      for (const { start, value, kind } of bars) {
        if (kind === "sum" || kind === "work") continue;
        expect(start).toBeCloseTo(end, 9);
        end = start + value;
      }
      expect(end).toBeCloseTo(gap, 9);
    },
  );

  it("puts every table into a region that the keyboard can scroll, with a caption", () => {
    const { markup } = pageOf(pageReport(), pageDetails());
    const tables = markup.match(/<table[ >]/g)?.length ?? 0;
    const regions =
      /<div class="scroll[^"]*" role="group" aria-label="[^"]+" tabindex="0"><table[^>]*><caption>/g;
    expect(tables).toBeGreaterThan(12);
    expect(markup.match(regions)).toHaveLength(tables);
  });

  it("shows every common fault that was looked for, found or not, with what was seen", () => {
    const { markup } = pageOf(wholeReport());
    const rows = tableRows(markup, "All that was looked for");
    expect(rows).toEqual([
      ["Output is written in small pieces", "found (150000 writes of 2 bytes on average)", ""],
      ["Built with a low level of optimisation", "", "found (optimised for size)"],
      ["Built without optimisation", "not looked at (missing: how it was built)", ""],
      ["The collector runs again and again", "not found (no collection)", ""],
      ["A hot map uses the default hash", "", "not found (0.0 % in SipHash)"],
    ]);
    expect(tableRows(markup, "Found, where").map((cells) => cells.at(-1))).toEqual([
      "Put a buffered writer around stdout and flush it once at the end.",
      "Set opt-level = 3.",
    ]);
  });

  it.each(reports)("%s: its sum can be added up by hand", (_, make) => {
    const rows = tableRows(pageOf(make()).markup, "The middles of all bars");
    const parts = rows.slice(0, -1);
    const whole = Number(rows.at(-1)?.[1]);
    expect(whole).toBeCloseTo(make().gaps[0]?.logRatio.value ?? 0, 4);
    // Each of the rounded logarithms may be half a digit away.
    const sum = parts.reduce((total, cells) => total + Number(cells[1]), 0);
    expect(Math.abs(sum - whole)).toBeLessThan(5e-5 * (parts.length + 1));
    const product = parts.reduce((total, cells) => total * Number(cells[2]?.slice(1)), 1);
    expect(product / Number(rows.at(-1)?.[2]?.slice(1))).toBeCloseTo(1, 3);
  });

  it("of one program has its sentence, its settings and all that was seen of it, and speaks of no gap", () => {
    const { markup } = pageOf(tuneReport());
    expect(markup).toMatch(/<h1>Go becomes 1\.26x faster here \(.*?\) by settings alone: .*?<\/h1>/);
    expect(markup).toMatch(/<title>word-count: Go becomes/);
    expect(markup).not.toMatch(/no gap|close it|Why<\/h2>|Do both methods agree/);
    expect(pageOf(tuneReport(false)).markup).toContain("<h1>GOGC=400 alone makes Go 1.23x faster here");
    const two = pageOf(tuneTwo()).markup;
    expect(two).toContain("<h1>1 of 2 programs becomes faster here by settings alone.</h1>");
    const order = [
      "What would make it faster</h2>",
      "Common faults</h2>",
      "Evidence</h2>",
      "Where the time goes</h2>",
    ];
    const places = order.map((text) => two.indexOf(text));
    expect(places).toEqual(places.toSorted((left, right) => left - right));
    expect(Math.min(...places)).toBeGreaterThan(0);
  });

  it("says why a question has no answer here instead of leaving it out", () => {
    const { markup } = pageOf({ ...memoryReport(), agreement: [], wins: [], accounting: [] });
    expect(markup).toContain("There is no profile to count in");
    expect(markup).toContain("This run measured no setting that could ship");
  });

  it("shows a share as a share: a drift of 0.81 of the scatter is 81 %", () => {
    const report = codegenReport();
    const attributions = report.attributions.map((one) => ({
      ...one,
      diagnostics: { ...one.diagnostics, driftShare: 0.81, detrended: true },
    }));
    expect(tableRows(pageOf({ ...report, attributions }).markup, "Go over Rust, CPU time")).toContainEqual(
      expect.arrayContaining(["Drift over the session", "81 % of the scatter, taken out"]),
    );
  });

  it("says in words what a doubt is about", () => {
    const report = codegenReport();
    const [cause] = report.attributions[0]?.contributions ?? [];
    const about = [`${cause?.factor}, wallTime`, "go against rust, cpuTime", "host"];
    const { markup } = pageOf({
      ...report,
      warnings: about.map((appliesTo) => ({ code: "x", message: "It may differ.", appliesTo })),
    });
    expect(markup).toContain(
      `It may differ. <span class="soft">(${cause?.phrase}, wall time; Go against Rust, CPU time; host)</span>`,
    );
  });

  it("says so when nothing was measured", () => {
    const { markup } = pageOf({ ...tieReport(), gaps: [], attributions: [] });
    expect(markup).toContain("There is no gap to show: nothing was measured.");
  });

  it("shows all programs first when there are more than two, then each pair", () => {
    const { markup } = pageOf(threeSubjectReport());
    expect(markup.match(/<h1>/g)).toHaveLength(1);
    expect(markup.indexOf("All 3 programs by CPU time")).toBeLessThan(markup.indexOf('class="pair"'));
    expect(markup.match(/<section class="pair"/g)).toHaveLength(3);
  });
});

describe("texts from outside", () => {
  it("never become markup, style or script, wherever they stand", () => {
    const make = (text: string) =>
      pageOf(withTextEverywhere(everyKindOfCause(), text), withTextEverywhere(pageDetails(), text));
    const tags = (markup: string) => markup.match(/<[a-z/!][\w-]*/g)?.join("");
    const plain = tags(make("x").markup);
    fc.assert(
      fc.property(hostileWords, (text) => {
        const { markup, data, pageData } = make(text);
        expect(tags(markup)).toBe(plain);
        expect(hasControls(markup)).toBe(false);
        expect(data + pageData).not.toMatch(/[<>]/);
      }),
      { seed: 20261124, numRuns: 60 },
    );
  });

  it("are marked as source and stay text", () => {
    const make = (text: string) => {
      const marked = JSON.parse(
        JSON.stringify(withTextEverywhere(pageReport(), text)),
        (key, value: unknown) => (key === "file" ? "main.go" : value),
      ) as Report;
      return pageOf(marked).markup.replaceAll(/<i class="t[ckns]">([^<>]*)<\/i>/g, "$1");
    };
    const tags = (text: string) =>
      make(text)
        .match(/<[a-z/!][\w-]*/g)
        ?.join("");
    expect(pageOf(pageReport()).markup).toContain('<i class="tk">func</i> sum(values');
    const plain = tags("x");
    fc.assert(
      fc.property(hostileWords, (text) => {
        expect(tags(text)).toBe(plain);
      }),
      { seed: 20261124, numRuns: 40 },
    );
  });

  it("stay text in a report of programs without a gap", () => {
    const tags = (text: string) =>
      pageOf(withTextEverywhere(tuneTwo(), text))
        .markup.match(/<[a-z/!][\w-]*/g)
        ?.join("");
    const plain = tags("x");
    fc.assert(
      fc.property(hostileWords, (text) => {
        expect(tags(text)).toBe(plain);
      }),
      { seed: 20261124, numRuns: 40 },
    );
  });

  it("may be keys and ids too", () => {
    const make = (text: string) =>
      JSON.parse(
        JSON.stringify(hostileReport()).replaceAll(JSON.stringify(hostileText).slice(1, -1), () =>
          JSON.stringify(text).slice(1, -1),
        ),
      ) as Report;
    const tags = (text: string) =>
      pageOf(make(text))
        .markup.match(/<[a-z/!][\w-]*/g)
        ?.join("");
    const plain = tags("x");
    fc.assert(
      fc.property(hostileWords, (text) => {
        expect(tags(text)).toBe(plain);
      }),
      { seed: 20261124, numRuns: 60 },
    );
  });
});
