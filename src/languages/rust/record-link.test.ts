import { readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { temporaryFolder } from "../../../test/support/temporary-folder.ts";
import { runCommand } from "../../base/subprocess.ts";
import { argumentsFor, findLinkRecord, recordVariables, writeRecordingLinker } from "./record-link.ts";

/** A linker that only says what it was told. */
const echo = '#!/bin/sh\nfor word do printf "%s|" "$word"; done\n';

async function place(files: Readonly<Record<string, string>> = {}) {
  const folder = temporaryFolder({ "echo-linker": echo, ...files });
  const linker = await writeRecordingLinker(join(folder, "li nk'er"));
  const records = join(folder, "rec\nords");
  const link = (argv: readonly string[]) =>
    runCommand({
      argv: [linker, ...argv],
      workingDirectory: folder,
      env: {
        [recordVariables.directory]: records,
        [recordVariables.linker]: join(folder, "echo-linker"),
      },
    });
  return { folder, records, link };
}

const name = "app-0123456789abcdef";

test("arguments of any kind and inputs that are deleted afterwards are kept", async () => {
  const { folder, records, link } = await place({ "a b\n'c\".o": "object", "list of symbols": "version" });
  const object = join(folder, "a b\n'c\".o");
  const list = join(folder, "list of symbols");
  const out = join(folder, name);
  const argv = ["-m64", object, `-Wl,--version-script=${list}`, "$(touch x)", "", "-lm", "-o", out, "-pie"];
  const result = await link(argv);
  expect({ code: result.code, stderr: result.stderr }).toEqual({ code: 0, stderr: "" });
  expect((await stat(out)).mode & 0o111).not.toBe(0);
  await rm(object);
  await rm(list);
  const record = await findLinkRecord(records, "app");
  expect(record?.workingDirectory).toBe(folder);
  const args = argumentsFor(record ?? { args: [], workingDirectory: "" }, "/else/where");
  expect(args.filter((_, index) => index !== 1 && index !== 2)).toEqual(
    argv
      .map((word) => (word === out ? "/else/where" : word))
      .filter((_, index) => index !== 1 && index !== 2),
  );
  expect(await readFile(args[1] ?? "", "utf8")).toBe("object");
  expect(await readFile((args[2] ?? "").replace("-Wl,--version-script=", ""), "utf8")).toBe("version");
  expect(await readdir(folder)).not.toContain("x");
});

test("what belongs to the toolchain is not copied", async () => {
  const { folder, records, link } = await place({ "lib/rustlib/t/lib/libstd.rlib": "std" });
  const std = join(folder, "lib/rustlib/t/lib/libstd.rlib");
  await link([std, "-o", join(folder, name)]);
  expect((await findLinkRecord(records, "app"))?.args[0]).toBe(std);
});

test("libraries are linked as always", async () => {
  const { folder, records, link } = await place();
  const result = await link(["a b", "-shared", "-o", join(folder, name)]);
  expect(result.stdout).toBe(`a b|-shared|-o|${join(folder, name)}|`);
  expect(await findLinkRecord(records, "app")).toBeUndefined();
});

test("a file of arguments is read as rustc writes it", async () => {
  const { folder, records, link } = await place();
  const list = join(folder, "arguments");
  await writeFile(list, `-m64\na\\ b\\\\c\n-o\n${join(folder, name)}\n`);
  expect((await link([`@${list}`])).code).toBe(0);
  expect((await findLinkRecord(records, "app"))?.args).toEqual(["-m64", "a b\\c", "-o", join(folder, name)]);
});

test("only the crate's own records count, and the newest of them", async () => {
  const { folder, records, link } = await place();
  await link(["first", "-o", join(folder, name)]);
  await link(["other", "-o", join(folder, "app-more-0123456789abcdef")]);
  expect((await findLinkRecord(records, "app"))?.args[0]).toBe("first");
  expect((await findLinkRecord(records, "app-more"))?.args[0]).toBe("other");
  expect(await findLinkRecord(records, "none")).toBeUndefined();
  expect(await findLinkRecord(join(folder, "nowhere"), "app")).toBeUndefined();
});
