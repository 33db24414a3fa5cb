import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { publishedSchemas } from "./published-schemas.ts";

/** Writes schema/ anew: `npx tsx test/support/write-schemas.ts`. A test holds the files against the same source. */
for (const { path, text } of publishedSchemas()) {
  const file = join(import.meta.dirname, "../..", path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}
