import { describe, expect, it, test } from "vitest";
import type { Profile } from "../model/profile.ts";
import { checklistEvidence, runChecklist } from "./checklist.ts";
import { flagLevel, goBuildFacts, producerLevel } from "./checklist-build-facts.ts";
import type { CheckInput } from "./checklist-checks.ts";

/** Each stack, innermost first, was sampled that many times. */
function profileOf(...stacks: readonly (readonly [number, readonly string[]])[]): Profile {
  const names = [...new Set(stacks.flatMap(([, symbols]) => symbols))];
  return {
    subject: "s",
    rung: "perf",
    lost: [],
    executable: "/p",
    periodNs: 1e6,
    frames: names.map((symbol) => ({ symbol, module: "/p" })),
    stacks: stacks.map(([count, symbols]) => ({
      frames: symbols.map((symbol) => names.indexOf(symbol)),
      counts: [count],
    })),
    runs: [],
  };
}

const sipWrite = "<core::hash::sip::Hasher<S> as core::hash::Hasher>::write";
const tokioTask = "tokio::runtime::task::raw::poll";

interface Example {
  readonly id: string;
  readonly language: string;
  readonly found: Partial<CheckInput>;
  readonly absent: Partial<CheckInput>;
}

const examples: readonly Example[] = [
  {
    id: "debug-build",
    language: "c",
    found: { facts: { "build.optLevel": 0 } },
    absent: { facts: { "build.optLevel": 2 } },
  },
  {
    id: "debug-build",
    language: "go",
    found: { facts: { "build.optimised": 1, "build.inlined": 0 } },
    absent: { facts: { "build.optimised": 1, "build.inlined": 1 } },
  },
  {
    id: "low-optimisation",
    language: "rust",
    found: { facts: { "build.optLevel": 2, "build.optForSize": 1 } },
    absent: { facts: { "build.optLevel": 3, "build.optForSize": 0 } },
  },
  {
    id: "overflow-checks",
    language: "rust",
    found: { facts: { "overflowChecks.calls": 200 } },
    absent: { facts: { "overflowChecks.calls": 3 } },
  },
  {
    id: "unbuffered-output",
    language: "go",
    found: { facts: { "writes.calls": 50_000, "output.bytes": 500_000 } },
    absent: { facts: { "writes.calls": 50, "output.bytes": 500 } },
  },
  {
    id: "unbuffered-input",
    language: "c",
    found: { facts: { "reads.calls": 100_000, "input.bytes": 100_000, "profile.share.io": 0.4 } },
    absent: { facts: { "reads.calls": 25, "input.bytes": 1_000_000 } },
  },
  {
    id: "sip-hash",
    language: "rust",
    found: { profile: profileOf([30, [sipWrite, "app::main"]], [70, ["app::main"]]) },
    absent: { profile: profileOf([1, [sipWrite, "app::main"]], [99, ["app::main"]]) },
  },
  {
    id: "allocator-bound",
    language: "cpp",
    found: { facts: { "profile.share.alloc": 0.4 } },
    absent: { facts: { "profile.share.alloc": 0.1 } },
  },
  {
    id: "small-heap",
    language: "go",
    found: { facts: { "gc.cycles": 200, "gc.heapMaxBytes": 4e6, "profile.share.gc": 0.2 } },
    absent: { facts: { "gc.cycles": 200, "gc.heapMaxBytes": 400e6, "profile.share.gc": 0.2 } },
  },
  {
    id: "processors",
    language: "go",
    found: { facts: { "go.maxProcs": 16, "cpu.quota": 2 } },
    absent: { facts: { "go.maxProcs": 2, "cpu.quota": 1.5 } },
  },
  {
    id: "narrow-vectors",
    language: "rust",
    found: { facts: { "hotLoop.packedOps": 8, "hotLoop.vectorBits": 128 }, cpuFlags: ["sse2", "avx2"] },
    absent: { facts: { "hotLoop.packedOps": 8, "hotLoop.vectorBits": 256 }, cpuFlags: ["sse2", "avx2"] },
  },
  {
    id: "narrow-vectors",
    language: "c",
    found: { facts: { "hotLoop.packedOps": 8, "hotLoop.vectorBits": 128 }, cpuFlags: ["avx2"] },
    absent: { facts: { "hotLoop.packedOps": 8, "hotLoop.vectorBits": 128 }, cpuFlags: ["sse2"] },
  },
  {
    id: "small-tasks",
    language: "go",
    found: { facts: { "profile.share.scheduler": 0.3, "profile.share.sync": 0.1 } },
    absent: { facts: { "profile.share.scheduler": 0.05 } },
  },
  {
    id: "calls-into-c",
    language: "go",
    found: { facts: { "profile.share.foreign-calls": 0.29 } },
    absent: { facts: { "profile.share.foreign-calls": 0 } },
  },
  {
    id: "blocking-async",
    language: "rust",
    found: { profile: profileOf([5, ["std::fs::read", "app::handle", tokioTask]], [95, [tokioTask]]) },
    absent: {
      profile: profileOf(
        [5, ["std::fs::read", "tokio::runtime::blocking::pool::run", tokioTask]],
        [95, [tokioTask]],
      ),
    },
  },
  {
    id: "reflection-json",
    language: "go",
    found: { profile: profileOf([20, ["encoding/json.(*decodeState).object"]], [80, ["main.main"]]) },
    absent: { profile: profileOf([100, ["main.main"]]) },
  },
  {
    id: "regular-expressions",
    language: "go",
    found: { profile: profileOf([20, ["regexp.(*Regexp).doOnePass"]], [80, ["main.main"]]) },
    absent: { profile: profileOf([100, ["main.main"]]) },
  },
];

