import { expect, test } from "vitest";
import { attribution, contribution, estimate, gap, report } from "../../test/support/report-parts.ts";
import type { Advice, Attribution, Checklist, Contribution, Report } from "../model/report.ts";
import { describeAnswers } from "./answer.ts";
import { faultTexts } from "./checklist-texts.ts";
import { adviceTexts } from "./closing-texts.ts";
import { measuredFault } from "./measured-texts.ts";
import { renderHtml } from "./render-html.ts";
import { renderMarkdown } from "./render-markdown.ts";
import { renderTerminal } from "./render-terminal.ts";
import { stackRows } from "./stack-rows.ts";

const cpu = gap("go", "rust", "cpuTime", estimate(1.25, 0.02));
const [x299, interval] = [Math.log(2.99), 0.02];
const checklist: Checklist = {
  subject: "go",
  items: [
    {
      id: "unbuffered-output",
      title: "Output is written in small pieces",
      state: "found",
      detail: "",
      share: 0.9,
    },
  ],
};
const line: Advice = {
  id: "go-unbuffered-output-1",
  subject: "go",
  title: "main.go:36 prints in small pieces",
  change: "Write to a buffer.",
  location: { file: "/p/main.go", line: 36 },
  boundFrom: "counting leaves no useful bound",
  evidence: ["go-fault-unbuffered-output"],
};

function cause(more: Partial<Contribution> = {}): Contribution {
  return contribution({
    factor: "stdout-buffering",
    phrase: "unbuffered output",
    value: x299,
    verdict: "cause",
    more: { sided: "both", slowSide: estimate(x299, interval), fastSide: estimate(0, interval), ...more },
  });
}

function told(contributions: readonly Contribution[] = [cause()], advice: Advice = line): Report {
  const attributions: readonly Attribution[] = [attribution({ gap: cpu, contributions })];
  return report({
    gaps: [cpu],
    attributions,
    checklist: [checklist],
    advice: [advice],
    differences: [
      {
        id: "writes",
        slow: "go",
        fast: "rust",
        title: "Go makes 30000 times as many write calls as Rust",
        detail: "",
        size: 10,
        weight: "large",
        atMost: 1.22,
        evidence: [],
      },
    ],
  });
}

const figure = "measured as unbuffered output: x2.99 (2.93-3.05)";

test("a fault that a lever undid, and the line that it speaks for, cost what was measured", () => {
  const costs = (one: Report) => faultTexts(one).map(({ cost }) => cost);
  const gains = (one: Report) => adviceTexts(one).map(({ bound }) => bound);
  expect(costs(told())).toEqual([figure]);
  expect(gains(told())).toEqual([
    `${figure}; the change itself may gain more (counting leaves no useful bound)`,
  ]);
  expect(gains(told([cause()], { ...line, gainAtMost: 1.46, boundFrom: "accounting" }))).toEqual([
    `${figure}; the change itself may gain more, at most x4.31 faster (accounting)`,
  ]);
  expect(costs(told([]))).toEqual(["what it costs at most stands with main.go:36 above"]);
  expect(gains(told([]))).toEqual(["gain not known: counting leaves no useful bound"]);
  expect(gains(told([cause()], { ...line, evidence: ["go-fault-sip-hash"] }))).toEqual([
    "gain not known: counting leaves no useful bound",
  ]);
});

test("it is the cost of the program that has the fault, on the side where the lever was pulled", () => {
  const of = (subject: string, more: Partial<Contribution>) =>
    measuredFault(told([cause(more)]), subject, "unbuffered-output");
  expect(of("go", { sided: "slow" })).toBe(figure);
  expect(of("go", { sided: "fast" })).toBeUndefined();
  expect(of("rust", { sided: "fast", fastSide: estimate(0.2, 0.02) })).toMatch(/: x1\.22 \(/);
  expect(of("c", {})).toBeUndefined();
  expect(of("go", { verdict: "undetermined" })).toBe(
    "measured as unbuffered output, which is open: x2.93-3.05",
  );
  expect(of("go", { verdict: "negligible", atMost: 0.02 })).toBe(
    "measured as unbuffered output: it costs less than 2 %",
  );
  expect(measuredFault(told(), "go", "sip-hash")).toBeUndefined();
});

test("other work whose cost was measured has no bound beside it: not in the sentence, not as a bar of its own", () => {
  const seen = (one: Report) => {
    const [answer] = describeAnswers(one);
    if (answer === undefined) throw new Error("the report has a gap");
    const names = stackRows(answer, one).map(({ name }) => name);
    return { sentence: answer.why.join(" "), hasRow: names.includes("other work, see below") };
  };
  expect(seen(told()).sentence).toContain("Go makes 30000 times as many write calls as Rust. ");
  expect(seen(told()).hasRow).toBe(false);
  const open = seen(told([cause({ verdict: "undetermined" })]));
  expect(open.sentence).toContain("as Rust (a cost of at most x3.39)");
  expect(open.hasRow).toBe(true);
});

test("every renderer tells the figure with the fault and with the line", () => {
  for (const render of [renderTerminal, renderMarkdown, renderHtml]) {
    const text = render(told()).replaceAll("\\", "").replaceAll(/\s+/g, " ");
    expect(text.split(figure)).toHaveLength(3);
    expect(text).not.toContain("at most stands with");
  }
});
