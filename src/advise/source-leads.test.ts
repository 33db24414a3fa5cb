import { describe, expect, it } from "vitest";
import { leadInput, sampledCall } from "../../test/support/lead-input.ts";
import type { Profile } from "../model/profile.ts";
import type { SourceSite } from "../model/source-site.ts";
import type { LeadInput } from "./source-lead.ts";
import { findLeads } from "./source-leads.ts";

function site(more: Partial<SourceSite>): SourceSite {
  return {
    kind: "call",
    file: "/p/main.go",
    line: 9,
    function: "main.work",
    what: "",
    count: 1,
    inHotLoop: true,
    inHotCode: true,
    lineShare: 0.3,
    ...more,
  };
}

const allocation = { "profile.share.alloc": 0.3, "profile.shareHigh.alloc": 0.35 };
const ids = (input: Partial<LeadInput>) => findLeads({ ...leadInput, ...input }).map(({ id }) => id);

describe("each rule speaks only where the evidence shows it", () => {
  it.each<readonly [string, Partial<LeadInput>, readonly string[]]>([
    [
      "append without capacity",
      {
        facts: allocation,
        calls: [sampledCall(5, "runtime.growslice", 0.2, ["runtime.mallocgc", "runtime.growslice"])],
      },
      ["p-grow-1"],
    ],
    [
      "append that takes no time",
      { facts: allocation, calls: [sampledCall(5, "runtime.growslice", 0.01)] },
      [],
    ],
    [
      "few objects, however much of the time they take",
      {
        facts: { ...allocation, "allocations.count": 263 },
        calls: [sampledCall(6, "runtime.newobject", 0.2), sampledCall(7, "runtime.makeslice", 0.2)],
      },
      ["p-make-1"],
    ],
    ["boxing", { calls: [sampledCall(6, "runtime.convT64", 0.1)] }, ["p-boxed-1"]],
    [
      "strings made anew",
      {
        calls: [
          sampledCall(6, "runtime.concatstrings", 0.1, [
            "runtime.mallocgc",
            "runtime.rawstring",
            "runtime.concatstrings",
          ]),
        ],
      },
      ["p-string-1"],
    ],
    [
      "a library that allocates",
      { calls: [sampledCall(7, "strings.Fields", 0.2, ["runtime.mallocgc", "strings.Fields"])] },
      ["p-library-1"],
    ],
    ["a library that does not", { calls: [sampledCall(7, "strings.Index", 0.2)] }, []],
    [
      "Go's allocations in another language",
      { language: "c", calls: [sampledCall(5, "runtime.growslice", 0.2)] },
      [],
    ],
    [
      "checks outside of hot code",
      { sites: [site({ kind: "bounds check", inHotLoop: false, inHotCode: false })] },
      [],
    ],
    ["checks in C", { language: "c", sites: [site({ kind: "bounds check" })] }, []],
    [
      "malloc in a hot C function",
      { language: "c", facts: allocation, sites: [site({ what: "malloc", inHotLoop: false })] },
      ["p-allocation-1"],
    ],
    ["malloc that takes no time", { language: "c", sites: [site({ what: "malloc" })] }, []],
    [
      "a vector that grows",
      {
        language: "rust",
        calls: [
          sampledCall(4, "push<u8, alloc::alloc::Global>", 0.1, [
            "alloc::raw_vec::RawVecInner::grow_amortized",
            "push",
          ]),
        ],
      },
      ["p-grow-1"],
    ],
    [
      "a vector with room is no object made one by one, though its type names the allocator",
      {
        language: "rust",
        facts: allocation,
        calls: [
          sampledCall(4, "push<u8, alloc::alloc::Global>", 0.3, [
            "push_mut<u8, alloc::alloc::Global>",
            "push<u8, alloc::alloc::Global>",
          ]),
        ],
      },
      [],
    ],
    [
      "a clone",
      { language: "rust", calls: [sampledCall(4, "clone<alloc::string::String>", 0.1)] },
      ["p-clone-1"],
    ],
    [
      "output in small pieces",
      {
        facts: { "writes.calls": 20_000, "output.bytes": 200_000 },
        calls: [sampledCall(3, "fmt.Println", 0.4, ["__x64_sys_write", "syscall.write", "fmt.Println"])],
      },
      ["p-unbuffered-output-1"],
    ],
    [
      "a runtime that wakes its threads by writing",
      { facts: { "writes.calls": 2310, "output.bytes": 341 }, calls: [sampledCall(3, "fmt.Println", 0.01)] },
      [],
    ],
    [
      "a call that Go does not inline",
      {
        sites: [
          site({ what: "main.step" }),
          site({
            kind: "not inlined",
            function: "main.step",
            what: "function too complex: cost 103 exceeds budget 80",
            inHotLoop: false,
          }),
        ],
      },
      ["p-not-inlined-1"],
    ],
    [
      "a function that calls itself",
      {
        sites: [
          site({ what: "main.work" }),
          site({
            kind: "not inlined",
            what: "function too complex: cost 103 exceeds budget 80",
            inHotLoop: false,
          }),
        ],
      },
      [],
    ],
    ["a call that is never asked about", { sites: [site({ what: "runtime.memmove" })] }, []],
    ["an interface call", { sites: [site({ kind: "indirect call" })] }, ["p-indirect-call-1"]],
    ["an interface call in cold code", { sites: [site({ kind: "indirect call", inHotLoop: false })] }, []],
  ])("%s", (_, input, expected) => {
    expect(ids(input)).toEqual(expected);
  });

  it("checks of hot code without a loop, the lines with the most samples first, with what fits their indexes", () => {
    const source = {
      file: "/p/main.go",
      firstLine: 8,
      lines: ["\tr[i.target] = r[i.left]", "\trow[i*n+j]++", "\tvar x [16]uint64 = m[codes[i]]"],
      marks: [],
    };
    const evidence = [
      { id: "e", kind: "listing", subject: "p", title: "", explains: [], detail: "", source },
    ];
    const check = (line: number, lineShare: number, more: Partial<SourceSite> = {}) =>
      site({ kind: "bounds check", inHotLoop: false, line, lineShare, ...more });
    const find = (...sites: readonly SourceSite[]) => findLeads({ ...leadInput, sites, evidence });
    const [step] = find(check(8, 0.2, { count: 2 }), check(10, 0.5));
    expect(step?.title).toBe("3 bounds checks are left in the hottest code of main.work (lines 10, 8)");
    expect(step?.change).toMatch(/^An index that is read from data \(lines 10, 8\) stays checked unless/);
    expect(step?.weight).toBeCloseTo(0.7, 12);
    const [running] = find(check(9, 0.2, { inHotLoop: true }));
    expect(running?.title).toBe("1 bounds check is left in the hot loop of main.work (line 9)");
    expect(running?.change).toContain("row := a[i*n : i*n+n]");
    expect(running?.change).not.toContain("read from data");
    const [unknown] = find(check(99, 0.2));
    expect(unknown?.change).toContain("row := a[i*n : i*n+n]");
    const many = find(...Array.from({ length: 9 }, (_, index) => check(20 + index, 0.1 - index / 100)))[0];
    expect(many?.title).toContain("(lines 20, 21, 22, 23, 24, 25 and 3 more)");
  });

  it("SipHash for a line is a part of SipHash in all: another hasher's hash_one is none of it", () => {
    const profile: Profile = {
      subject: "p",
      rung: "perf",
      lost: [],
      executable: "/p",
      periodNs: 1e6,
      frames: [],
      stacks: [],
      runs: [],
    };
    const lookUp = (below: readonly string[]): Partial<LeadInput> => ({
      language: "rust",
      profile,
      calls: [sampledCall(4, "HashMap<K, V, S>::get", 0.2, [...below, "HashMap<K, V, S>::get"])],
    });
    expect(ids(lookUp(["core::hash::BuildHasher::hash_one"]))).toEqual([]);
    expect(ids(lookUp(["<core::hash::sip::Hasher<S> as core::hash::Hasher>::write"]))).toEqual([
      "p-sip-hash-1",
    ]);
  });

  it("64 against 32 bits: only for the side that has the wider numbers", () => {
    const difference = {
      id: "p-q-width",
      slow: "p",
      fast: "q",
      title: "The hot loop works on 64-bit numbers in P and 32-bit numbers in Q",
      detail: "",
      size: Math.LN2,
      weight: "large",
      evidence: [],
    } as const;
    expect(ids({ differences: [difference] })).toEqual(["p-width-1"]);
    expect(ids({ subject: "q", differences: [difference] })).toEqual([]);
    expect(ids({ differences: [{ ...difference, size: -Math.LN2 }] })).toEqual([]);
  });
});
