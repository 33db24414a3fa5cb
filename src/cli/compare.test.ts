import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { afterTheChange, beforeTheChange } from "../../test/support/compared-reports.ts";
import { cli } from "../../test/support/fake-cli.ts";
import { host } from "../../test/support/report-parts.ts";
import { temporaryFolder } from "../../test/support/temporary-folder.ts";
import type { Report } from "../model/report.ts";
import { renderJson } from "../report/render-json.ts";
import type { RunSummary } from "./services.ts";

const [latest, previous, oldest] = ["20261124-120500-cccc", "20261124-114200-bbbb", "20261124-110000-aaaa"];

function summary(id: string, kind: "finished" | "resumable"): RunSummary {
  const document = {
    schema: "perfgap/case@1",
    createdAt: "2026-11-24T11:42:00.000Z",
    version: "0.1.0",
    command: "perfgap explain go rust",
    case: { name: "go-rust", workload: { args: [], env: {}, compare: { kind: "exact" } }, subjects: [] },
  } as const;
  return { id, directory: join("/nowhere", id), kind, case: document, blocks: 12 };
}

/** A folder with runs, latest first; a run without a report can only be resumed. */
function folder(reports: Readonly<Record<string, Report | undefined>>) {
  const runs = Object.entries(reports).map(([id, report]) =>
    summary(id, report === undefined ? "resumable" : "finished"),
  );
  return {
    directory: temporaryFolder(),
    services: {
      listRuns: () => Promise.resolve(runs),
      readReport: ({ id }: RunSummary) => Promise.resolve(renderJson(reports[id] ?? beforeTheChange())),
    },
  };
}

const twoRuns = () => folder({ [latest]: afterTheChange(), [previous]: beforeTheChange() });

describe("compare", () => {
  it("sets the last two finished runs side by side, an unfinished one between them aside", async () => {
    const parts = folder({
      [latest]: afterTheChange(),
      [previous]: undefined,
      [oldest]: beforeTheChange(),
    });
    const { code, out } = await cli(["compare"], parts);
    expect(code).toBe(0);
    expect(out).toMatch(/before {2}20261124-110000-aaaa .*\n {2}after {3}20261124-120500-cccc/);
    expect(out).toContain("Rust, whose source was changed, became 1.94x faster");
    expect(out.replaceAll("\n", " ")).toContain(
      "The allocator vanished in Rust, which multiplies the gap by 1.67",
    );
  });

  it("takes ids and files, and gives JSON and Markdown", async () => {
    const parts = twoRuns();
    const directory = temporaryFolder({ "sent.json": renderJson(beforeTheChange()) });
    const { out } = await cli(["compare", "sent.json", latest, "--json", "--export-md", "change.md"], {
      ...parts,
      directory,
    });
    expect(JSON.parse(out)).toMatchObject({
      schema: "perfgap/comparison@1",
      before: { label: "sent.json" },
      after: { label: latest },
    });
    expect(readFileSync(join(directory, "change.md"), "utf8")).toContain("# binary-trees: before and after");
  });

  it.each<readonly [string, readonly string[], string, string]>([
    ["an unknown run", ["20261124-120500-cccd"], "There is no run", 'did you mean "20261124-120500-cccc"?'],
    ["a file that is not there", ["colleague.json"], 'There is no run "colleague.json" here', "perfgap runs"],
    ["one run on both sides", [latest, latest], "is on both sides", "name two runs"],
    ["an unfinished run", [oldest, latest], "is resumable, not finished", `perfgap resume ${oldest}`],
  ])("%s", async (_, words, message, help) => {
    const parts = folder({
      [latest]: afterTheChange(),
      [previous]: beforeTheChange(),
      [oldest]: undefined,
    });
    const { code, err } = await cli(["compare", ...words], parts);
    expect(code).toBe(2);
    expect(err).toContain(message);
    expect(err).toContain(help);
  });

  it("says what is missing where there are not two", async () => {
    const one = await cli(["compare"], folder({ [latest]: undefined, [previous]: afterTheChange() }));
    expect(one.code).toBe(2);
    expect(one.err).toContain("only one finished run");
    expect(one.err).toContain(`perfgap resume ${latest}`);
    const none = await cli(["compare"], folder({}));
    expect(none.err).toContain("no finished run in this folder");
  });

  it.each<readonly [string, Report, string]>([
    ["two machines", afterTheChange({ host: { ...host, cpuModel: "Other" } }), "come from two machines"],
    [
      "two cases",
      afterTheChange({
        case: { name: "lcs" },
        identity: { sources: {}, toolchains: {}, outputs: {}, args: ["1"], input: "" },
      }),
      "do not do the same job",
    ],
  ])("refuses %s until it is forced to, and then says it first", async (_, after, message) => {
    const parts = () => folder({ [latest]: after, [previous]: beforeTheChange() });
    const refused = await cli(["compare"], parts());
    expect(refused.code).toBe(2);
    expect(refused.err).toContain(message);
    expect(refused.err).toContain("--force");
    expect(refused.out).toBe("");
    const forced = await cli(["compare", "--force"], parts());
    expect(forced.code).toBe(0);
    expect(forced.out.replaceAll(/\n {4}/g, " ")).toContain(message);
  });

  it("two cases without a common program are refused even then", async () => {
    const subjects = afterTheChange().subjects.map((one) => ({ ...one, id: `other-${one.id}` }));
    const gaps = afterTheChange().gaps.map((one) => ({
      ...one,
      slow: `other-${one.slow}`,
      fast: `other-${one.fast}`,
    }));
    const after = afterTheChange({ subjects, gaps, attributions: [] });
    const { code, err } = await cli(
      ["compare", "--force"],
      folder({ [latest]: after, [previous]: beforeTheChange() }),
    );
    expect(code).toBe(2);
    expect(err).toContain("no two subjects were measured in both");
  });

  it.each<readonly [readonly string[], number]>([
    [["latest", "previous", "--fail-on", "cpu>1.05"], 1],
    [["previous", "latest", "--fail-on", "cpu>1.05"], 0],
    [["previous", "latest", "--fail-on", "go/rust cpu>1.5"], 1],
    [["previous", "latest", "--fail-on", "go/rust cpu>2.5"], 0],
    [["latest", "previous", "--fail-on", "rust/go cpu>1.5"], 1],
    [["previous", "latest", "--strict"], 0],
  ])("%j ends with %d", async (words, expected) => {
    expect((await cli(["compare", ...words], twoRuns())).code).toBe(expected);
  });

  it("--strict ends with 7 where a doubt is serious", async () => {
    const after = afterTheChange({ host: { ...host, kernel: "7.0" } });
    const { code } = await cli(
      ["compare", "--strict"],
      folder({ [latest]: after, [previous]: beforeTheChange() }),
    );
    expect(code).toBe(7);
  });
});
