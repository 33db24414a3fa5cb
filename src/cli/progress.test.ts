import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { cli, fakeExplain, runEvents } from "../../test/support/fake-cli.ts";
import { codegenReport } from "../../test/support/report-fixture.ts";
import { contribution, estimate } from "../../test/support/report-parts.ts";
import { screenOf } from "../../test/support/screen.ts";
import { temporaryFolder } from "../../test/support/temporary-folder.ts";
import type { ProgressEvent } from "../model/progress.ts";
import { showProgress } from "./progress.ts";
import { openTerminal } from "./terminal.ts";

const programs = { "go/go.mod": "", "rust/Cargo.toml": "" };

function run(parts: Partial<Parameters<typeof cli>[1]>, blocks = 3) {
  const directory = temporaryFolder(programs);
  const { explain } = fakeExplain(directory, codegenReport(), runEvents(directory, blocks));
  return cli(["explain", "go", "rust"], { directory, services: { explain }, ...parts });
}

const escapeCode = "\u001b";

/** A live terminal that keeps what is written to it, and what it shows. */
function liveTerminal(columns: number, env: Readonly<Record<string, string>> = {}) {
  let text = "";
  const stream = { isTTY: true, columns, rows: 24, write: (part: string) => (text += part) };
  const terminal = openTerminal({ stdout: stream, stderr: stream, env, colour: "never" });
  return { terminal, stream, screen: () => screenOf(text, stream.columns), text: () => text };
}

function block(number: number, halfWidth: number): ProgressEvent {
  return {
    kind: "blockDone",
    block: number,
    blocksForecast: 10,
    etaMs: 45_000,
    gap: estimate(2.2, halfWidth),
    contributions: [
      contribution({ factor: "gc", phrase: "garbage collection", value: 0.5, halfWidth, verdict: "cause" }),
      contribution({ factor: "v", phrase: "vectorisation", value: 1.2, halfWidth, verdict: "cause" }),
      contribution({ factor: "i", phrase: "inlining", value: -0.01, halfWidth, verdict: "undetermined" }),
    ],
    halfWidth,
    wantedHalfWidth: 0.02,
  };
}

