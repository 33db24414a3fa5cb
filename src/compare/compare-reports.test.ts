import { describe, expect, it } from "vitest";
import { afterTheChange, beforeTheChange } from "../../test/support/compared-reports.ts";
import { tieReport } from "../../test/support/report-fixture.ts";
import { attribution, contribution, estimate, gap, host } from "../../test/support/report-parts.ts";
import type { Comparison } from "../model/comparison.ts";
import type { Contribution, Report } from "../model/report.ts";
import { compareReports } from "./compare-reports.ts";
import { turned } from "./orient.ts";

function compared(before: Report, after: Report): Comparison {
  const result = compareReports({ label: "one", report: before }, { label: "two", report: after });
  if (!result.ok) throw new Error(result.error);
  return result.value;
}

const causeOf = ({ pairs }: Comparison, factor: string) =>
  pairs[0]?.causes.find((cause) => cause.factor === factor);
const codes = ({ doubts }: Comparison) => doubts.map(({ code, weight }) => `${weight} ${code}`);

/** The same report as a run would give it that takes the other subject for the slow one. */
function seenFromTheOtherSide(report: Report): Report {
  const turn = (each: Contribution): Contribution => ({
    ...each,
    value: -each.value,
    low: -each.high,
    high: -each.low,
    slowSide: each.fastSide,
    fastSide: each.slowSide,
    sided: each.sided === "both" ? "both" : each.sided === "slow" ? "fast" : "slow",
    verdict: each.verdict === "cause" ? "asset" : each.verdict === "asset" ? "cause" : each.verdict,
  });
  return {
    ...report,
    gaps: report.gaps.map((one) => ({
      ...one,
      slow: one.fast,
      fast: one.slow,
      logRatio: turned(one.logRatio),
    })),
    attributions: report.attributions.map((one) => ({
      ...one,
      slow: one.fast,
      fast: one.slow,
      neutralGap: turned(one.neutralGap),
      contributions: one.contributions.map(turn),
    })),
  };
}

describe("a change of one program", () => {
  const comparison = compared(beforeTheChange(), afterTheChange());

  it("is told cause by cause, with the side that it took place on", () => {
    expect(causeOf(comparison, "allocator")).toMatchObject({
      kind: "vanished",
      contribution: { verdict: "up" },
      slowSide: { verdict: "unchanged" },
      fastSide: { verdict: "down" },
    });
    expect(causeOf(comparison, "gc")).toMatchObject({ kind: "unchanged" });
    expect(causeOf(comparison, "inlining")?.kind).not.toBe("vanished");
  });

  it("that makes a cause impossible says so with the evidence and gives no number", () => {
    const writes = causeOf(comparison, "stdout-buffering");
    expect(writes).toMatchObject({
      kind: "vanished",
      reason: "not measured in the second run: 3 writes of 8192 bytes",
    });
    expect(writes?.contribution.difference).toBeUndefined();
  });

  it("is named as what differs, and the program that nobody changed is the control", () => {
    expect(codes(comparison)).toEqual(["note source", "note factors"]);
    expect(comparison.doubts[0]).toMatchObject({ subject: "rust" });
    const cpu = comparison.subjects.filter(({ metric }) => metric === "cpuTime");
    expect(cpu.map(({ subject, typical, sameSource }) => [subject, typical.verdict, sameSource])).toEqual([
      ["go", "unchanged", true],
      ["rust", "down", false],
    ]);
    expect(cpu[1]?.typical.difference?.value).toBeCloseTo(Math.log(0.109 / 0.212), 10);
  });

  it("reads the same when the second run turned the pair round", () => {
    const other = compared(beforeTheChange(), seenFromTheOtherSide(afterTheChange()));
    expect(other.pairs).toEqual(comparison.pairs);
  });

  it("undone gives the opposite of every difference", () => {
    const back = compared(afterTheChange(), beforeTheChange());
    expect(causeOf(back, "allocator")).toMatchObject({ kind: "appeared" });
    expect(causeOf(back, "stdout-buffering")).toMatchObject({ kind: "appeared" });
    expect(back.pairs[0]?.gap.difference?.value).toBeCloseTo(
      -(comparison.pairs[0]?.gap.difference?.value ?? 0),
      12,
    );
  });
});

