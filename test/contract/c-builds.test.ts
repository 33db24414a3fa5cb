import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { findExecutable } from "../../src/base/find-executable.ts";
import { hashFile } from "../../src/base/hash.ts";
import { runCommand } from "../../src/base/subprocess.ts";
import { c } from "../../src/languages/c/index.ts";
import { applyPatches, baselineSetting, type SettingPatch } from "../../src/model/setting.ts";
import type { Subject, Toolchain } from "../../src/plugin.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const program = {
  "p/main.c":
    '#include <stdio.h>\nint twice(int);\nint main(void) { printf("%d\\n", twice(21)); return 0; }\n',
  "p/twice.c":
    "int helper(int x);\nint twice(int x) { return helper(x) + x; }\nint helper(int x) { return x; }\n",
};

let toolchain: Toolchain;
beforeAll(async () => {
  const search = await c.findToolchain({ id: "c", language: "c", path: "/" });
  if (search.kind !== "found") throw new Error(search.reason);
  toolchain = search.toolchain;
});

interface Wish {
  readonly subject: Subject;
  readonly folder: string;
  readonly patch?: SettingPatch;
  readonly layoutSeed?: number;
  readonly toolchain?: Toolchain;
  readonly name?: string;
}

async function build(wish: Wish): Promise<string> {
  const outputPath = join(wish.folder, wish.name ?? "out");
  const outcome = await c.build({
    subject: wish.subject,
    toolchain: wish.toolchain ?? toolchain,
    setting: applyPatches(baselineSetting, wish.patch === undefined ? [] : [wish.patch]).build,
    outputPath,
    scratchDirectory: join(wish.folder, "scratch"),
    purpose: "timed",
    ...(wish.layoutSeed === undefined ? {} : { layoutSeed: wish.layoutSeed }),
  });
  if (outcome.kind !== "built") throw new Error(`${outcome.command}\n${outcome.output}`);
  const result = await runCommand({ argv: [outputPath] });
  expect(result.stdout).toBe("42\n");
  return outputPath;
}

describe("C builds", () => {
  it("compile each file once per setting; another layout is a link only", async () => {
    const folder = temporaryFolder(program);
    const subject: Subject = { id: "c", language: "c", path: join(folder, "p") };
    const objects = () => readdir(join(folder, "scratch/objects"));
    await build({ subject, folder, layoutSeed: 1 });
    expect(await objects()).toHaveLength(2);
    await build({ subject, folder, layoutSeed: 2, name: "second" });
    expect(await objects()).toHaveLength(2);
    await build({ subject, folder, patch: { build: { flags: { compile: ["-fno-inline"] } } } });
    expect(await objects()).toHaveLength(4);
  });

  it("leave no unfinished object behind a mistake, and build after it is mended", async () => {
    const folder = temporaryFolder({ ...program, "p/twice.c": "int twice(int x) { return }\n" });
    const subject: Subject = { id: "c", language: "c", path: join(folder, "p") };
    await expect(build({ subject, folder })).rejects.toThrow(/twice\.c:1:\d+: error/);
    expect(await readdir(join(folder, "scratch/objects"))).not.toContain(
      expect.stringContaining("unfinished"),
    );
    await writeFile(join(folder, "p/twice.c"), "int twice(int x) { return x + x; }\n");
    await build({ subject, folder });
  });

  it("name what the linker misses in its own words", async () => {
    const folder = temporaryFolder({ "main.c": program["p/main.c"] });
    const subject: Subject = { id: "c", language: "c", path: join(folder, "main.c") };
    await expect(build({ subject, folder })).rejects.toThrow(/undefined reference to .twice'/);
  });

  it.each(["padding", "gold"] as const)(
    "draw placements by %s where no better linker is there",
    async (kind) => {
      const gold = await findExecutable("ld.gold");
      if (kind === "gold" && gold === undefined) return;
      const folder = temporaryFolder(program);
      const subject: Subject = { id: "c", language: "c", path: join(folder, "p") };
      const means = kind === "gold" ? { kind, path: gold, driverArguments: ["-fuse-ld=gold"] } : { kind };
      const weaker = { ...toolchain, properties: { ...toolchain.properties, layout: JSON.stringify(means) } };
      const placements = new Set<number | undefined>();
      const hashes: string[] = [];
      for (const layoutSeed of [1, 2, 1]) {
        const executable = await build({ subject, folder, layoutSeed, toolchain: weaker });
        const artifact = {
          key: "",
          subject: "c",
          executable,
          sha256: "",
          setting: baselineSetting.build,
          toolchain: "",
          buildTimeMs: 0,
          logPath: "",
        };
        placements.add((await c.inspect(artifact, weaker, []))["layout.order"]);
        hashes.push(await hashFile(executable));
      }
      expect(placements.size).toBe(2);
      expect(hashes[0]).toBe(hashes[2]);
    },
  );

  it("fill the places of the user's own command, flags of levers and layout included", async () => {
    const folder = temporaryFolder({
      ...program,
      "p/build.sh":
        '#!/bin/sh\necho "$@" > "$(dirname "$0")/arguments"\nout=$1; shift\nexec cc "$@" -o "$out"\n',
    });
    const subject: Subject = {
      id: "c",
      language: "c",
      path: join(folder, "p"),
      compileCommand: ["./build.sh", "{output}", "-O1", "{flags}", "{sources}"],
      flags: ["-DUSER=1"],
    };
    await build({
      subject,
      folder,
      patch: { build: { flags: { compile: ["-fno-inline"], link: ["-Wl,-z,now"] } } },
    });
    const words = (await readFile(join(folder, "p/arguments"), "utf8")).trim().split(" ");
    for (const word of ["-O1", "-DUSER=1", "-fno-inline", "-Wl,-z,now", join(folder, "p/main.c")]) {
      expect(words).toContain(word);
    }
    await build({ subject, folder, layoutSeed: 5 });
  });

  it("say when the user's command makes nothing", async () => {
    const folder = temporaryFolder(program);
    const subject: Subject = {
      id: "c",
      language: "c",
      path: join(folder, "p"),
      compileCommand: ["true", "{flags}"],
    };
    await expect(build({ subject, folder })).rejects.toThrow(/must write to \{output\}/);
  });

  it("say which compiler is missing, and how to get one", async () => {
    const search = await c.findToolchain({ id: "c", language: "c", path: "/", compiler: "no-such-cc" });
    expect(search).toMatchObject({
      kind: "missing",
      tool: "no-such-cc",
      help: expect.stringContaining("apt-get install gcc") as unknown,
    });
  });
});
