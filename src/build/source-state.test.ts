import { cp, mkdir, mkdtemp, rename, rm, symlink, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { runCommand } from "../base/subprocess.ts";
import { changedSince, contentDigest, readSourceState } from "./source-state.ts";

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "perfgap-sources-"));
  await mkdir(join(root, "src"));
  await writeFile(join(root, "src", "main.x"), "one");
});
afterEach(() => rm(root, { recursive: true }));

const digest = async () => (await readSourceState([root])).digest;

test("the digest follows content and names, not times", async () => {
  const before = await digest();
  await utimes(join(root, "src", "main.x"), 1, 1);
  expect(await digest()).toBe(before);
  await writeFile(join(root, "src", "main.x"), "two");
  expect(await digest()).not.toBe(before);
  await writeFile(join(root, "src", "main.x"), "one");
  expect(await digest()).toBe(before);
  await rename(join(root, "src", "main.x"), join(root, "src", "other.x"));
  expect(await digest()).not.toBe(before);
});

test("a copy somewhere else has the same content digest, until a line of it changes", async () => {
  const copy = await mkdtemp(join(tmpdir(), "perfgap-copy-of-sources-"));
  await cp(root, copy, { recursive: true });
  const contentOf = async (folder: string) => {
    const roots = [folder, join(folder, "no-such-config")];
    return contentDigest(await readSourceState(roots), roots);
  };
  try {
    expect((await readSourceState([copy])).digest).not.toBe(await digest());
    expect(await contentOf(copy)).toBe(await contentOf(root));
    await writeFile(join(copy, "src", "main.x"), "patched");
    expect(await contentOf(copy)).not.toBe(await contentOf(root));
  } finally {
    await rm(copy, { recursive: true });
  }
});

test("what builds and version control write is not a source; a package that is called target is", async () => {
  const before = await digest();
  for (const name of [".git", "node_modules", ".perfgap"]) {
    await mkdir(join(root, name));
    await writeFile(join(root, name, "x"), "x");
  }
  await mkdir(join(root, "src", "target"));
  await writeFile(join(root, "src", "target", "CACHEDIR.TAG"), "x");
  expect(await digest()).toBe(before);
  await rm(join(root, "src", "target", "CACHEDIR.TAG"));
  await writeFile(join(root, "src", "target", "target.go"), "package target");
  const withPackage = await digest();
  expect(withPackage).not.toBe(before);
  await writeFile(join(root, "src", "Cargo.toml"), "");
  const withManifest = await digest();
  await writeFile(join(root, "src", "target", "target.go"), "package target // edited");
  expect(await digest()).toBe(withManifest);
});

test("links are followed, a ring of links ends, a link that leads nowhere counts by its target", async () => {
  const outside = await mkdtemp(join(tmpdir(), "perfgap-outside-"));
  await writeFile(join(outside, "shared.x"), "one");
  await symlink(outside, join(root, "shared"));
  await symlink(root, join(root, "src", "ring"));
  await symlink("/nowhere/at all", join(root, "broken"));
  const state = await readSourceState([root]);
  expect(await changedSince(state, [root])).toEqual([]);
  await writeFile(join(outside, "shared.x"), "two");
  expect(await changedSince(state, [root])).toEqual([join(root, "shared", "shared.x")]);
  const edited = await digest();
  expect(edited).not.toBe(state.digest);
  await rm(join(root, "broken"));
  await symlink("/nowhere/else", join(root, "broken"));
  expect(await digest()).not.toBe(edited);
  await rm(outside, { recursive: true });
});

test("names that are not UTF-8, and names with newlines, are told apart", async () => {
  const name = (byte: number) => Buffer.concat([Buffer.from(`${root}/`), Buffer.from([0x61, byte])]);
  await writeFile(name(0xff), "x");
  const before = await readSourceState([root]);
  await rename(name(0xff), name(0xfe));
  expect(await digest()).not.toBe(before.digest);
  expect(await changedSince(before, [root])).toHaveLength(2);
  await writeFile(join(root, "line\nfeed"), "x");
  expect(await digest()).not.toBe(before.digest);
});

test("a pipe among the sources is not opened, a missing root is no error", async () => {
  expect((await runCommand({ argv: ["mkfifo", join(root, "pipe")] })).code).toBe(0);
  const state = await readSourceState([root, join(root, "absent")]);
  expect(state.files.get(join(root, "pipe"))?.content).toBe("special file");
  expect(state.files.get(join(root, "absent"))?.content).toBe("missing");
});

test("an edit that restores size and time is still seen", async () => {
  const path = join(root, "src", "main.x");
  await utimes(path, 1000, 1000);
  const state = await readSourceState([root]);
  expect(await changedSince(state, [root])).toEqual([]);
  await writeFile(path, "two");
  await utimes(path, 1000, 1000);
  expect(await changedSince(state, [root])).toEqual([path]);
});

test("what changes nothing is no change: a touch, an editor's file, a result that the program writes", async () => {
  const state = await readSourceState([root]);
  await utimes(join(root, "src", "main.x"), 5, 5);
  await writeFile(join(root, "src", ".main.x.swp"), "x");
  await writeFile(join(root, "src", "main.x~"), "x");
  await writeFile(join(root, "result.txt"), "42");
  expect(await changedSince(state, [root])).toEqual([]);
  await writeFile(join(root, "src", "new.x"), "x");
  await rm(join(root, "src", "main.x"));
  expect(await changedSince(state, [root])).toEqual([
    join(root, "src", "main.x"),
    join(root, "src", "new.x"),
  ]);
});