function stateOf({ id, language }: Example, input: Partial<CheckInput>): string | undefined {
  return runChecklist("s", { language, facts: {}, ...input }).items.find((item) => item.id === id)?.state;
}

describe.each(examples)("$id ($language)", (example) => {
  it("is found, is not found, and is not looked at where nothing was measured", () => {
    expect(stateOf(example, example.found)).toBe("found");
    expect(stateOf(example, example.absent)).toBe("not found");
    expect(stateOf(example, {})).toBe("not looked at");
  });
});

describe("what looks like a fault and is none", () => {
  const state = (id: string, input: CheckInput) =>
    runChecklist("s", input).items.find((item) => item.id === id)?.state;

  it("more writes than bytes of output are a runtime waking its threads", () => {
    const facts = { "writes.calls": 2310, "output.bytes": 341, "profile.share.io": 0.02 };
    expect(state("unbuffered-output", { language: "go", facts })).toBe("not found");
  });

  it("vectors that a hash map's own source names are as wide as they will be", () => {
    const facts = { "hotLoop.packedOps": 7, "hotLoop.intrinsics": 7 };
    const input = { language: "rust", facts, cpuFlags: ["avx2"] };
    expect(state("narrow-vectors", input)).toBe("not found");
    const more = { ...facts, "hotLoop.packedOps": 9, "hotLoop.vectorBits": 128 };
    expect(state("narrow-vectors", { ...input, facts: more })).toBe("found");
  });

  it("one packed instruction is one, and without a hot loop there is none to speak of", () => {
    const input = { language: "rust", facts: {}, cpuFlags: ["avx2"] };
    const facts = { "hotLoop.packedOps": 1, "hotLoop.vectorBits": 128 };
    const { items } = runChecklist("s", { ...input, facts });
    const vectors = items.find(({ id }) => id === "narrow-vectors");
    expect(vectors?.detail).toBe("1 packed instruction of 128 bits in the hot loop of a processor with AVX2");
    expect(state("narrow-vectors", input)).toBe("not looked at");
  });

  it("small writes that take no time", () => {
    const facts = { "writes.calls": 2000, "output.bytes": 20_000, "profile.share.io": 0.001 };
    expect(state("unbuffered-output", { language: "c", facts })).toBe("not found");
  });

  it("a collector that never ran has no heap to speak of", () => {
    expect(state("small-heap", { language: "go", facts: { "gc.cycles": 0 } })).toBe("not found");
  });

  it("no limit on processors", () => {
    expect(state("processors", { language: "go", facts: { "go.maxProcs": 64 } })).toBe("not found");
  });

  it("checks of other languages are not on the list", () => {
    expect(state("sip-hash", { language: "c", facts: {} })).toBeUndefined();
  });
});

