import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runCommand } from "../../src/base/subprocess.ts";
import { go } from "../../src/languages/go/index.ts";
import { applyPatches, baselineSetting } from "../../src/model/setting.ts";
import type { Subject, Toolchain } from "../../src/plugin.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

let toolchain: Toolchain;
beforeAll(async () => {
  const search = await go.findToolchain({ id: "go", language: "go", path: "/" });
  if (search.kind !== "found") throw new Error(search.reason);
  toolchain = search.toolchain;
});

async function detected(path: string): Promise<Subject> {
  const detection = await go.detect(path, undefined, true);
  if (detection.kind !== "yes") throw new Error(detection.kind === "problem" ? detection.message : "no");
  return detection.subject;
}

async function build(
  subject: Subject,
  folder: string,
  levels: Readonly<Record<string, string>> = {},
): Promise<string> {
  const patches = [];
  for (const [factor, level] of Object.entries(levels)) {
    const realization = await go.realize(factor, level, toolchain);
    if (realization.kind !== "lever") throw new Error(realization.reason);
    patches.push(realization.patch);
  }
  const outputPath = join(folder, `out-${Object.keys(levels).join("-")}`);
  const outcome = await go.build({
    subject,
    toolchain,
    setting: applyPatches(baselineSetting, patches).build,
    outputPath,
    scratchDirectory: join(folder, "scratch"),
    purpose: "timed",
  });
  if (outcome.kind !== "built") throw new Error(`${outcome.command}\n${outcome.output}`);
  return outputPath;
}

const mod = (name: string, rest = ""): string => `module ${name}\n\ngo 1.23\n${rest}`;
const library = "package lib\n\nfunc Twice(x int) int { return x + x }\n";
const user = 'package main\n\nimport "example.org/lib"\n\nfunc main() { println(lib.Twice(21)) }\n';

describe("Go builds", () => {
  it.each([
    [
      "a replaced module",
      {
        "app/go.mod": mod(
          "example.org/app",
          "\nrequire example.org/lib v0.0.0\n\nreplace example.org/lib => ../lib\n",
        ),
      },
      ["app/go.mod", "app/main.go", "lib/go.mod", "lib/lib.go"],
    ],
    [
      "a workspace",
      {
        "go.work": "go 1.23\n\nuse (\n\t./app\n\t./lib\n)\n",
        "app/go.mod": mod("example.org/app"),
      },
      ["app/go.mod", "app/main.go", "go.work", "lib/go.mod", "lib/lib.go"],
    ],
  ] as const)("follow %s, and name its files as sources", async (_what, files, expected) => {
    const folder = temporaryFolder({
      "app/main.go": user,
      "app/unrelated.txt": "",
      "lib/go.mod": mod("example.org/lib"),
      "lib/lib.go": library,
      ...files,
    });
    const subject = await detected(join(folder, "app"));
    expect(await go.sources(subject, toolchain)).toEqual(expected.map((name) => join(folder, name)));
    const executable = await build(subject, folder, { "bounds-checks": "off", inlining: "off" });
    expect((await runCommand({ argv: [executable] })).stderr).toBe("42\n");
  });

  it("keep the user's own flags beside the levers'", async () => {
    const folder = temporaryFolder({
      "go.mod": mod("example.org/flags"),
      "main.go": 'package main\n\nvar version = "none"\n\nfunc main() { println(version, tagged) }\n',
      "on.go": "//go:build special\n\npackage main\n\nconst tagged = true\n",
      "off.go": "//go:build !special\n\npackage main\n\nconst tagged = false\n",
    });
    const subject = {
      ...(await detected(folder)),
      flags: ["-tags", "special", "-ldflags=-s -w -X main.version=v1"],
    };
    const executable = await build(subject, folder, { inlining: "off" });
    expect((await runCommand({ argv: [executable] })).stderr).toBe("v1 true\n");
    expect(await go.sources(subject, toolchain)).toContain(join(folder, "on.go"));
  });

  it("refuse a Go that is not there, with the way to get it", async () => {
    const folder = temporaryFolder({
      "go.mod": "module m\n\ngo 1.999\n",
      "main.go": "package main\n\nfunc main() {}\n",
    });
    const search = await go.findToolchain(await detected(folder));
    expect(search).toMatchObject({
      kind: "missing",
      tool: "go",
      reason: expect.stringContaining("1.999") as unknown,
    });
    const absent = await go.findToolchain({ id: "go", language: "go", path: folder, compiler: "no-such-go" });
    expect(absent).toMatchObject({
      kind: "missing",
      help: expect.stringContaining("https://go.dev/dl/") as unknown,
    });
  });
});

const tricky = `package main

import (
	"fmt"
	"io"
	"log"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
)

func main() {
	switch os.Args[1] {
	case "return":
		for i := 0; i < 20000; i++ {
			fmt.Println(i)
		}
	case "exit":
		fmt.Println("before exit")
		os.Exit(0)
	case "fatal":
		fmt.Println("before fatal")
		log.Fatal("fatal")
	case "child":
		fmt.Println("before child")
		child := exec.Command("echo", "child")
		child.Stdout = os.Stdout
		child.Run()
		fmt.Println("after child")
	case "mixed":
		fmt.Print("a")
		io.Copy(os.Stdout, strings.NewReader("b"))
		os.NewFile(1, "again").WriteString("c")
		os.Stdout.Sync()
		syscall.Write(int(os.Stdout.Fd()), []byte("d"))
		fmt.Print("e")
		syscall.Write(1, []byte("f"))
	case "large":
		fmt.Print("<")
		fmt.Print(strings.Repeat("x", 300000))
		fmt.Print(">")
	case "threads":
		var group sync.WaitGroup
		for i := 0; i < 8; i++ {
			group.Add(1)
			go func() {
				defer group.Done()
				for j := 0; j < 5000; j++ {
					fmt.Println("whole line")
				}
			}()
		}
		group.Wait()
	case "close":
		fmt.Print("before close")
		os.Stdout.Close()
		_, err := fmt.Print("lost")
		fmt.Fprintln(os.Stderr, err)
	}
}
`;

describe("buffered standard output", () => {
  let folder = "";
  const programs: string[] = [];
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "perfgap-overlay-"));
    await writeFile(join(folder, "main.go"), tricky);
    const subject = await detected(join(folder, "main.go"));
    for (const levels of [{}, { "stdout-buffering": "buffered" }])
      programs.push(await build(subject, folder, levels));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it.each(["return", "exit", "fatal", "child", "mixed", "large", "threads", "close"])(
    "prints the same bytes in the same order: %s",
    async (what) => {
      const [before, after] = await Promise.all(
        programs.map((program) => runCommand({ argv: [program, what] })),
      );
      expect(after?.stdout.length).toBeGreaterThan(0);
      expect(after?.stdout).toBe(before?.stdout);
      expect(after?.code).toBe(before?.code);
    },
  );
});
