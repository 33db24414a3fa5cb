import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { renderedFiles, storedEntries } from "../../bench/gallery/files.ts";
import { galleryReport } from "../../bench/gallery/page.ts";
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
          { code: "y", message: 'in "/tmp/a b/cache/log.txt", (/work/x/y.go:3)', appliesTo: "go" },
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
