import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { runCommand } from "../../src/base/subprocess.ts";
import { cmd } from "../../src/languages/cmd/index.ts";
import type { Artifact, Toolchain } from "../../src/plugin.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { loadFactors } from "./load-factors.ts";

async function toolchainOf(program: string): Promise<Toolchain> {
  const search = await cmd.findToolchain({ id: "cmd", language: "cmd", path: "/", command: [program, "x"] });
  if (search.kind !== "found") throw new Error(search.reason);
  return search.toolchain;
}

async function kinds(toolchain: Toolchain): Promise<Readonly<Record<string, string>>> {
  const found: Record<string, string> = {};
  for (const { id, neutral } of await loadFactors()) {
    const realization = await cmd.realize(id, neutral, toolchain);
    if (realization.kind !== "lever") expect(realization.reason.length, id).toBeGreaterThan(20);
    found[id] = realization.kind;
  }
  return found;
}

const loop =
  "package main\nfunc main() {\n\tvar keep []byte\n\tfor i := 0; i < 100000; i++ {\n\t\tkeep = make([]byte, 4096)\n\t}\n\tprintln(len(keep))\n}\n";

describe("prebuilt commands", () => {
  it("have run-time levers only", async () => {
    const folder = temporaryFolder({
      "main.c": "#include <stdlib.h>\nint main(void) { return malloc(9) == NULL; }\n",
    });
    const path = join(folder, "dynamic");
    expect((await runCommand({ argv: ["cc", join(folder, "main.c"), "-o", path] })).code).toBe(0);
    const found = await kinds(await toolchainOf(path));
    expect(found).toMatchObject({
      cores: "lever",
      "memory-reclamation": "lever",
      "stdout-buffering": "lever",
    });
    const built = ["bounds-checks", "vectorisation", "inlining", "target-cpu", "layout", "gc"];
    for (const id of built) expect(found[id], id).toBe("unsupported");
  });

  it("say of a program without symbols whether its malloc is the C library's", async () => {
    const folder = temporaryFolder({
      "main.c": "#include <stdlib.h>\nint main(void) { return malloc(9) == NULL; }\n",
    });
    for (const [flag, expected] of [
      ["-dynamic", 1],
      ["-static", 0],
    ] as const) {
      const path = join(folder, flag);
      const linked = flag === "-static" ? [flag] : [];
      const built = await runCommand({ argv: ["cc", "-s", ...linked, join(folder, "main.c"), "-o", path] });
      expect(built.code, flag).toBe(0);
      const artifact = { executable: path } as Artifact;
      expect((await cmd.inspect(artifact, await toolchainOf(path), []))["malloc.dynamic"], flag).toBe(
        expected,
      );
    }
  });

  it("see malloc behind the libraries of a program that does not name it, unless the program brings its own", async () => {
    const folder = temporaryFolder({
      "new.cpp":
        "#include <string>\nint main(int n, char **) { return std::string(99 * n, 'a').size() == 0; }\n",
      "own.c":
        "#include <stddef.h>\n#include <stdio.h>\nvoid *malloc(size_t n) { static char pool[9999]; return n < 999 ? pool : NULL; }\nint main(void) { return puts(malloc(9)) < 0; }\n",
    });
    for (const [source, compiler, expected] of [
      ["new.cpp", "c++", 1],
      ["own.c", "cc", 0],
    ] as const) {
      const path = join(folder, `${source}.out`);
      const built = await runCommand({ argv: [compiler, join(folder, source), "-o", path] });
      expect(built.code, built.stderr).toBe(0);
      const artifact = { executable: path } as Artifact;
      const facts = await cmd.inspect(artifact, await toolchainOf(path), []);
      expect(facts["malloc.dynamic"], source).toBe(expected);
    }
  });

  it("know a Go program by its file and its trace", async () => {
    const folder = temporaryFolder({ "main.go": loop });
    const path = join(folder, "go program");
    const built = await runCommand({
      argv: ["go", "build", "-o", path, "main.go"],
      workingDirectory: folder,
    });
    expect(built.stderr).toBe("");
    expect(await kinds(await toolchainOf(path))).toMatchObject({
      gc: "lever",
      "memory-reclamation": "lever",
      allocator: "unsupported",
      "stdout-buffering": "unsupported",
    });
    const traced = async (env: Readonly<Record<string, string>>) =>
      cmd.trace.parse((await runCommand({ argv: [path], env: { ...env, ...cmd.trace.env } })).stderr)[
        "gc.cycles"
      ];
    expect(await traced({})).toBeGreaterThan(0);
    expect(await traced({ GOGC: "off" })).toBe(0);
  });

  it("claim nothing of a collector where no Go runtime speaks", async () => {
    const result = await runCommand({ argv: ["true"], env: cmd.trace.env });
    const facts = cmd.trace.parse(result.stderr);
    expect(facts["gc.cycles"]).toBeUndefined();
    expect(facts["preload.mimalloc"]).toBe(0);
  });

  it("may be scripts, and say what is missing when they cannot run", async () => {
    const folder = temporaryFolder({ "run.sh": "#!/bin/sh\nexit 0\n", "data.txt": "x" });
    expect((await toolchainOf(join(folder, "run.sh"))).properties["runtime"]).toBe("script or unknown");
    const search = await cmd.findToolchain({
      id: "cmd",
      language: "cmd",
      path: "/",
      command: [join(folder, "data.txt")],
    });
    expect(search).toMatchObject({ kind: "missing", help: expect.stringContaining("chmod +x") as unknown });
  });
});
