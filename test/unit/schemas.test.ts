import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type InferOutput, safeParse } from "valibot";
import { describe, expect, it } from "vitest";
import { compareReports } from "../../src/compare/compare-reports.ts";
import { comparisonSchema } from "../../src/compare/comparison-schema.ts";
import type { Comparison } from "../../src/model/comparison.ts";
import type { Report } from "../../src/model/report.ts";
import type { reportSchema } from "../../src/report/report-schema.ts";
import { publishedSchemas } from "../support/published-schemas.ts";
import { codegenReport, memoryReport } from "../support/report-fixture.ts";

/** Every property required, readonly and without null: what is left is names and kinds. */
type Shape<T> = T extends string | number | boolean
  ? T
  : { readonly [K in keyof T]-?: Shape<Exclude<T[K], null | undefined>> };
type SchemaShape = Shape<InferOutput<typeof reportSchema>>;

/** Both compile only while the schema and the model have the same properties, optional ones too. */
const asSchema = (report: Shape<Report>): SchemaShape => report;
const asModel = (report: SchemaShape): Shape<Report> => report;

type ComparisonShape = Shape<InferOutput<typeof comparisonSchema>>;
const comparisonAsSchema = (comparison: Shape<Comparison>): ComparisonShape => comparison;
const comparisonAsModel = (comparison: ComparisonShape): Shape<Comparison> => comparison;

describe("published schemas", () => {
  it.each(publishedSchemas())(
    "$path is up to date (npx tsx test/support/write-schemas.ts)",
    ({ path, text }) => {
      expect(readFileSync(join(import.meta.dirname, "../..", path), "utf8")).toBe(text);
    },
  );

  it("have the model's shape", () => {
    const report = codegenReport() as Shape<Report>;
    expect(asModel(asSchema(report))).toBe(report);
    const compared = compareReports(
      { label: "before", report: codegenReport() },
      { label: "after", report: memoryReport() },
    );
    const comparison = (compared.ok ? compared.value : undefined) as Shape<Comparison>;
    expect(comparisonAsModel(comparisonAsSchema(comparison))).toBe(comparison);
    expect(safeParse(comparisonSchema, JSON.parse(JSON.stringify(comparison)))).toMatchObject({
      success: true,
    });
  });
});
