import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { detect } from "./detect.ts";

let root = "";
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "perfgap go \"'\n"));
});
afterEach(() => rm(root, { recursive: true, force: true }));

async function files(tree: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, text] of Object.entries(tree)) {
    await mkdir(dirname(join(root, name)), { recursive: true });
    await writeFile(join(root, name), text);
  }
}

const main = "package main\nfunc main() {}\n";
const mod = "module example.org/m\ngo 1.24\n";

describe("detect", () => {
  it("takes a module whose folder is the program", async () => {
    await files({ "go.mod": mod, "main.go": main, "cmd/other/main.go": main });
    expect(await detect(root, undefined, false)).toMatchObject({
      kind: "yes",
      subject: { path: root, language: "go" },
    });
  });

  it("finds the one program below, past tests, vendor, testdata and nested modules", async () => {
    await files({
      "go.mod": mod,
      "lib.go": "package m\n",
      "gen.go": `//go:build ignore\n${main}`,
      "main_test.go": main,
      "cmd/tool/main.go": main,
      "vendor/x/main.go": main,
      "testdata/main.go": main,
      "nested/go.mod": mod,
      "nested/main.go": main,
    });
    expect(await detect(root, undefined, false)).toMatchObject({
      kind: "yes",
      subject: { path: join(root, "cmd/tool") },
    });
  });

  it("lists several programs, and takes the one that is named", async () => {
    await files({ "go.mod": mod, "cmd/a/main.go": main, "cmd/b/main.go": main });
    const found = await detect(root, undefined, false);
    expect(found).toMatchObject({
      kind: "problem",
      message: expect.stringContaining("cmd/a, cmd/b") as unknown,
    });
    expect(found.kind === "problem" ? found.help : "").toContain("#cmd/a");
    expect(await detect(root, "b", true)).toMatchObject({
      kind: "yes",
      subject: { path: join(root, "cmd/b"), bin: "b" },
    });
    expect(await detect(root, "c", true)).toMatchObject({ kind: "problem", help: "it has: cmd/a, cmd/b" });
  });

  it("looks into the modules of a go.work, which need no go.mod above them", async () => {
    await files({
      "go.work": 'go 1.24\n\nuse (\n\t./agg // the program\n\t"./lib"\n)\nreplace (\n\tx => ./other\n)\n',
      "agg/go.mod": mod,
      "agg/main.go": main,
      "lib/go.mod": mod,
      "lib/lib.go": "package lib\n",
      "other/go.mod": mod,
      "other/main.go": main,
    });
    const found = await detect(root, undefined, false);
    expect(found).toMatchObject({ kind: "yes", subject: { path: join(root, "agg") } });
    await files({ "go.work": "go 1.24\nuse ./agg\nuse ./other\n" });
    expect(await detect(root, undefined, false)).toMatchObject({
      kind: "problem",
      message: expect.stringContaining("agg, other") as unknown,
    });
    await files({ "go.work": "go 1.24\nuse ./lib\n" });
    expect(await detect(root, undefined, false)).toMatchObject({
      kind: "problem",
      message: expect.stringContaining("workspace") as unknown,
    });
  });

  it("says how to make a module of a folder without go.mod", async () => {
    await files({ "main.go": main });
    const found = await detect(root, undefined, true);
    expect(found).toMatchObject({
      kind: "problem",
      message: expect.stringContaining("no go.mod") as unknown,
    });
    expect(found.kind === "problem" ? found.help : "").toContain("go mod init");
  });

  it("takes one file of package main and no other file", async () => {
    await files({ "a b\n.go": main, "lib.go": "package lib\n", "main.rs": "fn main() {}" });
    expect(await detect(join(root, "a b\n.go"), undefined, false)).toMatchObject({ kind: "yes" });
    expect(await detect(join(root, "lib.go"), undefined, false)).toMatchObject({ kind: "problem" });
    expect(await detect(join(root, "main.rs"), undefined, false)).toEqual({ kind: "no" });
    expect(await detect(join(root, "main.rs"), undefined, true)).toMatchObject({ kind: "problem" });
  });

  it("leaves alone what is not Go", async () => {
    await files({ "Cargo.toml": "", "src/main.rs": "" });
    expect(await detect(root, undefined, false)).toEqual({ kind: "no" });
    expect(await detect(join(root, "absent"), undefined, false)).toEqual({ kind: "no" });
    expect(await detect(join(root, "absent"), undefined, true)).toMatchObject({ kind: "problem" });
  });
});
