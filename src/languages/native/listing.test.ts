import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { parseListing } from "./listing.ts";

const golden = new URL("../../../test/golden/native/aarch64-objdump.txt", import.meta.url);

test("counts of AArch64 code are read from objdump's text", async () => {
  const functions = new Map(
    parseListing(await readFile(golden, "utf8")).map((each) => [each.names[0] ?? "", each]),
  );
  expect([...functions.keys()]).toEqual(["helper", "tail", "sum", "pick", "each", "copy", "_start"]);
  expect(functions.get("sum")).toMatchObject({ packedOps: 2, conditionalMoves: 0, calls: 0 });
  expect(functions.get("copy")).toMatchObject({ packedOps: 0, instructions: 3 });
  expect(functions.get("pick")).toMatchObject({
    conditionalMoves: 1,
    conditionalBranches: 0,
    instructions: 5,
  });
  expect(functions.get("tail")?.callees).toEqual(new Map([["helper", 1]]));
  expect(functions.get("each")).toMatchObject({ calls: 2, conditionalBranches: 2 });
  expect([...(functions.get("_start")?.callees.keys() ?? [])]).toEqual([
    "copy",
    "sum",
    "pick",
    "tail",
    "each",
  ]);
});

test("text that is no listing has no functions", () => {
  expect(parseListing("")).toEqual([]);
  expect(parseListing("objdump: can't disassemble for architecture UNKNOWN!\n")).toEqual([]);
});
