import { describe, expect, it } from "vitest";
import { shellQuote } from "../../../base/subprocess.ts";
import { fillCommand, includeFolders, sortFlags } from "./flags.ts";

describe("sortFlags", () => {
  it("gives each step what it reads, libraries in the user's order", () => {
    const words = [
      "-O3",
      "-I",
      "inc dir",
      "-DX=1",
      "-lz",
      "-L/lib",
      "-Wl,-z,now",
      "-flto",
      "x.a",
      "-mllvm",
      "-lookahead=1",
      "-std=c11",
    ];
    expect(sortFlags(words)).toEqual({
      compile: ["-O3", "-I", "inc dir", "-DX=1", "-flto", "-mllvm", "-lookahead=1", "-std=c11"],
      link: ["-O3", "-L/lib", "-Wl,-z,now", "-flto", "-mllvm", "-lookahead=1"],
      libraries: ["-lz", "x.a"],
    });
  });

  it("leaves out stripping and what only perfgap may say", () => {
    expect(sortFlags(["-s", "-o", "prog", "-c", "-Wl,--strip-all", "-static"])).toEqual({
      compile: [],
      link: ["-static"],
      libraries: [],
    });
  });

  it("takes a flag at the end that lacks its value as it is", () => {
    expect(sortFlags(["-I"]).compile).toEqual(["-I"]);
  });
});

describe("includeFolders", () => {
  it("knows joined and separate folders", () => {
    expect(includeFolders(["-Ia", "-I", "b", "-isystem", "c", "-DI", "-I"])).toEqual(["a", "b", "c"]);
  });
});

describe("fillCommand", () => {
  const parts = { flags: ["-O2", "-DX=a b"], sources: ["/s/a b.c", "/s/it's.c"], output: "/o/out x" };
  it("makes words of a place that stands alone", () => {
    expect(fillCommand(["cc", "{flags}", "{sources}", "-o", "{output}"], parts, shellQuote)).toEqual([
      "cc",
      "-O2",
      "-DX=a b",
      "/s/a b.c",
      "/s/it's.c",
      "-o",
      "/o/out x",
    ]);
  });

  it("quotes inside a longer word, and the output only in a script", () => {
    expect(fillCommand(["make", "CFLAGS={flags}", "OUT={output}"], parts, shellQuote)).toEqual([
      "make",
      "CFLAGS=-O2 '-DX=a b'",
      "OUT=/o/out x",
    ]);
    expect(fillCommand(["sh", "-c", "cc {sources} -o {output}"], parts, shellQuote)[2]).toBe(
      "cc '/s/a b.c' '/s/it'\\''s.c' -o '/o/out x'",
    );
  });

  it("does not look for places in what it filled in", () => {
    expect(fillCommand(["{flags} x"], { ...parts, flags: ["{output}"] }, (word) => word)).toEqual([
      "{output} x",
    ]);
  });
});
