import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { packageDirectory } from "../../src/base/directories.ts";
import { runCommand, shellCommand } from "../../src/base/subprocess.ts";
import { perfgapArgv } from "./perfgap.ts";

interface Step {
  readonly command: string;
  readonly expected: readonly string[];
}

const text = await readFile(join(packageDirectory(), "docs/first-ten-minutes.md"), "utf8");

const files = Array.from(
  text.matchAll(/^`([\w./-]+)`:\n\n```\w+\n(.*?)^```$/gms),
  ([, path = "", body = ""]) => ({
    path,
    body,
  }),
);

const steps = Array.from(text.matchAll(/^```console\n(.*?)^```$/gms), ([, body = ""]) => body).flatMap(
  stepsOf,
);

function stepsOf(block: string): readonly Step[] {
  return block
    .split(/^\$ /m)
    .slice(1)
    .map((part) => {
      const [command = "", ...expected] = part.trimEnd().split("\n");
      return { command, expected };
    });
}

/** What differs between machines becomes a mark; words and their order stay. Lines may break elsewhere. */
function masked(output: string): string {
  return output
    .replaceAll(/(?<![\w.~])\/[\w@.+-]+(?:\/[\w@.+-]+)+/g, "PATH")
    .replaceAll(/\d{8}-\d{6}-\w{4}/g, "RUN")
    .replaceAll(/\d[\d.,]*/g, "#")
    .replaceAll(/# (?:s|ms|min|us)\b/g, "# TIME")
    .replaceAll(/# (?:B|kB|KiB|MB|MiB|GB|GiB)\b/g, "# SIZE")
    .replaceAll(/\s+/g, " ");
}

/** Runs of lines that must be printed without a gap: "..." and lines for one machine only ("~") end a run. */
function segmentsOf(expected: readonly string[]): readonly string[] {
  return expected
    .map((line) => (line.trim() === "..." || line.startsWith("~") ? "\u0000" : line))
    .join("\n")
    .split("\u0000")
    .map((segment) => masked(segment).trim())
    .filter((segment) => segment !== "");
}

/** The first segment that is not printed after those before it; undefined: all are. */
function missingFrom(output: string, expected: readonly string[]): string | undefined {
  const printed = masked(output);
  let from = 0;
  return segmentsOf(expected).find((segment) => {
    const place = printed.indexOf(segment, from);
    from = place + segment.length;
    return place < 0;
  });
}

let directory = "";
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "perfgap-ten-"));
  await mkdir(join(directory, "bin"));
  const wrapper = join(directory, "bin/perfgap");
  await writeFile(wrapper, `#!/bin/sh\nexec ${shellCommand(perfgapArgv)} "$@"\n`);
  await chmod(wrapper, 0o755);
  for (const { path, body } of files) {
    const target = join(directory, "try", path);
    await mkdir(dirname(target), { recursive: true });
    await writeFile(target, body);
  }
});
afterAll(() => rm(directory, { recursive: true, force: true }));

test("the page has its programs and its commands", () => {
  expect(files.map(({ path }) => path)).toEqual([
    "lines-go/go.mod",
    "lines-go/main.go",
    "lines-rust/Cargo.toml",
    "lines-rust/src/main.rs",
    "noisy.sh",
    "steady.sh",
  ]);
  const commands = steps.map(({ command }) => command).join("\n");
  for (const word of [
    "doctor",
    "demo",
    "./lines-go ./lines-rust",
    "./broken-rust",
    "./other-go",
    "./noisy.sh",
  ])
    expect(commands).toContain(word);
});

test("the comparison lets figures and line breaks differ, and no word", () => {
  const expected = ["Rust is 9x faster (7-11) than", "Go.", "~ maybe", "...", "done"];
  expect(missingFrom("Rust is 10.5x faster (9.9-12)\nthan Go. other\ndone", expected)).toBeUndefined();
  expect(missingFrom("Go is 9x faster (7-11) than Rust.\ndone", expected)).toBe(
    "Rust is #x faster (#-#) than Go.",
  );
  expect(missingFrom("done\nRust is 9x faster (7-11) than Go.", expected)).toBe("done");
});

test("what the page shows is what is printed", { timeout: 300_000 }, async () => {
  const env = {
    PATH: `${join(directory, "bin")}:${process.env["PATH"] ?? ""}`,
    PERFGAP_CACHE: join(directory, "cache"),
    LANG: "C.UTF-8",
    CI: "",
    NO_COLOR: "1",
  };
  let code = 0;
  for (const { command, expected } of steps) {
    const result = await runCommand({
      // Each command has a shell of its own; `$?` is that of the command before.
      argv: ["sh", "-c", `exec 2>&1; (exit ${code}); ${command}`],
      workingDirectory: join(directory, "try"),
      env,
      timeoutMs: 200_000,
    });
    code = result.code;
    const missing = missingFrom(result.stdout, expected);
    expect(missing, `$ ${command}\n${result.stdout}`).toBeUndefined();
  }
});
