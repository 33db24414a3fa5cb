import { readFileSync } from "node:fs";
import fc from "fast-check";
import { expect, test } from "vitest";
import { goMetricFacts } from "./go-metrics.ts";
import { withProbeImport } from "./go-probe.ts";
import { readPprof } from "./pprof-read.ts";

const golden = (name: string) => readFileSync(new URL(`../../test/golden/profile/${name}`, import.meta.url));

test.each([
  ["package main\n\nfunc main() {}\n", 'package main; import _ "runtime/pprof"\n\nfunc main() {}\n'],
  [
    "\uFEFF// package a\n/* package b */ package main // c\n",
    '\uFEFF// package a\n/* package b */ package main; import _ "runtime/pprof" // c\n',
  ],
  [
    '//go:build linux\n\npackage main;import "os"\n',
    '//go:build linux\n\npackage main; import _ "runtime/pprof";import "os"\n',
  ],
  ["// no clause", undefined],
  ["/* open", undefined],
  ["", undefined],
])("the import goes on the package line: %j", (source, expected) => {
  expect(withProbeImport(source)).toBe(expected);
});

test("metrics of a recorded run become facts", () => {
  const facts = goMetricFacts(golden("go-1.26-probe.json").toString());
  if (!facts.ok) throw new Error(facts.error);
  // 300 trees of depth 13, one of depth 16 and little else: 2^14 - 1 nodes each.
  expect(facts.value["allocations.count"]).toBeGreaterThan(300 * 16383);
  expect(facts.value["gc.cycles"]).toBeGreaterThan(3);
  expect(facts.value["gc.class.dedicatedShare"]).toBeGreaterThan(0);
  expect(facts.value["gc.class.dedicatedShare"]).toBeLessThan(1);
  expect(facts.value["go.maxProcs"]).toBeGreaterThan(0);
  expect(facts.value["gc.cpuShare"]).toBeGreaterThan(facts.value["gc.class.dedicatedShare"] ?? 1);
  expect(facts.value["gc.cpuShare"]).toBeLessThan(1);
});

test("the collector's share leaves the probe's own collection out", () => {
  const at = (cycles: number, collector: number, total: number) => ({
    "/gc/cycles/total:gc-cycles": cycles,
    "/cpu/classes/gc/mark/assist:cpu-seconds": collector,
    "/cpu/classes/gc/mark/dedicated:cpu-seconds": 0,
    "/cpu/classes/gc/mark/idle:cpu-seconds": 0,
    "/cpu/classes/gc/pause:cpu-seconds": 0,
    "/cpu/classes/total:cpu-seconds": total,
    "/cpu/classes/idle:cpu-seconds": 2,
  });
  const read = (atExit: object, afterCollection: object) =>
    goMetricFacts(JSON.stringify({ atExit, pauseTotalNs: 3_000_000, afterCollection }));
  // Ten seconds without the idle two and the closing half second, of which the cycles before took two.
  const facts = read(at(4, 2, 9), at(5, 2.5, 12.5));
  expect(facts.ok && facts.value["gc.cpuShare"]).toBeCloseTo(2 / 10, 12);
  expect(facts.ok && facts.value["gc.pauseSeconds"]).toBe(0.003);
  const none = read(at(0, 0, 0), at(1, 0.5, 1));
  expect(none.ok && none.value["gc.cpuShare"]).toBe(0);
});

test("metrics that are cut off or of another shape are an error or absent, never zero", () => {
  const text = golden("go-1.26-probe.json").toString();
  for (let cut = 0; cut < text.length - 2; cut += 331)
    expect(goMetricFacts(text.slice(0, cut)).ok).toBe(false);
  expect(goMetricFacts('{"atExit":{},"afterCollection":{}}')).toEqual({ ok: true, value: {} });
  fc.assert(
    fc.property(fc.json(), (json) => {
      const facts = goMetricFacts(`{"atExit":${json},"afterCollection":${json}}`);
      if (facts.ok) expect(Object.values(facts.value).every(Number.isFinite)).toBe(true);
    }),
    { seed: 11 },
  );
});

test("the probe's CPU profile: stacks leaf first with inlined functions and lines", async () => {
  const read = await readPprof(golden("go-1.26-probe.pprof"));
  if (!read.ok) throw new Error(read.error);
  const { frames, stacks, samples, periodNs } = read.value;
  expect(periodNs).toBe(1e7);
  expect(samples).toBe(stacks.reduce((sum, stack) => sum + stack.count, 0));
  const names = new Set(stacks.map((stack) => frames[stack.frames[0] ?? -1]?.symbol));
  expect(names.has("main.sum")).toBe(true);
  const sum = frames.find((frame) => frame.symbol === "main.sum");
  expect(sum?.inlined?.at(-1)).toMatchObject({ symbol: "main.sum", line: expect.any(Number) as number });
});

test("bytes that are no profile are an error in words", async () => {
  const whole = golden("go-1.26-probe.pprof");
  await fc.assert(
    fc.asyncProperty(
      fc.oneof(
        fc.uint8Array({ maxLength: 500 }),
        fc.nat(whole.length - 1).map((length) => new Uint8Array(whole.subarray(0, length))),
      ),
      async (bytes) => {
        const read = await readPprof(bytes);
        if (!read.ok) expect(read.error).not.toBe("");
      },
    ),
    { seed: 12, numRuns: 200 },
  );
});
