import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../../../../test/support/temporary-folder.ts";
import { c } from "../../c/index.ts";
import { cpp } from "../../cpp/index.ts";
import { definesMain, quotedIncludes } from "./source-files.ts";
import { nameVersion } from "./toolchain.ts";

const main = "int main(void) { return 0; }\n";

describe("definesMain", () => {
  it.each([
    ["int main(void) { }", true],
    ["int\nmain (int argc, char *argv[])\n{", true],
    ["int main(int argc, int (*f)(int)) {", true],
    ["auto main() -> int {", true],
    ['extern "C" int main() noexcept {', true],
    ["int main(void);", false],
    ["// int main() {\n/* int main() { */", false],
    ['const char *s = "int main() {";', false],
    ["int domain(void) {", false],
    ["x = main_loop() {", false],
    ["/* never closed int main() {", false],
  ])("%j: %s", (text, expected) => expect(definesMain(text)).toBe(expected));

  it("takes linear time on hostile text", () => {
    expect(definesMain(`${"main(".repeat(50_000)}${"(".repeat(50_000)}`)).toBe(false);
    expect(definesMain(`"${"\\".repeat(100_001)}`)).toBe(false);
    expect(definesMain(`main(${"()".repeat(50_000)};`)).toBe(false);
  });
});

it("finds includes of both kinds", () => {
  expect(quotedIncludes('#include "a.h"\n  #  include <b/c.h> // x\n// #include\n#include MACRO\n')).toEqual([
    "a.h",
    "b/c.h",
  ]);
});

describe("detect", () => {
  it("takes a folder for the language of its sources", async () => {
    const folder = temporaryFolder({
      "c/main.c": main,
      "mixed/main.cpp": main,
      "mixed/old.c": "",
      "go/go.mod": "",
      "go/x.c": "",
    });
    expect(await c.detect(join(folder, "c"), undefined, false)).toMatchObject({
      kind: "yes",
      subject: { language: "c" },
    });
    expect(await cpp.detect(join(folder, "c"), undefined, false)).toEqual({ kind: "no" });
    expect(await c.detect(join(folder, "mixed"), undefined, false)).toEqual({ kind: "no" });
    expect(await cpp.detect(join(folder, "mixed"), undefined, false)).toMatchObject({ kind: "yes" });
    expect(await c.detect(join(folder, "go"), undefined, false)).toEqual({ kind: "no" });
    expect(await c.detect(join(folder, "go"), undefined, true)).toMatchObject({ kind: "yes" });
    expect(await c.detect(join(folder, "go/go.mod"), undefined, true)).toMatchObject({ kind: "problem" });
    expect(await c.detect(join(folder, "absent"), undefined, true)).toMatchObject({ kind: "problem" });
  });

  it("lists several programs, and compiles only the one that is named", async () => {
    const folder = temporaryFolder({
      "a.c": main,
      "b.c": main,
      "lib/util.c": "",
      "tests/t.c": main,
      "lib/util.h": "",
    });
    const found = await c.detect(folder, undefined, true);
    expect(found).toMatchObject({ kind: "problem", message: expect.stringContaining("a.c, b.c") as unknown });
    expect(await c.detect(folder, "x", true)).toMatchObject({ kind: "problem", help: "it has: a.c, b.c" });
    const named = await c.detect(folder, "b", true);
    if (named.kind !== "yes") throw new Error("not found");
    const toolchain = { language: "c", title: "", version: "", executable: "", digest: "", properties: {} };
    expect(await c.sources(named.subject, toolchain)).toEqual(
      ["b.c", "lib/util.c", "lib/util.h"].map((name) => join(folder, name)),
    );
  });

  it("follows includes out of the folder, each file once", async () => {
    const folder = temporaryFolder({
      "p/main.c": `#include "../shared/a.h"\n#include <b.h>\n${main}`,
      "shared/a.h": '#include "a.h"\n#include "deep/c.h"\n',
      "shared/deep/c.h": '#include "../a.h"\n',
      "inc/b.h": "",
    });
    const subject = { id: "c", language: "c", path: join(folder, "p/main.c"), flags: ["-I../inc"] };
    const toolchain = { language: "c", title: "", version: "", executable: "", digest: "", properties: {} };
    expect(await c.sources(subject, toolchain)).toEqual(
      ["inc/b.h", "p/main.c", "shared/a.h", "shared/deep/c.h"].map((name) => join(folder, name)),
    );
  });
});

describe("nameVersion", () => {
  it.each([
    [
      "gcc (Debian 12.2.0-14+deb12u1) 12.2.0\nCopyright (C) 2022 Free Software Foundation, Inc.",
      "gcc",
      "12.2.0",
    ],
    ["g++ (GCC) 15.1.1 20250425 (Red Hat 15.1.1-1)", "gcc", "15.1.1"],
    ["Debian clang version 22.1.8 (1~deb12u1)\nTarget: x86_64-pc-linux-gnu", "clang", "22.1.8"],
    ["Apple clang version 15.0.0 (clang-1500.3.9.4)", "clang", "15.0.0"],
    ["something else", "gcc", "unknown"],
    ["", "gcc", "unknown"],
  ])("%j", (text, family, version) => expect(nameVersion(text)).toEqual({ family, version }));
});
