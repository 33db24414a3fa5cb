import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { pictured, renderedFiles, storedEntries } from "../../bench/gallery/files.ts";
import { galleryReport } from "../../bench/gallery/page.ts";
import { renderTerminal } from "../../src/report/render-terminal.ts";
import { defaultTerminalOptions } from "../../src/report/terminal-options.ts";
import { codegenReport } from "../support/report-fixture.ts";

const root = join(import.meta.dirname, "../..");

describe("the gallery", () => {
  const entries = storedEntries();

  test("there is one", () => expect(entries.map(({ id }) => id)).toContain("sum-array"));

  test.each([...renderedFiles(entries)])(
    "%s is what the stored reports give (npm run gallery -- --render)",
    (path, text) => {
      expect(readFileSync(join(root, path), "utf8")).toBe(text);
    },
  );

  test("what README shows is what the stored report of its picture prints", () => {
    const entry = entries.find(({ id }) => id === pictured);
    if (entry === undefined) throw new Error(`${pictured} is not in the gallery`);
    const printed = renderTerminal(entry.report, { ...defaultTerminalOptions, unicode: true });
    const shown = /^The same in the terminal.*?^```text\n(.*?)^```$/ms.exec(
      readFileSync(join(root, "README.md"), "utf8"),
    )?.[1];
    const parts = (shown ?? "").split(/^ *\.\.\.\n/m).filter((part) => part.trim() !== "");
    expect(parts.length).toBeGreaterThan(1);
    for (const part of parts) expect(printed).toContain(part);
  });

  test("no stored report names a folder of the machine it was measured on", () => {
    for (const { report } of entries) {
      expect(JSON.stringify(report).match(/"[^"]*\/(?:home|root|tmp|work|Users)\/[^"]*"/g)).toBeNull();
      expect(report.reproduce.command).toMatch(/^perfgap (explain workloads\/|demo)/);
    }
  });

  test("takes out of a report what is bulky and what only its machine has", () => {
    const [piece] = codegenReport().evidence;
    if (piece === undefined) throw new Error("the fixture has no evidence");
    const small = galleryReport(
      {
        ...codegenReport(),
        evidence: [{ ...piece, location: { file: "/home/me/repo/src/main.rs", line: 4 } }],
        warnings: [
          { code: "x", message: "see /home/me/repo/go/main.go", appliesTo: "go" },
          { code: "y", message: 'in "/tmp/a b/cache/log.txt", (/home/x/y.go:3)', appliesTo: "go" },
        ],
      },
      ["/home/me/repo"],
    );
    expect(small.evidence[0]).toMatchObject({ detail: "", location: { file: "main.rs" } });
    expect(small.warnings.map(({ message }) => message)).toEqual([
      "see go/main.go",
      'in "a b/cache/log.txt", (y.go:3)',
    ]);
    expect(small.attributions).toEqual(codegenReport().attributions);
  });
});
