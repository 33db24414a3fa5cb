import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { packageDirectory } from "../../src/base/directories.ts";
import { parseReport } from "../../src/report/parse-report.ts";
import { renderJson } from "../../src/report/render-json.ts";
import { renderSvg } from "../../src/report/render-svg.ts";
import { type GalleryEntry, galleryPage } from "./page.ts";

const docs = join(packageDirectory(), "docs");
const folder = join(docs, "gallery");

/** The case whose picture stands in the README. */
export const pictured = "sum-array";

/** Stored entries, by name. */
export function storedEntries(): readonly GalleryEntry[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((file) => file.endsWith(".json"))
    .sort()
    .map((file) => ({
      id: file.slice(0, -".json".length),
      report: parseReport(readFileSync(join(folder, file), "utf8"), `docs/gallery/${file}`),
    }));
}

export function storeEntry({ id, report }: GalleryEntry): void {
  writeFileSync(join(folder, `${id}.json`), renderJson(report));
}

/** Everything that is made from the stored reports, by path below the repository. */
export function renderedFiles(entries: readonly GalleryEntry[]): ReadonlyMap<string, string> {
  return new Map([
    ["docs/gallery.md", galleryPage(entries)],
    ...entries.flatMap(({ id, report }) => {
      const picture = renderSvg(report);
      const own = [`docs/gallery/${id}.svg`, picture] as const;
      return id === pictured ? [own, ["docs/images/gap-stack.svg", picture] as const] : [own];
    }),
  ]);
}
