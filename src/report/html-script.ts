import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { packageDirectory } from "../base/directories.ts";
import { errorCode } from "../base/storage.ts";

let loaded: string | undefined;

/**
 * The browser side of the report as `npm run build` bundles it from web/. "" in a source tree that was not built: the
 * page says everything without it.
 */
export function pageScript(): string {
  loaded ??= readScript();
  return loaded;
}

function readScript(): string {
  try {
    return readFileSync(join(packageDirectory(), "dist", "web", "report.js"), "utf8").trim();
  } catch (error) {
    if (errorCode(error) === "ENOENT") return "";
    throw error;
  }
}

/** Nothing may be loaded; the one style sheet and the one script are known by their hashes. */
export function contentSecurityPolicy(style: string, script: string): string {
  const hash = (text: string) => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
  return [
    "default-src 'none'",
    `style-src ${hash(style)}`,
    ...(script === "" ? [] : [`script-src ${hash(script)}`]),
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");
}
