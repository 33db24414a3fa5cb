import { describe, expect, it } from "vitest";
import { isUserFunction, parseBuildRecord } from "./inspect.ts";
import { parsePackages } from "./sources.ts";
import { asksForNewerGo, parseEnvironment } from "./toolchain.ts";

describe("parseBuildRecord", () => {
  it("reads module and level", () => {
    const text =
      "a: go1.26.8\n\tpath\texample.org/m/cmd\n\tmod\texample.org/m\t(devel)\t\n\tbuild\tGOAMD64=v3\n";
    expect(parseBuildRecord(text)).toEqual({ module: "example.org/m", amd64Level: 3 });
    expect(parseBuildRecord("a: could not read Go build info\n")).toEqual({});
  });
});

describe("isUserFunction", () => {
  it.each([
    ["main.main", undefined, true],
    ["example.org/m/lib.(*T).F", "example.org/m", true],
    ["example.org/m.F", "example.org/m", true],
    ["example.org/mother.F", "example.org/m", false],
    ["runtime.mallocgc", "example.org/m", false],
    ["command-line-arguments.F", "command-line-arguments", false],
  ] as const)("%s of %s: %s", (name, module, user) => expect(isUserFunction(name, module)).toBe(user));
});

describe("parsePackages", () => {
  it("reads objects one after another and leaves the standard library out", () => {
    const text = `{
	"Dir": "/go/src/fmt", "Standard": true, "GoFiles": ["a.go"]
}
{
	"Dir": "/m", "Module": {"GoMod": "/m/go.mod"},
	"GoFiles": ["main.go", "/cache/generated.go"], "EmbedFiles": ["data/x y"]
}
`;
    expect(parsePackages(text)).toEqual([
      { directory: "/m", goMod: "/m/go.mod", files: ["/m/main.go", "/cache/generated.go", "/m/data/x y"] },
    ]);
  });

  it.each(["", "{", "[]\n{}\n{\n null", '{"Dir": 4}', "go: error\n"])("gives nothing for %j", (text) =>
    expect(parsePackages(text)).toEqual([]),
  );
});

describe("parseEnvironment", () => {
  it("wants a version", () => {
    expect(parseEnvironment('{"GOVERSION":"go1.26.8","GOROOT":"/r"}')).toEqual({
      GOVERSION: "go1.26.8",
      GOROOT: "/r",
    });
    for (const text of ["", "null", "[]", '{"GOVERSION":""}', '{"GOROOT":"/r"}'])
      expect(parseEnvironment(text)).toBeUndefined();
  });
});

describe("asksForNewerGo", () => {
  it.each([
    ["go: go.mod requires go >= 1.99 (running go 1.26.8; GOTOOLCHAIN=local)", true],
    ["go: download go1.99.0 for linux/amd64: toolchain not available", true],
    ["go: go.mod file not found in current directory or any parent directory", false],
  ])("%s", (stderr, newer) => expect(asksForNewerGo(stderr)).toBe(newer));
});
