import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { buildNative, type NativeBuilt, type NativeSource } from "./native.ts";
import type { Result } from "./result.ts";
import { runCommand } from "./subprocess.ts";

let folder: string;
let source: NativeSource;
const outside = { ...process.env };

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "perfgap native '"));
  process.env["PERFGAP_CACHE"] = join(folder, "cache");
  const path = join(folder, "answer.c");
  writeFileSync(path, '#include <stdio.h>\nint main(void) { puts("42"); }\n');
  source = { name: "answer", path, language: "c", kind: "executable" };
});
afterEach(() => {
  for (const name of ["PERFGAP_CACHE", "PATH"]) {
    const before = outside[name];
    if (before === undefined) Reflect.deleteProperty(process.env, name);
    else process.env[name] = before;
  }
  rmSync(folder, { recursive: true, force: true });
});

function value<E>(result: Result<NativeBuilt, E>): NativeBuilt {
  if (!result.ok) throw new Error(JSON.stringify(result.error));
  return result.value;
}

async function answer(path: string): Promise<string> {
  return (await runCommand({ argv: [path] })).stdout;
}

/** A compiler that is a shell script; it must write the program to the path after -o. */
function fakeCompiler(name: string, body: string): void {
  const bin = join(folder, "bin");
  mkdirSync(bin, { recursive: true });
  writeFileSync(join(bin, name), `#!/bin/sh\n${body}\n`);
  chmodSync(join(bin, name), 0o755);
  process.env["PATH"] = `${bin}:/nowhere`;
}
const copyOutput =
  'for word; do [ "$before" = -o ] && out=$word; before=$word; done; printf "#!/bin/sh\\necho fake" > "$out"; /bin/chmod +x "$out"';

describe("native build", () => {
  it("compiles once and finds the result again", async () => {
    const first = value(await buildNative(source));
    const second = value(await buildNative(source));
    expect(first.fromCache).toBe(false);
    expect(second).toEqual({ ...first, fromCache: true });
    expect(await answer(second.path)).toBe("42\n");
  });

  it("compiles again when the source or the flags change", async () => {
    const first = value(await buildNative(source));
    const flagged = value(await buildNative({ ...source, flags: ["-DX"] }));
    writeFileSync(source.path, '#include <stdio.h>\nint main(void) { puts("43"); }\n');
    const second = value(await buildNative(source));
    expect(new Set([first.path, flagged.path, second.path]).size).toBe(3);
    expect(await answer(first.path)).toBe("42\n");
    expect(await answer(second.path)).toBe("43\n");
  });

  it.each([
    ["changed", (path: string) => writeFileSync(path, "#!/bin/sh\necho bad\n")],
    ["emptied", (path: string) => writeFileSync(path, "")],
    ["removed", (path: string) => rmSync(path)],
    ["no longer executable", (path: string) => chmodSync(path, 0o644)],
    ["without its checksum", (path: string) => rmSync(join(path, "..", "sha256"))],
  ])("builds an entry again that was %s", async (_what, damage) => {
    const first = value(await buildNative(source));
    damage(first.path);
    const second = value(await buildNative(source));
    expect(second).toEqual({ ...first, fromCache: false });
    expect(await answer(second.path)).toBe("42\n");
    expect(value(await buildNative(source)).fromCache).toBe(true);
  });

  it("may be asked by many at once, and leaves nothing aside", async () => {
    const built = await Promise.all(Array.from({ length: 5 }, () => buildNative(source)));
    const paths = new Set(built.map((result) => value(result).path));
    expect(paths.size).toBe(1);
    for (const path of paths) expect(await answer(path)).toBe("42\n");
    expect(readdirSync(join(folder, "cache", "native"))).toHaveLength(1);
  });

  it("gives the compiler's own words when the source is wrong", async () => {
    writeFileSync(source.path, "int main(void) { return nowhere; }\n");
    const result = await buildNative(source);
    expect(result).toMatchObject({ ok: false, error: { kind: "compile" } });
    expect(result.ok ? "" : result.error.message).toContain("nowhere");
    expect(readdirSync(join(folder, "cache", "native"))).toEqual([]);
  });

  it("makes shared objects", async () => {
    writeFileSync(source.path, "int answer(void) { return 42; }\n");
    const built = value(await buildNative({ ...source, kind: "sharedObject" }));
    expect(readFileSync(built.path).subarray(1, 4).toString()).toBe("ELF");
  });

  it("says that there is no compiler", async () => {
    process.env["PATH"] = "/nowhere";
    const result = await buildNative(source);
    expect(result).toEqual({
      ok: false,
      error: { kind: "noCompiler", message: "none of cc, gcc, clang is on PATH" },
    });
  });

  it("takes the next compiler when the first does not work", async () => {
    fakeCompiler("cc", "echo broken >&2; exit 1");
    fakeCompiler("clang", copyOutput);
    const built = value(await buildNative(source));
    expect(built.compiler).toBe(join(folder, "bin", "clang"));
    expect(await answer(built.path)).toBe("fake\n");
  });

  it("links dynamically where there is no static libc", async () => {
    fakeCompiler("cc", `case "$*" in *-static*) echo cannot find -lc >&2; exit 1;; esac; ${copyOutput}`);
    expect(await answer(value(await buildNative(source)).path)).toBe("fake\n");
  });

  it("says that the cache cannot be used", async () => {
    writeFileSync(join(folder, "cache"), "a file where the folder should be");
    const result = await buildNative(source);
    expect(result).toMatchObject({ ok: false, error: { kind: "cache" } });
    expect(result.ok ? "" : result.error.message).toContain(join(folder, "cache"));
  });
});
