import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it, vi } from "vitest";
import { cacheDirectory, packageDirectory } from "./directories.ts";

afterEach(() => vi.unstubAllEnvs());

describe("directories", () => {
  it("finds the package's root", () => {
    expect(existsSync(join(packageDirectory(), "package.json"))).toBe(true);
  });

  it("takes the cache from PERFGAP_CACHE, then XDG_CACHE_HOME, then the platform", () => {
    vi.stubEnv("XDG_CACHE_HOME", "/xdg");
    vi.stubEnv("PERFGAP_CACHE", "/own");
    expect(cacheDirectory()).toBe("/own");
    vi.stubEnv("PERFGAP_CACHE", "");
    expect(cacheDirectory()).toBe("/xdg/perfgap");
    vi.stubEnv("XDG_CACHE_HOME", "");
    const ours = process.platform === "darwin" ? ["Library", "Caches"] : [".cache"];
    expect(cacheDirectory()).toBe(join(homedir(), ...ours, "perfgap"));
  });
});
