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
import { describeAnswers } from "../src/report/answer.ts";
import { parseReport } from "../src/report/parse-report.ts";
import { renderedFiles, storedEntries, storeEntry } from "./gallery/files.ts";
import { galleryReport } from "./gallery/page.ts";

const seed = "20261124";

/** A case that hangs must not keep the others from being measured. */
const longestMs = 30 * 60_000;

/**
 * Explains the shipped cases and writes docs/gallery: `npm run gallery -- [--only a,b] [--missing] [--budget 5m]
 * [--render]`. The page is written after each case; one that fails keeps what it had and the next is measured. --missing
 * takes the cases that are not in the gallery yet. --render measures nothing. --from ID=report.json takes a report that
 * is there already.
 */
export async function run(args: readonly string[]): Promise<object> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      only: { type: "string" },
      budget: { type: "string", default: "5m" },
      missing: { type: "boolean", default: false },
      render: { type: "boolean", default: false },
      from: { type: "string" },
    },
  });
  const failed: Record<string, string> = {};
  if (values.from !== undefined) takeReport(values.from);
  else if (!values.render) await measureCases(cases(values.only, values.missing), values.budget, failed);
  const written = writePage();
  if (Object.keys(failed).length > 0) process.exitCode = 3;
  return { cases: storedEntries().map(({ id }) => id), failed, written };
}

async function measureCases(
  ids: readonly string[],
  budget: string,
  failed: Record<string, string>,
): Promise<void> {
  for (const [index, id] of ids.entries()) {
    console.error(`${index + 1}/${ids.length} ${id}, budget ${budget}, since ${clock()} ...`);
    const problem = await measureCase(id, budget);
    if (problem !== undefined) failed[id] = problem;
    const [answer] = storedEntries()
      .filter((entry) => entry.id === id && problem === undefined)
      .flatMap(({ report }) => describeAnswers(report));
    console.error(
      problem === undefined ? `    ${answer?.headline ?? "no answer"}` : `    FAILED: ${problem}`,
    );
    writePage();
  }
  console.error(`done at ${clock()}: ${ids.length - Object.keys(failed).length} of ${ids.length} measured`);
}

const clock = () => new Date().toTimeString().slice(0, 8);

/** Everything that is made from the stored reports; gives the paths. */
function writePage(): readonly string[] {
  const files = renderedFiles(storedEntries());
  for (const [path, text] of files) writeFileSync(join(packageDirectory(), path), text);
  return [...files.keys()];
}

/** All shipped cases, or those that were named; of these all, or those without a stored report. */
function cases(only: string | undefined, missing: boolean): readonly string[] {
  const folder = join(packageDirectory(), "workloads");
  const all = readdirSync(folder).filter((id) => existsSync(join(folder, id, "case.toml")));
  const named = only?.split(",").map((id) => id.trim()) ?? all;
  const unknown = named.find((id) => !all.includes(id));
  const stored = new Set(missing ? storedEntries().map(({ id }) => id) : []);
  if (unknown === undefined) return named.filter((id) => !stored.has(id));
  throw new Failure({
    code: "gallery-case",
    exit: "usage",
    message: `There is no case ${unknown}.`,
    help: `shipped are ${all.join(", ")}`,
  });
}

/** undefined: measured and stored. In a folder of its own, from which the workloads are seen under the name that a reader would type. */
async function measureCase(id: string, budget: string): Promise<string | undefined> {
  const root = packageDirectory();
  const project = mkdtempSync(join(tmpdir(), "perfgap-gallery-"));
  try {
    symlinkSync(join(root, "workloads"), join(project, "workloads"));
    const pair = existsSync(join(root, "workloads", id, "go-rust.toml")) ? "go-rust.toml" : "case.toml";
    const words = ["explain", `workloads/${id}/${pair}`, "--budget", budget, "--seed", seed, "--json"];
    const argv = [process.execPath, join(root, "bin/perfgap.js"), ...words] as const;
    const { kind, code, stdout, stderr } = await runCommand({
      argv,
      workingDirectory: project,
      timeoutMs: longestMs,
    });
    if (code !== 0)
      return `${kind === "exited" ? `exit ${code}` : kind}\n${stderr.trimEnd().split("\n").slice(-12).join("\n")}`;
    storeEntry({ id, report: galleryReport(parseReport(stdout, id), [project, root]) });
    return undefined;
  } catch (error) {
    if (error instanceof Failure) return [error.message, error.detail].filter(Boolean).join("\n");
    throw error;
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
