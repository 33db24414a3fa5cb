import { toJsonSchema } from "@valibot/to-json-schema";
import { caseFileSchema } from "../../src/case/case-schema.ts";
import { comparisonSchema } from "../../src/compare/comparison-schema.ts";
import { reportSchema } from "../../src/report/report-schema.ts";

interface PublishedSchema {
  /** Path in the repository, and in the package. */
  readonly path: string;
  readonly text: string;
}

/** The JSON Schemas that ship with the package, as their files must read. */
export function publishedSchemas(): readonly PublishedSchema[] {
  return [
    {
      path: "schema/case.schema.json",
      text: schemaText("perfgap case file", toJsonSchema(caseFileSchema, { errorMode: "throw" })),
    },
    {
      path: "schema/report.schema.json",
      text: schemaText(
        "perfgap report, perfgap/report@1",
        toJsonSchema(reportSchema, { errorMode: "throw" }),
      ),
    },
    {
      path: "schema/comparison.schema.json",
      text: schemaText(
        "perfgap comparison of two runs, perfgap/comparison@1",
        toJsonSchema(comparisonSchema, { errorMode: "throw" }),
      ),
    },
  ];
}

function schemaText(title: string, schema: object): string {
  return `${JSON.stringify({ title, ...schema }, undefined, 2)}\n`;
}
