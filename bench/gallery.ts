import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { packageDirectory } from "../src/base/directories.ts";
import { Failure } from "../src/base/failure.ts";
import { runCommand } from "../src/base/subprocess.ts";
import { parseReport } from "../src/report/parse-report.ts";
import { renderedFiles, storedEntries, storeEntry } from "./gallery/files.ts";
import { galleryReport } from "./gallery/page.ts";

const seed = "20261124";

/**
 * Explains the shipped cases and writes docs/gallery: `npm run gallery -- [--only a,b] [--budget 5m] [--render]`.
 * --render measures nothing. --from ID=report.json takes a report that is there already.
 */
export async function run(args: readonly string[]): Promise<object> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      only: { type: "string" },
      budget: { type: "string", default: "5m" },
      render: { type: "boolean", default: false },
      from: { type: "string" },
    },
  });
  const failed: string[] = [];
  if (values.from !== undefined) takeReport(values.from);
  else if (!values.render)
    for (const id of cases(values.only)) {
      console.error(`explaining ${id} (budget ${values.budget}) ...`);
      const problem = await measureCase(id, values.budget);
      if (problem !== undefined) {
        console.error(problem);
        failed.push(id);
      }
    }
  const entries = storedEntries();
  const files = renderedFiles(entries);
  for (const [path, text] of files) writeFileSync(join(packageDirectory(), path), text);
  return { cases: entries.map(({ id }) => id), failed, written: [...files.keys()] };
}

/** All shipped cases, or those that were named. */
function cases(only: string | undefined): readonly string[] {
  const folder = join(packageDirectory(), "workloads");
  const all = readdirSync(folder).filter((id) => existsSync(join(folder, id, "case.toml")));
  const named = only?.split(",") ?? all;
  const unknown = named.find((id) => !all.includes(id));
  if (unknown === undefined) return named;
  throw new Failure({
    code: "gallery-case",
    exit: "usage",
    message: `There is no case ${unknown}.`,
    help: `shipped are ${all.join(", ")}`,
  });
}

/** In a folder of its own, from which the workloads are seen under the name that a reader would type. */
async function measureCase(id: string, budget: string): Promise<string | undefined> {
  const root = packageDirectory();
  const project = mkdtempSync(join(tmpdir(), "perfgap-gallery-"));
  try {
    symlinkSync(join(root, "workloads"), join(project, "workloads"));
    const pair = existsSync(join(root, "workloads", id, "go-rust.toml")) ? "go-rust.toml" : "case.toml";
    const words = ["explain", `workloads/${id}/${pair}`, "--budget", budget, "--seed", seed, "--json"];
    const argv = [process.execPath, join(root, "bin/perfgap.js"), ...words] as const;
    const { code, stdout, stderr } = await runCommand({ argv, workingDirectory: project });
    if (code !== 0) return `${id}: exit ${code}\n${stderr.split("\n").slice(-12).join("\n")}`;
    storeEntry({ id, report: galleryReport(parseReport(stdout, id), [project, root]) });
    return undefined;
  } finally {
    rmSync(project, { recursive: true, force: true });
  }
}

function takeReport(from: string): void {
  const [id = "", path = ""] = from.split("=", 2);
  storeEntry({
    id,
    report: galleryReport(parseReport(readFileSync(path, "utf8"), path), [packageDirectory()]),
  });
}
