import { describe, expect, it } from "vitest";
import { combineGcflags, combineLdflags, sortFlags, splitQuoted } from "./flags.ts";

describe("combineGcflags", () => {
  it("joins flags of one pattern in one word", () => {
    expect(combineGcflags(["all=-B", "all=-d=ssa/branchelim/off"], "package")).toEqual([
      "-gcflags=all=-B -d=ssa/branchelim/off",
    ]);
  });

  it("repeats the wide pattern's flags in the narrow one, which the go command takes alone", () => {
    expect(combineGcflags(["./...=-l", "all=-B"], "package")).toEqual([
      "-gcflags=all=-B",
      "-gcflags=./...=-B -l",
    ]);
  });

  it("gives a single file's own flags without a pattern", () => {
    expect(combineGcflags(["./...=-l", "all=-B"], "file")).toEqual(["-gcflags=all=-B", "-gcflags=-B -l"]);
  });

  it("keeps a user's own pattern and plain flags", () => {
    expect(combineGcflags(["example.org/x=-N", "-m", "all=-B"], "package")).toEqual([
      "-gcflags=all=-B",
      "-gcflags=-B -m",
      "-gcflags=example.org/x=-B -N",
    ]);
  });

  it("says nothing for nothing", () => {
    expect(combineGcflags(["", "all="], "package")).toEqual([]);
  });
});

describe("combineLdflags", () => {
  it("keeps the user's words, drops stripping, adds the layout", () => {
    expect(combineLdflags(["-s -w -X main.version=-s1", "all=-extldflags '-static'"], 7)).toEqual([
      "-ldflags=-X main.version=-s1 -extldflags '-static' -randlayout=7",
    ]);
  });

  it("never asks for seed 0, which the linker takes for none", () => {
    expect(combineLdflags([], 0)).toEqual(["-ldflags=-randlayout=4294967296"]);
    expect(combineLdflags([], undefined)).toEqual([]);
  });

  it("overrides a GOFLAGS that only strips", () => {
    expect(combineLdflags(["-s -w"], undefined)).toEqual(["-ldflags="]);
  });
});

describe("sortFlags", () => {
  it("knows joined and separate values, one dash and two", () => {
    expect(sortFlags(["-tags", "fast", "--gcflags", "all=-B", "-ldflags=-s", "-o", "x", "-race"])).toEqual({
      gcflags: ["all=-B"],
      ldflags: ["-s"],
      build: ["-tags", "fast", "-race"],
    });
  });

  it("takes a value that looks like a flag for a value", () => {
    expect(sortFlags(["-toolexec", "-o"]).build).toEqual(["-toolexec", "-o"]);
  });
});

describe("splitQuoted", () => {
  it.each([
    ["-tags=a -mod=vendor", ["-tags=a", "-mod=vendor"]],
    [`'-ldflags=-X main.a=b' "-gcflags=all=-B -l"`, ["-ldflags=-X main.a=b", "-gcflags=all=-B -l"]],
    ["  ", []],
  ] as const)("%s", (text, words) => expect(splitQuoted(text)).toEqual(words));
});
