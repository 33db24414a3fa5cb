import { expect, it } from "vitest";
import { leadInput, sampledCall } from "../../test/support/lead-input.ts";
import type { Profile } from "../model/profile.ts";
import type { ProgramDifference } from "../model/report.ts";
import type { LeadInput } from "./source-lead.ts";
import { findLeads } from "./source-leads.ts";

const ids = (input: Partial<LeadInput>) => findLeads({ ...leadInput, ...input }).map(({ id }) => id);

it("64 against 8 bits are lengths and addresses beside bytes, and so are 64 bits that no element has", () => {
  const difference: ProgramDifference = {
    ...{ id: "p-q-width", slow: "p", fast: "q", detail: "", evidence: [] },
    ...{ size: Math.LN2, atMost: 0.5 },
    weight: "large",
    title: "The hot loop works on 64-bit numbers in P and 32-bit numbers in Q",
  };
  const bytes = { ...difference, size: Math.log(8), title: difference.title.replace("32-bit", "8-bit") };
  expect(ids({ differences: [bytes] })).toEqual([]);
  const loop = (text: string, kind = "other") => ({
    ...{ id: "loop", kind: "listing", subject: "p", title: "", explains: [], detail: "" },
    listing: {
      symbol: "main.value",
      lines: [{ address: 1, text, class: kind, share: 0.5, inLoop: true }],
    },
  });
  const widthIn = (text: string, kind?: string) =>
    ids({ differences: [difference], evidence: [loop(text, kind)] });
  expect(widthIn("mov rdi, [rax+0x18]")).toEqual([]);
  expect(widthIn("movsxd rdi, [rax+rcx*4]")).toEqual([]);
  expect(widthIn("mov rdi, [rax+rcx*8]")).toEqual(["p-width-1"]);
  expect(widthIn("ldr x0, [x1, x2, lsl #3]")).toEqual(["p-width-1"]);
  expect(widthIn("paddq xmm0, xmm1", "packed")).toEqual(["p-width-1"]);
  expect(widthIn("add rax, 0x8")).toEqual(["p-width-1"]);
});

it("a String that grows is called one", () => {
  const grow = ["alloc::raw_vec::RawVecInner<A>::finish_grow", "alloc::raw_vec::RawVecInner::reserve::grow"];
  const lead = (callee: string, below: readonly string[]) =>
    findLeads({
      ...leadInput,
      language: "rust",
      calls: [sampledCall(27, callee, 0.1, [...grow, ...below, callee])],
    })[0];
  const text = lead("alloc::string::push", ["reserve<u8, alloc::alloc::Global>"]);
  expect(text?.title).toMatch(/^A String grows again and again at main.go:27/);
  expect(text?.change).toContain("(String::with_capacity(n))");
  const vector = lead("push<alloc::string::String, alloc::alloc::Global>", []);
  expect(vector?.title).toMatch(/^A vector grows/);
  expect(vector?.change).toContain("(Vec::with_capacity(n))");
});

it("a Go map with integer keys: its line, bounded by the maps and the lines that wait for them", () => {
  const place = { file: "/p/main.go", line: 23 };
  const frames = [
    { symbol: "runtime.mapassign_fast64", module: "/p" },
    { symbol: "main.work", module: "/p", inlined: [{ symbol: "main.work", ...place }] },
    { symbol: "main.work", module: "/p", inlined: [{ symbol: "main.work", ...place, line: 30 }] },
  ];
  const profile: Profile = {
    ...{ subject: "p", rung: "perf", lost: [], executable: "/p", periodNs: 1e6, frames },
    stacks: [60, 10, 30].map((count, index) => ({ frames: [index], counts: [count] })),
    runs: [{ samples: 100, malformed: 0, wallTimeNs: 1, stdoutHash: "" }],
  };
  const calls = [
    sampledCall(23, "runtime.mapassign_fast64", 0.4),
    sampledCall(21, "runtime.mapaccess1_fast64", 0.2),
  ];
  const input = { ...leadInput, profile, calls, facts: { "profile.share.hash": 0.6 } };
  const [found, ...others] = findLeads(input);
  expect(others).toEqual([]);
  expect(found).toMatchObject({
    id: "p-integer-map-1",
    title:
      "main.go:23 (and line 21) looks up a map by a key of 4 or 8 bytes (60 % of the samples in these look-ups)",
    location: { line: 23 },
  });
  expect(found?.change).toContain("a slice indexed by the key serves");
  expect(found?.counted?.share).toBeCloseTo(0.7 + 1.96 * Math.sqrt((0.7 * 0.3) / 100), 4);
  expect(findLeads({ ...input, facts: { "profile.share.hash": 0.15 } })).toEqual([]);
  const byName = [
    sampledCall(23, "runtime.mapaccess1_faststr", 0.4),
    sampledCall(24, "runtime.mapassign_fast64ptr", 0.2),
  ];
  expect(findLeads({ ...input, calls: byName })).toEqual([]);
});
