import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";

/** Folders of the modules that a folder's go.work names; undefined where it has none. */
export async function workspaceModules(folder: string): Promise<readonly string[] | undefined> {
  const text = await readFile(join(folder, "go.work"), "utf8").catch(() => undefined);
  return text === undefined ? undefined : usedModules(text).map((path) => resolve(folder, path));
}

/** Paths after `use`, alone or in a block (go.dev/ref/mod, "Workspaces"). */
function usedModules(text: string): readonly string[] {
  const lines = text.split("\n").map((line) => line.replace(/\/\/.*$/, "").trim());
  const paths: string[] = [];
  let block: string | undefined;
  for (const line of lines) {
    if (block !== undefined) {
      if (line === ")") block = undefined;
      else if (block === "use" && line !== "") paths.push(line);
      continue;
    }
    const opened = /^(\w+)\s*\($/.exec(line)?.[1];
    const single = /^use\s+(.+)$/.exec(line)?.[1];
    if (opened !== undefined) block = opened;
    else if (single !== undefined) paths.push(single);
  }
  return paths.map((path) => path.replace(/^["`](.*)["`]$/, "$1"));
}
