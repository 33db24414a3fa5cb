import { readFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { parseTrace } from "./gctrace.ts";

const golden = new URL("../../../test/golden/go/gctrace-trees.txt", import.meta.url);
const line =
  "gc 7 @1.000s 9%: 0.5+10+0.5 ms clock, 1.0+2.0/30/4.0+3.0 ms cpu, 40->50->20 MB, 41 MB goal, 0 MB stacks, 0 MB globals, 2 P";

describe("parseTrace", () => {
  it("reads a recorded trace", async () => {
    const facts = parseTrace(await readFile(golden, "utf8"));
    expect(facts["gc.cycles"]).toBe(25);
    expect(facts["gc.heapMaxBytes"]).toBe(5 * 1024 * 1024);
    // The runtime itself says 7 % of 2 processors; one busy thread makes that about 13 % of the time used, less idle marking.
    expect(facts["gc.cpuShare"]).toBeGreaterThan(0.1);
    expect(facts["gc.cpuShare"]).toBeLessThan(0.2);
  });

  it("counts assists, background and both pauses, not idle marking", () => {
    const facts = parseTrace(line);
    expect(facts["gc.cpuSeconds"]).toBeCloseTo(0.036, 10);
    expect(facts["gc.cpuShare"]).toBeCloseTo(0.036 / (1.011 + 0.03), 10);
    expect(facts["gc.heapMaxBytes"]).toBe(50 * 1024 * 1024);
  });

  it("knows how many processors may be used, by the last line that says it", () => {
    const start =
      "SCHED 0ms: gomaxprocs=8 idleprocs=7 threads=3 spinningthreads=0 idlethreads=1 runqueue=0 [ 0 ]\n";
    expect(parseTrace(start)).toEqual({ "go.maxProcs": 8, "gc.cycles": 0 });
    expect(parseTrace(`${start}${line}\n`)["go.maxProcs"]).toBe(2);
  });

  it("finds lines behind what the program wrote, forced ones and leak checks", () => {
    const text = `progress 10%${line} (forced)\r\n${line.replace("9%:", "9% (checking for goroutine leaks):")}\n`;
    expect(parseTrace(text)["gc.cycles"]).toBe(2);
  });

  it("is not held up by a program that writes what looks like many beginnings of lines", () => {
    const alike = "gc 1 @ MB goal, ".repeat(100_000) + "gc 1 @0.1s 1%: 0.1+".repeat(100_000);
    expect(parseTrace(`${alike}${line}`)).toMatchObject({ "gc.cycles": 1, "go.maxProcs": 2 });
  });

  it("knows no processors by the program's own words", () => {
    expect(parseTrace("gc 1 @home: 4 MB goal, in room 7 P\n")).toEqual({ "gc.cycles": 0 });
  });

  it.each([
    ["nothing", ""],
    ["another program's words", "gc is great\ngc 1 @: nonsense\n"],
    ["a line that is cut off", line.slice(0, 60)],
  ])("finds no cycle in %s", (_what, text) => expect(parseTrace(text)).toEqual({ "gc.cycles": 0 }));
});
