import { join } from "node:path";
import { expect, test } from "vitest";
import { temporaryFolder } from "../../../test/support/temporary-folder.ts";
import { type CargoPackage, parseMetadata } from "./cargo-workspace.ts";
import { crateName } from "./compile.ts";
import { chooseProgram, detect } from "./detect.ts";
import { parseDepInfo } from "./sources.ts";

const cargoPackage = (name: string, binaries: readonly string[], defaultRun?: string): CargoPackage => ({
  name,
  directory: `/w/${name}`,
  binaries,
  pathDependencies: [],
  ...(defaultRun === undefined ? {} : { defaultRun }),
});

test("one file with fn main is a program, whatever its name", async () => {
  const folder = temporaryFolder({
    "so me\n'x.rs": "pub fn main () {}",
    "part.rs": "pub fn part() {}",
    "a.txt": "",
  });
  const path = join(folder, "so me\n'x.rs");
  expect(await detect(path, undefined, false)).toEqual({
    kind: "yes",
    subject: { id: "rust", language: "rust", path },
  });
  expect(await detect(path, "bin", false)).toMatchObject({ kind: "problem", help: "leave out #bin" });
  expect(await detect(join(folder, "part.rs"), undefined, false)).toMatchObject({ kind: "problem" });
  expect(await detect(join(folder, "a.txt"), undefined, false)).toEqual({ kind: "no" });
  expect(await detect(join(folder, "a.txt"), undefined, true)).toMatchObject({ kind: "problem" });
  expect(await detect(join(folder, "none"), undefined, true)).toEqual({ kind: "no" });
});

test("a folder with a lone main.rs is that file; one with nothing of Rust is none unless asked", async () => {
  const folder = temporaryFolder({ "lone/main.rs": "fn main() {}", "other/x.go": "package main" });
  expect(await detect(join(folder, "lone"), undefined, false)).toMatchObject({
    kind: "yes",
    subject: { path: join(folder, "lone", "main.rs") },
  });
  expect(await detect(join(folder, "other"), undefined, false)).toEqual({ kind: "no" });
  const asked = await detect(join(folder, "other"), undefined, true);
  expect(asked).toMatchObject({ kind: "problem" });
  if (asked.kind === "problem") expect(asked.help).toContain("cargo init");
});

test("of several programs one must be named, and the list says which there are", () => {
  const packages = [cargoPackage("one", ["serve", "bench"]), cargoPackage("two", ["cli"])];
  expect(chooseProgram("/w", "cli", packages)).toMatchObject({ kind: "yes", subject: { bin: "cli" } });
  expect(chooseProgram("/w", undefined, packages)).toEqual({
    kind: "problem",
    message: "/w builds 3 programs: bench, cli, serve.",
    help: "say which: perfgap explain rust:'/w#serve' ...",
  });
  expect(chooseProgram("/w", "nope", packages)).toMatchObject({
    message: '/w has no program "nope". It builds: bench, cli, serve.',
  });
});

test("one program needs no name, default-run stands for one, a library is none", () => {
  expect(chooseProgram("/w", undefined, [cargoPackage("one", ["app"])])).toMatchObject({
    subject: { bin: "app" },
  });
  expect(chooseProgram("/w", undefined, [cargoPackage("one", ["a", "b"], "b")])).toMatchObject({
    subject: { bin: "b" },
  });
  expect(chooseProgram("/w", undefined, [cargoPackage("one", [])])).toMatchObject({
    kind: "problem",
    message: "/w builds no program: it is a library.",
  });
});

test("cargo's metadata is read where it is as expected, and skipped where not", () => {
  const metadata = {
    workspace_root: "/w",
    packages: [
      {
        name: "app",
        manifest_path: "/w/app/Cargo.toml",
        default_run: null,
        targets: [
          { name: "app", kind: ["bin"] },
          { name: "lib", kind: ["lib"] },
        ],
        dependencies: [
          { name: "near", path: "/w/near", kind: null },
          { name: "test-only", path: "/w/test-only", kind: "dev" },
          { name: "serde", kind: null },
        ],
      },
      "nonsense",
    ],
  };
  expect(parseMetadata(JSON.stringify(metadata))).toEqual({
    root: "/w",
    packages: [{ name: "app", directory: "/w/app", binaries: ["app"], pathDependencies: ["/w/near"] }],
  });
  expect(parseMetadata("error: no")).toBeUndefined();
  expect(parseMetadata("[]")).toBeUndefined();
});

test("crate names and dependency lists of odd file names", () => {
  expect([crateName("a b-c.d"), crateName("1x"), crateName("ünï")]).toEqual(["a_b_c_d", "_1x", "_n_"]);
  expect(parseDepInfo("out: a\\ b.rs c.rs\n\na\\ b.rs:\n/x/c.rs:\n", "/w")).toEqual(["/w/a b.rs", "/x/c.rs"]);
});