describe("what cannot be compared", () => {
  it("a hole that only one run has: no number, both readings", () => {
    const [whole] = afterTheChange().attributions;
    const holed = afterTheChange({
      attributions: whole === undefined ? [] : [{ ...whole, contributions: oneSided(whole.contributions) }],
    });
    expect(causeOf(compared(beforeTheChange(), holed), "gc")).toMatchObject({
      kind: "not compared",
      reason: "the runs could not measure the same sides: before both sides, after the side of Go",
    });
  });

  it("a cause whose lever failed in one run is neither gone nor new", () => {
    const [one] = afterTheChange().attributions;
    const failed = afterTheChange({
      attributions:
        one === undefined
          ? []
          : [
              {
                ...one,
                excluded: one.excluded.map((each) => ({ ...each, kind: "failed", reason: "it crashed" })),
              },
            ],
    });
    expect(causeOf(compared(beforeTheChange(), failed), "stdout-buffering")).toMatchObject({
      kind: "not compared",
      reason: "not measured in the second run: it crashed",
    });
  });

  it("a side that both runs measured alone, and why the other run left a cause out on each side", () => {
    const [before] = beforeTheChange().attributions;
    const [after] = afterTheChange().attributions;
    if (before === undefined || after === undefined) throw new Error("the fixtures have an attribution each");
    const reasons: Readonly<Record<string, string>> = { go: "no lever", rust: "it crashed" };
    const excluded = after.excluded.map((each) => ({ ...each, reason: reasons[each.side] ?? "" }));
    const comparison = compared(
      beforeTheChange({ attributions: [{ ...before, contributions: oneSided(before.contributions) }] }),
      afterTheChange({
        attributions: [{ ...after, contributions: oneSided(after.contributions), excluded }],
      }),
    );
    expect(causeOf(comparison, "gc")?.reason).toBe("only the side of Go was measured");
    expect(causeOf(comparison, "stdout-buffering")?.reason).toBe(
      "not measured in the second run: Go: no lever; Rust: it crashed",
    );
  });

  it("runs without a common pair", () => {
    const [cpu] = beforeTheChange().gaps;
    const renamed = cpu === undefined ? [] : [{ ...cpu, slow: "go-patched" }];
    const subjects = beforeTheChange().subjects.map((one) =>
      one.id === "go" ? { ...one, id: "go-patched" } : one,
    );
    const other = beforeTheChange({ subjects, gaps: renamed, attributions: [] });
    expect(
      compareReports({ label: "one", report: beforeTheChange() }, { label: "two", report: other }),
    ).toEqual({
      ok: false,
      error:
        "one is about go, Rust (binary-trees) and two about go-patched, Rust (binary-trees): no two subjects were measured in both.",
    });
  });

  it("a run of tune has no causes to compare, and says so", () => {
    const tuned = beforeTheChange({ gaps: [], attributions: [] });
    expect(
      compareReports({ label: "one", report: beforeTheChange() }, { label: "two", report: tuned }),
    ).toEqual({
      ok: false,
      error:
        "two measured no gap between programs, as perfgap tune does: it holds settings of each program and no causes, so nothing says what a change did.",
    });
  });
});

function oneSided(contributions: readonly Contribution[]): readonly Contribution[] {
  return contributions.map((each) => (each.factor === "gc" ? { ...each, sided: "slow" } : each));
}

