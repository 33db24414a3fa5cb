import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { InferOutput } from "valibot";
import { describe, expect, it } from "vitest";
import type { Report } from "../../src/model/report.ts";
import type { reportSchema } from "../../src/report/report-schema.ts";
import { publishedSchemas } from "../support/published-schemas.ts";
import { codegenReport } from "../support/report-fixture.ts";

type Frozen<T> = T extends string | number | boolean | null ? T : { readonly [K in keyof T]: Frozen<T[K]> };
type Bounded<T> = T extends string | number | boolean
  ? T
  : { readonly [K in keyof T]: Bounded<Exclude<T[K], null>> };
type SchemaReport = InferOutput<typeof reportSchema>;

/** Both compile only while the schema and the model are one shape, but for ends without a bound. */
const asSchema = (report: Report): Frozen<SchemaReport> => report;
const asModel = (report: Bounded<SchemaReport>): Report => report;

describe("published schemas", () => {
  it.each(publishedSchemas())(
    "$path is up to date (npx tsx test/support/write-schemas.ts)",
    ({ path, text }) => {
      expect(readFileSync(join(import.meta.dirname, "../..", path), "utf8")).toBe(text);
    },
  );

  it("have the model's shape", () => {
    const report = codegenReport();
    expect(asModel(asSchema(report) as Bounded<SchemaReport>)).toBe(report);
  });
});
