import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { findExecutable } from "../../src/base/find-executable.ts";
import { runCommand } from "../../src/base/subprocess.ts";
import { openProgram, readFunction } from "../../src/evidence/code/program.ts";

it.each(["", "-fcf-protection=full", "-Wl,-z,now"])(
  "calls of shared libraries have their names, however the linker lays out its stubs %s",
  async (flag) => {
    const compiler = await findExecutable("gcc");
    if (compiler === undefined) return;
    const folder = await mkdtemp(join(tmpdir(), "perfgap-stubs-"));
    try {
      const source = join(folder, "main.c");
      await writeFile(source, '#include <stdio.h>\nint main(void) { puts("a"); return fflush(stdout); }\n');
      const program = join(folder, "main");
      const argv = [compiler, "-O1", ...(flag === "" ? [] : [flag]), source, "-o", program] as const;
      expect((await runCommand({ argv: [...argv], timeoutMs: 60_000 })).code).toBe(0);
      const opened = await openProgram(program);
      if (!opened.ok) throw new Error(opened.error);
      const main = opened.value.functions.find(({ name }) => name === "main");
      if (main === undefined) throw new Error("no main");
      const code = await readFunction(opened.value, main);
      if (!code.ok) throw new Error(code.error);
      const callees = code.value.flatMap(({ callee }) => callee ?? []);
      expect(callees).toEqual(expect.arrayContaining(["puts", "fflush"]));
    } finally {
      await rm(folder, { recursive: true });
    }
  },
);