describe("progress", () => {
  it("leaves the lines that stay, takes the painted ones away, and gives the cursor back", async () => {
    const { err } = await run({ tty: true, env: { NO_COLOR: "1", LANG: "C.UTF-8" } });
    const { lines, cursorShown, frames } = screenOf(err, 80);
    expect(lines).toContain("gap       go over rust: x9.0 (8.2-10.0), first look");
    expect(lines.filter((line) => /^(measure|now|build)/.test(line))).toEqual([]);
    expect(cursorShown).toBe(true);
    expect(frames.some((frame) => frame.includes("measure   ███████████░░░░░ 2/3 blocks, 30 s left"))).toBe(
      true,
    );
  });

  it.each([
    ["unicode", 80, { LANG: "C.UTF-8" }],
    ["ascii", 80, {}],
    ["narrow", 44, {}],
  ] as const)("shows causes as bars that tighten: %s", async (name, columns, env) => {
    const { terminal, screen } = liveTerminal(columns, env);
    const { listen } = showProgress({ terminal, quiet: false, nowMs: () => 0 });
    for (const event of runEvents("/", 0)) if (event.kind !== "finished") listen(event);
    listen(block(0, 0.4));
    listen(block(1, 0.1));
    listen({ kind: "blockStarted", block: 2 });
    const { frames, lines, cursorShown } = screen();
    expect(cursorShown).toBe(false);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThan(Math.max(columns, 81));
    await expect(`${frames.slice(-3).join("\n----\n")}\n`).toMatchFileSnapshot(
      join(import.meta.dirname, `../../test/golden/cli/live-${name}.txt`),
    );
  });

  it("writes each change at once and only what changed", () => {
    const { terminal, text } = liveTerminal(80);
    const { listen } = showProgress({ terminal, quiet: false, nowMs: () => 0 });
    listen(block(0, 0.1));
    const first = text().length;
    listen(block(0, 0.1));
    expect(text().length).toBe(first);
    listen({ kind: "blockStarted", block: 1 });
    const last = text().slice(first);
    expect(last.startsWith(`${escapeCode}[?2026h`) && last.endsWith(`${escapeCode}[?2026l`)).toBe(true);
    expect(last).toContain("block 2, its runs");
    expect(last).not.toContain("vectorisation");
  });

  it("puts other text above the painted lines, also after the terminal was made narrower", () => {
    const { terminal, stream, text } = liveTerminal(80);
    const { listen } = showProgress({ terminal, quiet: false, nowMs: () => 0 });
    listen(block(0, 0.1));
    terminal.err("\nstopping after this block; Ctrl-C again stops now\n");
    const shown = screenOf(text(), 80).lines;
    expect(shown.slice(0, 3)).toEqual([
      "",
      "stopping after this block; Ctrl-C again stops now",
      expect.stringMatching(/^gap/),
    ]);
    expect(shown.filter((line) => line.startsWith("gap"))).toHaveLength(1);
    const before = text().length;
    stream.columns = 40;
    listen(block(1, 0.05));
    // The six lines, of which four were wider than 40 columns, now take more rows; all of them are gone over.
    const sequences = text().slice(before).split(`${escapeCode}[`);
    const rows = sequences.flatMap((sequence) => /^(\d+)A/.exec(sequence)?.[1] ?? [])[0];
    expect(Number(rows)).toBeGreaterThan(shown.length - 3);
  });

  it.each([0, 20, 80])("at %d columns no painted line is wider than the terminal counts", async (columns) => {
    const { err } = await run({ tty: true, columns, env: { NO_COLOR: "1" } });
    const width = columns === 0 ? 80 : columns;
    const painted = screenOf(err, 1000).frames.flatMap((frame) => frame.split("\n"));
    const own = painted.filter((line) => /^(now|measure) |^ {2}\S/.test(line));
    expect(own.length).toBeGreaterThan(3);
    expect(Math.max(...own.map((line) => line.length))).toBeLessThan(width);
    expect(err.length).toBeLessThan(8000);
  });

  it.each([{ CI: "1" }, { TERM: "dumb" }])("paints nothing where it would not help: %j", async (env) => {
    const { err } = await run({ tty: true, env });
    expect(err).not.toContain(`${escapeCode}[?`);
    expect(err).toContain("build     2/2");
  });

  it("writes plain lines elsewhere, a block's at most every 30 s", async () => {
    let now = 0;
    const { err } = await run({ nowMs: () => (now += 4000) }, 40);
    expect(err).not.toContain("\u001b");
    const lines = err.split("\n").filter((line) => line.startsWith("measure"));
    expect(lines.length).toBeGreaterThan(4);
    expect(lines.length).toBeLessThan(12);
  });

  it("leaves no colour on a terminal that has none", async () => {
    const { out, err } = await run({ tty: true, env: { NO_COLOR: "1" } });
    expect(out + err).not.toContain(`${escapeCode}[1m`);
    const coloured = await run({ tty: true, env: {} });
    expect(coloured.out).toContain(`${escapeCode}[1mRust is`);
  });

  it("cannot be made to write to the terminal by what a compiler or a name says", () => {
    let text = "";
    const stream = { write: (part: string) => (text += part) };
    const terminal = openTerminal({ stdout: stream, stderr: stream, env: {}, colour: "never" });
    const { listen } = showProgress({ terminal, quiet: false, nowMs: () => 0 });
    const hostile = "\u001b[2J\r\nx\u202e";
    listen({ kind: "note", message: hostile });
    listen({ kind: "stageStarted", stage: hostile });
    listen({ kind: "buildStarted", builds: 1, what: hostile });
    listen({ kind: "runOpened", runId: hostile, directory: "/", resumed: 2 });
    listen({ kind: "warning", warning: { code: "x", message: hostile, appliesTo: "x" } });
    expect(text.split("\n")).toHaveLength(5 + 1);
    expect(/[\p{Control}\p{Format}]/u.test(text.replaceAll("\n", ""))).toBe(false);
  });
});

it("speaks of outputs that agree only where there are several", () => {
  const { terminal, text } = liveTerminal(80);
  const { listen } = showProgress({ terminal, quiet: false, nowMs: () => 0 });
  listen({ kind: "verified", subjects: 1, outputBytes: 12 });
  listen({ kind: "verified", subjects: 2, outputBytes: 12 });
  expect(text()).toContain("verify    its output is the same on equal runs (12 bytes)");
  expect(text()).toContain("verify    outputs of 2 programs agree (12 bytes)");
  listen({ kind: "verified", subjects: 2, outputBytes: 0 });
  expect(text()).toContain("verify    2 programs print nothing");
});
