import { readdir } from "node:fs/promises";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";
import { findExecutable } from "../../base/find-executable.ts";
import type { Subject, Toolchain } from "../../plugin.ts";
import { describeGo, subjectFolder } from "./toolchain.ts";

/** A go command must answer for itself: it neither fetches another Go nor hands over to one. */
export const itself = { GOTOOLCHAIN: "local" } as const;

/** Go versions that are on this machine, that the subject's module accepts, and that are not the subject's own; newest first. */
export async function otherToolchains(subject: Subject, own: Toolchain): Promise<readonly Toolchain[]> {
  const folder = await subjectFolder(subject);
  const found = new Map<string, Toolchain>();
  for (const root of await goRoots(own.properties["GOMODCACHE"])) {
    const executable = await findExecutable(join(root, "bin", "go"));
    if (executable === undefined) continue;
    const search = await describeGo({ executable, folder, env: itself });
    if (search.kind !== "found" || search.toolchain.version === own.version) continue;
    found.set(search.toolchain.version, search.toolchain);
  }
  const collator = new Intl.Collator("en", { numeric: true });
  return [...found.values()].sort((left, right) => collator.compare(right.version, left.version));
}

/** Folders that may hold a whole Go: of the official archive, of `go install golang.org/dl/...`, of packages, of GOTOOLCHAIN. */
async function goRoots(moduleCache: string | undefined): Promise<readonly string[]> {
  const inFolder = async (folder: string, pattern: RegExp) =>
    (await readdir(folder).catch(() => []))
      .filter((name) => pattern.test(name))
      .map((name) => join(folder, name));
  const onPath = (process.env["PATH"] ?? "")
    .split(delimiter)
    .filter((folder) => folder.endsWith("/bin"))
    .map((folder) => folder.slice(0, -"/bin".length));
  const lists = await Promise.all([
    inFolder(join(homedir(), "sdk"), /^go\d/),
    inFolder("/usr/local", /^go[\d.-]*$/),
    inFolder("/usr/lib", /^go-\d/),
    inFolder("/opt", /^go[\d.-]*$/),
    moduleCache === undefined ? [] : inFolder(join(moduleCache, "golang.org"), /^toolchain@v0\.0\.1-go/),
  ]);
  return [...new Set([...onPath, ...lists.flat()])];
}
