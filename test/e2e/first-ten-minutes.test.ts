import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { packageDirectory } from "../../src/base/directories.ts";
import { runCommand, shellCommand } from "../../src/base/subprocess.ts";
import { claimFault, headlineClaim } from "./headline-claim.ts";
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

/** Runs of lines that must be printed without a gap: "...", headlines ("=") and lines for one machine only ("~") end a run. */
function segmentsOf(expected: readonly string[]): readonly string[] {
  return expected
    .map((line) => (line.trim() === "..." || /^[~=] /.test(line) ? "\u0000" : line))
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

/**
 * Where the true ratio of CPU times lies on today's x86-64 machines, by the page's pairs: the slower over the faster.
 * Timed by hand, the sums of the demo take 9.4 times as long in Go on an AMD Zen 4, 5.9 times on a Zen 5.
 */
const truths: Readonly<Record<string, readonly [number, number]>> = {
  "Go over Rust": [5, 12],
  "Rust over Go": [4, 12],
};

/** What is wrong with the headline that is printed; undefined: nothing, or the page shows none. */
function headlineFault(output: string, expected: readonly string[]): string | undefined {
  const lines = expected.filter((line) => line.startsWith("= ")).map((line) => line.slice(2));
  if (lines.length === 0) return undefined;
  const page = headlineClaim(lines.join("\n"));
  if (page === undefined) return `the page's own headline cannot be read: ${lines.join(" ")}`;
  const truth = truths[`${page.slower} over ${page.faster}`];
  if (truth === undefined) return `no truth is known of ${page.slower} over ${page.faster}`;
  return claimFault(headlineClaim(output), page, truth) ?? claimFault(page, page, truth);
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

test("a headline is held to who is faster, to the truth and to the causes it names first", () => {
  const page = [
    "= Rust is 9x faster than Go here (8-11, CPU time). 80 % of the gap (70-100 %) is",
    "= vectorisation. Seen: Go:",
  ];
  const paragraph = (first: string) => `gap x9\n${first}\n\nHow far\n  unbuffered output`;
  const good =
    "Rust is 9.1x faster than Go here (8.6-9.5, CPU time). 93 % of the gap\n(91-96 %) is vectorisation.";
  expect(headlineFault(paragraph(good), page)).toBeUndefined();
  expect(headlineFault(paragraph(good.replace("8.6-9.5", "2.1-3.5")), page)).toContain("misses the truth");
  expect(headlineFault(paragraph(good.replace("8.6-9.5", "0.9-9.5")), page)).toContain("exclude 1");
  expect(headlineFault(paragraph(good.replace("Rust is", "C is")), page)).toContain("C is faster");
  expect(headlineFault(paragraph(good.replace("vectorisation", "loop unrolling")), page)).toContain(
    'it names first ""',
  );
  expect(
    headlineFault(paragraph("No gap can be told here: Go takes 0.9-9 times what Rust takes."), page),
  ).toBe("no gap is told, where the page says: Rust is faster than Go in CPU time");
});

test("what the page shows is what is printed", { timeout: 900_000 }, async () => {
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
      timeoutMs: 500_000,
    });
    code = result.code;
    const missing = missingFrom(result.stdout, expected);
    expect(missing, `$ ${command}\n${result.stdout}`).toBeUndefined();
    const fault = headlineFault(result.stdout, expected);
    expect(fault, `$ ${command}\n${result.stdout}`).toBeUndefined();
  }
});
