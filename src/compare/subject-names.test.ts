import { expect, it } from "vitest";
import { afterTheChange, beforeTheChange } from "../../test/support/compared-reports.ts";
import { goSubject, rustSubject } from "../../test/support/report-parts.ts";
import type { Report, ReportSubject } from "../model/report.ts";
import { compareReports } from "./compare-reports.ts";
import { namesOfBoth } from "./subject-names.ts";

const untitledGo: ReportSubject = {
  id: goSubject.id,
  language: goSubject.language,
  toolchain: goSubject.toolchain,
  typical: goSubject.typical,
};
const ids = ["go", "rust", "other"];

function named(before: readonly ReportSubject[], after: readonly ReportSubject[]): readonly string[] {
  return ids.map(namesOfBoth(beforeTheChange({ subjects: before }), afterTheChange({ subjects: after })));
}

it.each<readonly [string, readonly ReportSubject[], readonly ReportSubject[], readonly string[]]>([
  ["both reports agree", [goSubject, rustSubject], [goSubject, rustSubject], ["Go", "Rust", "other"]],
  ["each holds another subject", [goSubject], [rustSubject], ["Go", "Rust", "other"]],
  ["only one says a title", [untitledGo, rustSubject], [goSubject], ["Go", "Rust", "other"]],
  ["none says a title", [untitledGo, rustSubject], [untitledGo], ["go", "Rust", "other"]],
  [
    "the two disagree",
    [goSubject, rustSubject],
    [{ ...goSubject, title: "Golang" }, rustSubject],
    ["go", "Rust", "other"],
  ],
  [
    "two subjects of one run have the same",
    [goSubject, { ...rustSubject, title: "Go" }],
    [],
    ["go", "rust", "other"],
  ],
  [
    "a subject of the other run has the same",
    [goSubject, rustSubject],
    [rustSubject, { ...goSubject, id: "other" }],
    ["go", "Rust", "other"],
  ],
])(
  "subjects have their titles where these are certain and distinct: %s",
  (_case, before, after, expected) => {
    expect(named(before, after)).toEqual(expected);
  },
);

it("everything that a comparison says calls a subject by the one name, and keys keep the id", () => {
  const retitled = (report: Report, title: string): Report => ({
    ...report,
    subjects: report.subjects.map((one) => (one.id === "rust" ? { ...one, title } : one)),
  });
  const titlesIn = (before: Report, after: Report) => {
    const result = compareReports({ label: "one", report: before }, { label: "two", report: after });
    if (!result.ok) throw new Error(result.error);
    const { doubts, subjects } = result.value;
    const source = doubts.find(({ code }) => code === "source");
    const row = subjects.find(({ subject }) => subject === "rust");
    return [source?.subject, source?.message.split(" ")[3], row?.title];
  };
  expect(titlesIn(beforeTheChange(), afterTheChange())).toEqual(["rust", "Rust", "Rust"]);
  expect(titlesIn(beforeTheChange(), retitled(afterTheChange(), "Rust 2"))).toEqual(["rust", "rust", "rust"]);
});
