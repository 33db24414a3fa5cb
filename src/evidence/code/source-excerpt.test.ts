import { mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { HotCode } from "./hot-code.ts";
import type { Instruction } from "./instruction.ts";
import { listingEvidence } from "./listing-evidence.ts";
import { readExcerpts } from "./source-excerpt.ts";

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "perfgap-excerpt-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const instruction = (address: number, kind: Instruction["class"]): Instruction => ({
  address,
  text: `op${address}`,
  class: kind,
});

/** A function of 40 instructions whose loop is 20 to 22, all of it on line 50 and 51 of the file. */
function hotCode(file: string): HotCode {
  const instructions = Array.from({ length: 40 }, (_, address) =>
    instruction(address, address === 21 ? "packed" : "other"),
  );
  return {
    hot: {
      symbol: "main.sum",
      module: "program",
      selfShare: 0.8,
      totalShare: 0.8,
      selfSamples: 200,
      lines: [
        { file, line: 51, samples: 150 },
        { file: "/elsewhere.go", line: 7, samples: 50 },
      ],
      addresses: [{ address: 21, samples: 150 }],
    },
    symbol: {
      name: "main.sum",
      address: 0,
      size: 40,
      isFunction: true,
      kind: "function",
      defined: true,
      section: 1,
    },
    instructions,
    loop: { kind: "loop", instructions: instructions.slice(20, 23), share: 0.75 },
    samples: new Map([[21, 150]]),
    lines: new Map([
      [20, [{ symbol: "main.sum", file, line: 50 }]],
      [21, [{ symbol: "main.sum", file, line: 51 }]],
    ]),
  };
}

const text = Array.from({ length: 200 }, (_, index) => `\tline ${index + 1} </script>`).join("\n");
const remarks = [
  { topic: "not vectorised", message: "\u001b[31mcall", file: "sum.go", line: 50, function: "main.sum" },
  { topic: "inlined", message: "", file: "sum.go", line: 120, function: "main.sum" },
] as const;

test("the lines around the hot ones, with shares of all samples and remarks beside them", async () => {
  const file = join(folder, "sum.go");
  await writeFile(file, text);
  const [excerpt] = await readExcerpts([hotCode(file)], remarks, "go");
  expect(excerpt).toEqual({
    file,
    firstLine: 46,
    lines: Array.from({ length: 10 }, (_, index) => `\tline ${index + 46} </script>`),
    marks: [
      { line: 50, remark: "not vectorised: \u001b[31mcall", evidence: "go-remark-vector-1" },
      { line: 51, share: expect.closeTo(0.6, 9) as number },
    ],
  });
});

test("the listing says what is in the loop, what came before, and where each instruction is from", () => {
  const { listing, source } = listingEvidence(hotCode("/sum.go"), "go", 1);
  expect(source).toBeUndefined();
  expect(listing?.lines.map((line) => line.address)).toEqual(Array.from({ length: 23 }, (_, at) => at + 10));
  expect(listing?.lines.filter((line) => line.inLoop).map((line) => line.address)).toEqual([20, 21, 22]);
  expect(listing?.lines.find((line) => line.address === 21)).toEqual({
    address: 21,
    text: "op21",
    class: "packed",
    share: expect.closeTo(0.6, 9) as number,
    inLoop: true,
    sourceLine: 51,
  });
});

test("a call is named where its target has a name, and is not given an empty one", () => {
  const code = hotCode("/sum.go");
  const instructions = code.instructions.map((one) => {
    if (one.address === 21) return { ...one, callee: "" };
    return one.address === 22 ? { ...one, callee: "work" } : one;
  });
  const loop = { ...code.loop, instructions: instructions.slice(20, 23) };
  const { listing, detail } = listingEvidence({ ...code, instructions, loop }, "go", 1);
  const textAt = (address: number) => listing?.lines.find((line) => line.address === address)?.text;
  expect([textAt(21), textAt(22)]).toEqual(["op21", "op22 <work>"]);
  expect(detail).not.toContain("<>");
});

test("a program cannot make a report carry what is no source, too large, or only called like source", async () => {
  const secret = join(folder, "secret");
  await writeFile(secret, text);
  const link = join(folder, "link.go");
  await symlink(secret, link);
  const large = join(folder, "large.go");
  await writeFile(large, "x".repeat(2 * 1024 * 1024 + 1));
  const short = join(folder, "short.go");
  await writeFile(short, "one line");
  const files = [secret, link, large, short, folder, "sum.go", join(folder, "absent.go"), "/dev/zero.go"];
  expect(await readExcerpts(files.map(hotCode), [], "go")).toEqual(files.map(() => undefined));
});

test("one long line is cut, and no more than eighty are shown", async () => {
  const file = join(folder, "long.go");
  await writeFile(file, Array.from({ length: 400 }, () => "y".repeat(5000)).join("\n"));
  const code = hotCode(file);
  const lines = [20, 51, 60, 300].map((line) => ({ file, line, samples: line === 51 ? 100 : 10 }));
  const [excerpt] = await readExcerpts([{ ...code, hot: { ...code.hot, lines } }], [], "go");
  expect(excerpt?.firstLine).toBe(16);
  expect(excerpt?.lines).toHaveLength(49);
  expect(Math.max(...(excerpt?.lines ?? []).map((line) => line.length))).toBe(241);
});
