import { readFileSync } from "node:fs";
import fc from "fast-check";
import { expect, test } from "vitest";
import { createPerfScriptParser, parsePerfScript, type RawSamples } from "./perf-script.ts";

const golden = (name: string) =>
  readFileSync(new URL(`../../test/golden/profile/${name}`, import.meta.url), "utf8");

function samplesOf(text: string): RawSamples {
  const parsed = parsePerfScript(text);
  if (!parsed.ok) throw new Error(parsed.error.message);
  return parsed.value;
}

function leaves(samples: RawSamples): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const stack of samples.stacks) {
    const name = samples.frames[stack.frames[0] ?? -1]?.symbol ?? "none";
    counts[name] = (counts[name] ?? 0) + stack.count;
  }
  return counts;
}

test.each(["perf-6.1-go.txt", "perf-6.1-rust.txt", "perf-6.1-c.txt"])("%s: every sample is read", (name) => {
  const text = golden(name);
  const samples = samplesOf(text);
  expect(samples.samples).toBe(text.match(/cpu-clock/g)?.length);
  expect(samples.malformed).toBe(0);
  expect(samples.stacks.reduce((sum, stack) => sum + stack.count, 0)).toBe(samples.samples);
});

test("a listing without call stacks keeps the leaf of each line and skips the source places", () => {
  const samples = samplesOf(golden("perf-6.1-go-srcline.txt"));
  expect(samples.malformed).toBe(0);
  expect(leaves(samples)).toEqual({ "main.heapSort": 20 });
  expect(samples.frames.find((frame) => frame.ip === 0x49ed9fn)?.symbolOffset).toBe(0x11f);
});

test("frames keep address, symbol, distance and module; kernel modules get one name", () => {
  const samples = samplesOf(
    [
      "my prog (x) 12/34   1131.545003: cpu-clock: ",
      "\tffffffff81637c9d kmem_cache_alloc+0x3cd ([kernel.kallsyms])",
      "\t           17dc8 core::ptr::drop_in_place<alloc::boxed::Box<a (b)>>::h0123456789abcdef+0x18 (/a dir (1)/b.bin)",
      "\t               0 [unknown] ([unknown])",
      "",
    ].join("\n"),
  );
  expect(samples.frames).toEqual([
    { ip: 0xffffffff81637c9dn, symbol: "kmem_cache_alloc", symbolOffset: 0x3cd, module: "[kernel]" },
    {
      ip: 0x17dc8n,
      symbol: "core::ptr::drop_in_place<alloc::boxed::Box<a (b)>>",
      symbolOffset: 0x18,
      module: "/a dir (1)/b.bin",
    },
    { ip: 0n, symbol: "[unknown]", module: "[unknown]" },
  ]);
});

test("parts of functions count for the function", () => {
  const header = "p 1/1 1.0: cpu-clock:\n";
  const samples = samplesOf(
    ["f.cold", "f.llvm.123", "f.part.0.constprop.1", "f.abi0", "f"]
      .map((name) => `${header}\t 10 ${name}+0x1 (/m)\n`)
      .join("\n"),
  );
  expect(leaves(samples)).toEqual({ f: 5 });
});

test("chunks may end anywhere", () => {
  const text = golden("perf-6.1-rust.txt");
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: text.length }), { maxLength: 20 }), (cuts) => {
      const parser = createPerfScriptParser();
      const places = [0, ...cuts.toSorted((left, right) => left - right), text.length];
      places.slice(1).forEach((end, index) => {
        parser.push(text.slice(places[index], end));
      });
      expect(parser.end()).toEqual(parsePerfScript(text));
    }),
    { seed: 1, numRuns: 30 },
  );
});

test("a listing cut at any byte still gives the samples before the cut", () => {
  const text = golden("perf-6.1-go.txt");
  for (let cut = 0; cut < text.length; cut += 997) {
    const parsed = parsePerfScript(text.slice(0, cut));
    const whole = text.slice(0, cut).match(/cpu-clock:/g)?.length ?? 0;
    expect(parsed.ok ? parsed.value.samples : 0).toBe(whole);
  }
});

test("hostile text ends as a problem or as samples, never as an exception", () => {
  const noise = fc.oneof(
    fc.string({ unit: "binary", maxLength: 2000 }),
    fc.constantFrom("p 1/1 1.0: cpu-clock: ", "\t 10 f+0x1 (/m)", "\n", "\n\n", "\0", " ".repeat(500), "\t"),
  );
  fc.assert(
    fc.property(fc.array(noise, { maxLength: 60 }), (parts) => {
      const parsed = parsePerfScript(parts.join(""));
      if (parsed.ok) expect(parsed.value.samples).toBeGreaterThan(0);
      else expect(parsed.error.message).not.toBe("");
    }),
    { seed: 2, numRuns: 300 },
  );
});

test("one endless line is dropped without being kept", () => {
  const parser = createPerfScriptParser();
  for (let index = 0; index < 200; index++) parser.push("x".repeat(64 * 1024));
  parser.push("\np 1/1 1.0: cpu-clock:\n\t 10 f+0x1 (/m)\n");
  const parsed = parser.end();
  expect(parsed.ok && [parsed.value.samples, parsed.value.malformed]).toEqual([1, 1]);
});

test("a text that is no listing is given up, and an empty one has its own words", () => {
  const parsed = parsePerfScript(`${" ".repeat(16_000)}\n`.repeat(3000));
  expect(parsed).toMatchObject({ ok: false, error: { reason: "unreadable" } });
  expect(parsePerfScript("")).toMatchObject({ ok: false, error: { reason: "empty" } });
});

test("more different stacks than the limit is a problem of its own", () => {
  const parser = createPerfScriptParser(100);
  for (let index = 0; index < 200; index++)
    parser.push(`p 1/1 1.0: cpu-clock:\n\t ${index} f${index}+0x1 (/m)\n\n`);
  expect(parser.end()).toMatchObject({ ok: false, error: { reason: "too large" } });
});