test("the share of a fault is the upper end of what was sampled there, not the share that was seen", () => {
  const { items } = runChecklist("s", {
    language: "rust",
    facts: {},
    profile: profileOf([30, [sipWrite, "app::main"]], [70, ["app::main"]]),
  });
  const [sip] = items;
  expect(sip).toMatchObject({ id: "sip-hash", detail: "30 % of the samples in SipHash" });
  expect(sip?.share).toBeGreaterThan(0.38);
  expect(sip?.share).toBeLessThan(0.4);
});

test("what was found comes first, the dearest on top, as evidence with its remedy and the whole list", () => {
  const facts = {
    "profile.share.alloc": 0.4,
    "overflowChecks.calls": 90,
    "build.optLevel": 0,
    "build.optForSize": 0,
  };
  const list = runChecklist("rust", { language: "rust", facts });
  expect(list.items.slice(0, 4).map(({ id, state }) => [id, state])).toEqual([
    ["allocator-bound", "found"],
    ["debug-build", "found"],
    ["overflow-checks", "found"],
    ["unbuffered-output", "not looked at"],
  ]);
  const evidence = checklistEvidence(list);
  expect(evidence.map(({ id }) => id)).toEqual([
    "rust-fault-allocator-bound",
    "rust-fault-debug-build",
    "rust-fault-overflow-checks",
    "rust-checklist",
  ]);
  expect(evidence[0]).toMatchObject({
    title: "Much of the time is spent allocating: 40 % of the samples in the allocator",
    detail: expect.stringContaining("reuse buffers") as string,
  });
  expect(evidence.at(-1)?.title).toMatch(/^3 of \d+ common faults found, \d+ not looked at$/);
});

describe("how a program was built", () => {
  const goVersion = (flags: string) =>
    `/p: go1.26.8\n\tpath\texample.com/p\n\tbuild\t-buildmode=exe\n\tbuild\t-compiler=gc\n${flags}\tbuild\tCGO_ENABLED=1\n`;

  it.each<readonly [string, object]>([
    [goVersion(""), { "build.optimised": 1, "build.inlined": 1 }],
    [goVersion("\tbuild\t-gcflags=all=-N -l\n"), { "build.optimised": 0, "build.inlined": 0 }],
    [goVersion('\tbuild\t-gcflags="all=-l"\n'), { "build.optimised": 1, "build.inlined": 0 }],
    [goVersion("\tbuild\t-gcflags=all=-l=4\n"), { "build.optimised": 1, "build.inlined": 1 }],
    [goVersion("\tbuild\t-trimpath=true\n"), {}],
    ["/p: could not read Go build info from /p: not a Go executable", {}],
    ["\u0000\ufffd".repeat(1000), {}],
  ])("go version -m: %#", (text, facts) => {
    expect(goBuildFacts(text)).toEqual(facts);
  });

  it("the last -O of the flags counts", () => {
    expect(flagLevel(["-O2", "-g", "-O0"])).toBe("0");
    expect(flagLevel(["cc", "-O", "-lm"])).toBe("1");
    expect(flagLevel(["-Wall", "-Omagic"])).toBeUndefined();
  });

  it("debug information: gcc keeps its flags, and the least optimised unit decides; clang's and Go's own say nothing", () => {
    const unit = (producer: string) =>
      `    <c>   DW_AT_producer    : (indirect string, offset: 0x0): ${producer}\n`;
    const optimised = unit("GNU C17 12.2.0 -mtune=generic -march=x86-64 -g -O2 -fasynchronous-unwind-tables");
    expect(producerLevel(optimised)).toBe("2");
    expect(producerLevel(optimised + unit("GNU C17 12.2.0 -mtune=generic -march=x86-64 -g"))).toBe("0");
    expect(producerLevel(unit("Debian clang version 22.1.8"))).toBeUndefined();
    expect(producerLevel(unit("Go cmd/compile go1.26.8; regabi"))).toBeUndefined();
  });
});
