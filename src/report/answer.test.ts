import { expect, test } from "vitest";
import { codegenReport } from "../../test/support/report-fixture.ts";
import { estimate } from "../../test/support/report-parts.ts";
import { describeAnswers, doseText } from "./answer.ts";

test("a level that slows a program down is called slower, one that is open is called neither, and neutral is off", () => {
  const levels = [
    { level: "four times the heap", shift: estimate(0.27, 0.03) },
    { level: "twice the heap", shift: estimate(0.01, 0.1) },
    { level: "neutral", shift: estimate(-Math.log(1.1), 0.02) },
  ];
  const series = { factor: "gc", side: "go", levels, atLeast: estimate(0.27, 0.03) };
  expect(doseText(series, () => "Go")).toBe(
    "gc (Go): four times the heap x1.31 (1.27-1.35) faster, twice the heap x0.9-1.1 as fast, off x1.10 (1.08-1.12) slower",
  );
});

test("of programs that print nothing it is said next to the headline", () => {
  const warning = { code: "nothing-printed", message: "", appliesTo: "outputs" };
  const [quiet] = describeAnswers({ ...codegenReport(), warnings: [warning] });
  expect(quiet?.why[0]).toBe(
    "The programs printed nothing, so nothing shows that they do the same job, or any.",
  );
  expect(describeAnswers(codegenReport())[0]?.why.join(" ")).not.toContain("printed nothing");
});

test("of programs that read an input that nobody gave it is said next to the headline, of those of the pair only", () => {
  const saidOf = (appliesTo: string) =>
    describeAnswers({ ...codegenReport(), warnings: [{ code: "empty-input", message: "", appliesTo }] })[0]
      ?.why[0];
  expect(saidOf("go, rust")).toBe(
    "Go and Rust read their standard input, which is empty: this may be the time of a start only (--stdin FILE gives one).",
  );
  expect(saidOf("c, rust")).toMatch(/^Rust read its standard input, which is empty: /);
  expect(saidOf("c")).toBe(describeAnswers(codegenReport())[0]?.why[0]);
});