describe("doubts come first, the worst on top", () => {
  const identityOf = (report: Report) =>
    report.identity ?? { sources: {}, toolchains: {}, outputs: {}, args: [], input: "" };
  const withIdentity = (more: Partial<NonNullable<Report["identity"]>>) =>
    afterTheChange({ identity: { ...identityOf(afterTheChange()), ...more } });

  it.each<readonly [string, Report, readonly string[]]>([
    ["another machine", afterTheChange({ host: { ...host, cpuModel: "Other CPU" } }), ["refuses machine"]],
    ["another kernel", afterTheChange({ host: { ...host, kernel: "6.2.0" } }), ["serious kernel"]],
    ["a busy machine", afterTheChange({ host: { ...host, load1: 4 } }), ["serious load"]],
    [
      "another version",
      afterTheChange({ reproduce: { command: "", version: "9.9.9", seed: 1 } }),
      ["serious version"],
    ],
    ["other arguments", withIdentity({ args: ["21"] }), ["serious arguments"]],
    ["another input", withIdentity({ input: "other" }), ["serious input"]],
    [
      "other output",
      withIdentity({ outputs: { go: "the output", rust: "another output" } }),
      ["serious output"],
    ],
    ["another name, same job", afterTheChange({ case: { name: "copy" } }), ["note case"]],
    [
      "another case",
      { ...withIdentity({ args: ["x"] }), case: { name: "other" } },
      ["refuses case", "serious arguments"],
    ],
    [
      "another compiler",
      withIdentity({ toolchains: { go: "go-toolchain", rust: "other" } }),
      ["serious toolchain"],
    ],
    ["two programs changed", withIdentity({ sources: { go: "go-2", rust: "rust-2" } }), ["serious sources"]],
    ["nothing changed", withIdentity({ sources: { go: "go-1", rust: "rust-1" } }), ["note no-change"]],
  ])("%s", (_, after, expected) => {
    const found = codes(compared(beforeTheChange(), after));
    for (const code of expected) expect(found).toContain(code);
    if (expected.some((code) => code.startsWith("refuses"))) expect(found[0]).toMatch(/^refuses/);
  });

  it.each([
    [[], ["none"], "no argument before, none after"],
    [["a b"], ["a", "b"], "'a b' before, a b after"],
    [["a", ""], ["a"], "a '' before, a after"],
  ])("arguments %j against %j are other arguments", (one, two, message) => {
    const before = beforeTheChange({ identity: { ...identityOf(beforeTheChange()), args: one } });
    const doubt = compared(before, withIdentity({ args: two })).doubts.find(
      ({ code }) => code === "arguments",
    );
    expect(doubt?.message).toContain(message);
  });

  it.each<readonly [string, Report, string]>([
    [
      "output",
      withIdentity({ outputs: { go: "another output", rust: "the output" } }),
      "Go prints something else than before",
    ],
    [
      "toolchain",
      withIdentity({ toolchains: { go: "other", rust: "rust-toolchain" } }),
      "The toolchain of Go (",
    ],
    [
      "toolchain",
      afterTheChange({
        subjects: afterTheChange().subjects.map((one) =>
          one.id === "go" ? { ...one, toolchain: "go 9.9" } : one,
        ),
      }),
      "Go was built with",
    ],
    [
      "sources",
      withIdentity({ sources: { go: "go-2", rust: "rust-2" } }),
      "The sources of Go and Rust changed",
    ],
  ])("%s of a subject is told with its title", (code, after, message) => {
    const { doubts } = compared(beforeTheChange(), after);
    expect(doubts.find((one) => one.code === code)?.message).toContain(message);
  });

  it("a program that nobody changed and that ran slower", () => {
    const go = { ...beforeTheChange().subjects[0], typical: { cpuTime: estimate(0.5, 0.01) } };
    const after = afterTheChange({ subjects: [go as Report["subjects"][number]] });
    const doubt = compared(beforeTheChange(), after).doubts.find(({ code }) => code === "session");
    expect(doubt?.message).toContain("Go was not changed and took 1.21 times as long");
  });

  it.each<readonly [string, Partial<ReturnType<typeof withIdentity>["identity"] & object>]>([
    ["another input", { input: "other input" }],
    ["other arguments", { args: ["21"] }],
    ["another compiler", { toolchains: { go: "other", rust: "rust-toolchain" } }],
  ])("with %s the session is not blamed for what an unchanged program takes", (_, identity) => {
    const go = { ...beforeTheChange().subjects[0], typical: { cpuTime: estimate(46, 0.1) } };
    const after = { ...withIdentity(identity), subjects: [go as Report["subjects"][number]] };
    expect(codes(compared(beforeTheChange(), after))).not.toContain("serious session");
  });

  it("an unchanged program that ran slower, in no more digits than its interval has", () => {
    const go = { ...beforeTheChange().subjects[0], typical: { cpuTime: estimate(46, 12) } };
    const after = afterTheChange({ subjects: [go as Report["subjects"][number]] });
    const doubt = compared(beforeTheChange(), after).doubts.find(({ code }) => code === "session");
    expect(doubt?.message).toMatch(/took \d+ times as long/);
  });

  it("a report of an older version", () => {
    const older: Report = tieReport();
    expect(codes(compared(older, older))).toContain("serious identity-unknown");
  });
});

it("names no change in a family of causes because one of many stands out by luck", () => {
  const many = (values: readonly number[]) => {
    const cpu = gap("go", "rust", "cpuTime", estimate(1, 0.05));
    return beforeTheChange({
      gaps: [cpu],
      attributions: [
        attribution({
          gap: cpu,
          contributions: values.map((value, index) =>
            contribution({ factor: `f${index}`, phrase: `f${index}`, value, verdict: "cause" }),
          ),
        }),
      ],
    });
  };
  const before = Array.from({ length: 12 }, () => 0.3);
  const lucky = before.map((value, index) => (index === 0 ? value + 0.048 : value));
  const sure = before.map((value, index) => (index === 0 ? value + 0.08 : value));
  expect(causeOf(compared(many([0.3]), many([0.348])), "f0")?.kind).toBe("grew");
  expect(causeOf(compared(many(before), many(lucky)), "f0")?.kind).toBe("undetermined");
  expect(causeOf(compared(many(before), many(sure)), "f0")?.kind).toBe("grew");
});
