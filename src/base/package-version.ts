import { readFileSync } from "node:fs";
import { join } from "node:path";
import { packageDirectory } from "./directories.ts";

/** The version in package.json, from the sources as from dist/. */
export function packageVersion(): string {
  const text = readFileSync(join(packageDirectory(), "package.json"), "utf8");
  return (JSON.parse(text) as { readonly version: string }).version;
}
