import { expect, it } from "vitest";
import { pageDetails, pageReport } from "../../test/support/page-fixture.ts";
import type { SideFactor } from "../model/plan.ts";
import type { Contribution, Report } from "../model/report.ts";
import { baselineSetting, type SettingPatch } from "../model/setting.ts";
import { renderHtml } from "./render-html.ts";
import { howTexts } from "./switched-off.ts";

it.each<[string, SettingPatch, readonly string[]]>([
  ["nothing", {}, []],
  ["the program as written", baselineSetting, []],
  [
    "Go's flags, those of one pattern as one word",
    { build: { flags: { gcflags: ["all=-B", "all=-l", "./...=-N"], ldflags: ["-w"], build: ["-race"] } } },
    ["build with: go build '-gcflags=all=-B -l' -gcflags=./...=-N -ldflags=-w -race"],
  ],
  [
    "Rust's flags and those of its LLVM",
    { build: { flags: { rustflags: ["-Cno-vectorize-loops"], llvm: ["-vectorize-slp=false"] } } },
    ["build with: RUSTFLAGS='-Cno-vectorize-loops -Cllvm-args=-vectorize-slp=false'"],
  ],
  [
    "flags of a C compiler, by step",
    { build: { flags: { compile: ["-fno-tree-vectorize"], link: ["-static"] }, env: { LC_ALL: "C" } } },
    ["build with: LC_ALL=C", "compile with: -fno-tree-vectorize", "link with: -static"],
  ],
  [
    "what no flag does",
    { build: { switches: ["no-bounds-checks"] } },
    ["build with perfgap's own: no-bounds-checks"],
  ],
  [
    "a run",
    { run: { env: { GOGC: "off", A: "b c" }, preload: ["/x/one.so", "/x/two.so"], cpuCount: 1 } },
    ["run as: GOGC=off A='b c' LD_PRELOAD=/x/one.so:/x/two.so taskset --cpu-list 0 ./program"],
  ],
  ["some processors", { run: { cpuCount: 3 } }, ["run as: taskset --cpu-list 0-2 ./program"]],
])("says %s in words to paste", (_, patch, expected) => {
  expect(howTexts(patch).map(({ where, words }) => `${where}: ${words}`)).toEqual(expected);
});

const factor = "bounds-checks";
const proof = {
  proof: { fact: "boundsChecks.calls", expect: "zero" as const, title: "calls" },
  before: 5,
  after: 0,
  applied: true,
};
const patch: SettingPatch = { build: { flags: { gcflags: ["all=-B"] } } };
const shown = "<code>go build -gcflags=all=-B</code>";

function proved(more: Partial<Contribution>): Report {
  const report = pageReport();
  return {
    ...report,
    attributions: report.attributions.map((one) => ({
      ...one,
      contributions: one.contributions.map((each) => ({
        ...each,
        proofs: {},
        ...(each.factor === factor ? { proofs: { go: proof }, ...more } : {}),
      })),
    })),
  };
}

function withPlan() {
  const details = pageDetails();
  const { plan } = details;
  if (plan === undefined) throw new Error("the fixture has no plan");
  const entry: SideFactor = {
    factor,
    proof,
    lever: {
      kind: "lever",
      patch,
      stage: "build",
      proof: proof.proof,
      scope: ["user"],
      safety: "safe",
      deployable: false,
    },
  };
  const setting = { ...baselineSetting, build: { ...baselineSetting.build, ...patch.build } };
  const sides = plan.sides.map((side) =>
    side.subject !== "go"
      ? side
      : {
          ...side,
          factors: [entry],
          columns: side.columns.map((column) => (column.cell === 1 ? { ...column, setting } : column)),
        },
  );
  return { ...details, plan: { ...plan, sides } };
}

it("shows with a cause how it was switched off, on which common build, and what that reaches", () => {
  const levers = {
    go: {
      patch,
      scheme: { build: { flags: { ldflags: ["-w"] } } },
      note: "The standard library keeps its checks.",
    },
  };
  expect(renderHtml(proved({ levers }))).toContain(
    `<dt>Go, how it was switched off</dt><dd>build with ${shown}; every variant but the program exactly as written carries: build with <code>go build -ldflags=-w</code>. The standard library keeps its checks.</dd>`,
  );
});

it("takes it from the plan where the report is older, and says so where there is none", () => {
  const markup = (details?: ReturnType<typeof withPlan>) => renderHtml(proved({}), details);
  expect(markup(withPlan())).toContain(`<dt>Go, how it was switched off</dt><dd>build with ${shown}</dd>`);
  expect(markup()).toContain("<dd>not in this file: the plan in its run folder tells it</dd>");
});

it("shows the counts of a proof with the digits that a count has", () => {
  const report = proved({
    proofs: { go: { ...proof, before: 1.4064445179779312, after: 0.9990459124879558 } },
  });
  expect(renderHtml(report)).toContain("calls 1.41 -&gt; 0.999 with it switched off");
});

it("shows with every variant what was changed", () => {
  const page = renderHtml(proved({}), withPlan());
  const rows = page.slice(page.indexOf("<caption>Variants of Go")).split("</tr>").slice(1, 5);
  expect(rows.map((row) => row.includes(shown))).toEqual([false, false, true, true]);
});
