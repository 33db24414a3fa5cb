import { join } from "node:path";
import { expect, test } from "vitest";
import { temporaryFolder } from "../../../test/support/temporary-folder.ts";
import { type ConfigFile, configuredTarget, readConfigFiles, userFlags } from "./cargo-config.ts";
import { cfgHolds } from "./cfg.ts";
import { readReleaseProfile } from "./release-profile.ts";

const target = {
  triple: "x86_64-unknown-linux-gnu",
  cfg: new Set(["unix", 'target_os="linux"', 'target_arch="x86_64"']),
};

const file = (path: string, table: Readonly<Record<string, unknown>>): ConfigFile => ({ path, table });

test.each([
  ["cfg(unix)", true],
  ["cfg(windows)", false],
  ['cfg(target_os = "linux")', true],
  ['cfg(all(unix, target_arch = "x86_64"))', true],
  ['cfg(all(unix, target_arch = "arm"))', false],
  ["cfg(any(windows, unix))", true],
  ["cfg(not(windows))", true],
  ["cfg(not(all(unix, not(windows))))", false],
  ["cfg(all())", true],
  ["cfg(any())", false],
  ["cfg(true)", true],
  ["cfg(all(unix", false],
  ["unix", false],
  ["", false],
])("%s: %s", (expression, holds) => {
  expect(cfgHolds(expression, target.cfg)).toBe(holds);
});

test("of the places where flags may be set the first one counts, and alone", () => {
  const files = [
    file("/home/me/.cargo/config.toml", {
      build: { rustflags: ["-Cbuild"] },
      target: { "x86_64-unknown-linux-gnu": { rustflags: "-C near" } },
    }),
    file("/home/.cargo/config.toml", { target: { "cfg(unix)": { rustflags: ["-C", "far"] } } }),
  ];
  const flags = (environment: Readonly<Record<string, string>>) =>
    userFlags(files, target, environment).rustflags;
  expect(flags({})).toEqual(["-C", "far", "-C", "near"]);
  expect(flags({ RUSTFLAGS: " -Ca  -Cb" })).toEqual(["-Ca", "-Cb"]);
  expect(flags({ RUSTFLAGS: "" })).toEqual([]);
  expect(flags({ RUSTFLAGS: "-Ca", CARGO_ENCODED_RUSTFLAGS: "-Cx y\x1f-Cz" })).toEqual(["-Cx y", "-Cz"]);
  expect(flags({ CARGO_TARGET_X86_64_UNKNOWN_LINUX_GNU_RUSTFLAGS: "-Ce" }).at(-1)).toBe("-Ce");
  const onlyBuild = [file("/home/me/.cargo/config.toml", { build: { rustflags: ["-Cbuild"] } })];
  expect(userFlags(onlyBuild, target, { CARGO_BUILD_RUSTFLAGS: "-Cenv" }).rustflags).toEqual([
    "-Cbuild",
    "-Cenv",
  ]);
});

test("a linker with a slash is meant from the configuration's folder", () => {
  const files = (linker: string) => [
    file("/home/me/app/.cargo/config.toml", { target: { [target.triple]: { linker } } }),
  ];
  expect(userFlags(files("tools/ld"), target, {}).linker).toBe("/home/me/app/tools/ld");
  expect(userFlags(files("clang"), target, {}).linker).toBe("clang");
  expect(
    userFlags(files("clang"), target, { CARGO_TARGET_X86_64_UNKNOWN_LINUX_GNU_LINKER: "gcc-13" }).linker,
  ).toBe("gcc-13");
});

test("the nearest configured target wins, the environment before it", () => {
  const files = [
    file("/a", {}),
    file("/b", { build: { target: ["near"] } }),
    file("/c", { build: { target: "far" } }),
  ];
  expect(configuredTarget(files, {})).toBe("near");
  expect(configuredTarget(files, { CARGO_BUILD_TARGET: "env" })).toBe("env");
  expect(configuredTarget([], {})).toBeUndefined();
});

test("configuration is read from the folder upward; what is not TOML is left to cargo", async () => {
  const folder = temporaryFolder({
    "a/b/.cargo/config.toml": "[build]\nrustflags = ['-Ca']\n",
    ".cargo/config.toml": "not [ toml",
  });
  const inner = join(folder, "a", "b");
  const files = await readConfigFiles(inner);
  expect(files[0]).toEqual({
    path: join(inner, ".cargo", "config.toml"),
    table: { build: { rustflags: ["-Ca"] } },
  });
  expect(files.map(({ path }) => path)).not.toContain(join(folder, ".cargo", "config.toml"));
});

test("the release profile is the environment's, else the configuration's, else the manifest's", async () => {
  const folder = temporaryFolder({
    "Cargo.toml":
      "[profile.release]\noverflow-checks = true\nopt-level = 's'\nlto = true\ncodegen-units = 1\npanic = 'abort'\n",
  });
  const config = [file("/x", { profile: { release: { "opt-level": 2 } } })];
  const written = { overflowChecks: "on", optLevel: "s", lto: "fat", codegenUnits: "1", panic: "abort" };
  expect(await readReleaseProfile(folder, [], {})).toEqual(written);
  expect(await readReleaseProfile(folder, config, {})).toEqual({ ...written, optLevel: "2" });
  const environment = { CARGO_PROFILE_RELEASE_OVERFLOW_CHECKS: "false", CARGO_PROFILE_RELEASE_LTO: "off" };
  expect(await readReleaseProfile(folder, config, environment)).toEqual({
    ...written,
    overflowChecks: "off",
    optLevel: "2",
    lto: "off",
  });
  expect(await readReleaseProfile(join(folder, "none"), [], {})).toEqual({
    overflowChecks: "off",
    optLevel: "3",
    lto: "thin-local",
    codegenUnits: "16",
    panic: "unwind",
  });
});
