import { homedir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** The one folder outside a project that perfgap writes to: PERFGAP_CACHE, else the platform's cache folder. */
export function cacheDirectory(): string {
  const { PERFGAP_CACHE: own, XDG_CACHE_HOME: xdg } = process.env;
  if (own !== undefined && own !== "") return own;
  if (xdg !== undefined && xdg !== "") return join(xdg, "perfgap");
  return process.platform === "darwin"
    ? join(homedir(), "Library", "Caches", "perfgap")
    : join(homedir(), ".cache", "perfgap");
}

/** The package's own root, from the sources as from dist/: where probes/, schema/ and workloads/ are. */
export function packageDirectory(): string {
  const here = fileURLToPath(import.meta.url);
  const fromRoot = here.includes("/dist/src/base/") ? "../../../.." : "../../..";
  return join(here, fromRoot);
}
