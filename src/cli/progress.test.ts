import { describe, expect, it } from "vitest";
import { cli, fakeExplain, runEvents } from "../../test/support/fake-cli.ts";
import { codegenReport } from "../../test/support/report-fixture.ts";
import { temporaryFolder } from "../../test/support/temporary-folder.ts";
import { showProgress } from "./progress.ts";
import { openTerminal } from "./terminal.ts";

const programs = { "go/go.mod": "", "rust/Cargo.toml": "" };

function run(parts: Partial<Parameters<typeof cli>[1]>, blocks = 3) {
  const directory = temporaryFolder(programs);
  const { explain } = fakeExplain(directory, codegenReport(), runEvents(directory, blocks));
  return cli(["explain", "go", "rust"], { directory, services: { explain }, ...parts });
}

/** Back to the line's start, and blank to its end. */
const repaint = "\r\u001b[2K";
const escapeCode = "\u001b";

/** What a terminal shows in the end: each line as it was last painted. */
function screen(text: string): readonly string[] {
  return text.split("\n").map((line) => line.split(repaint).at(-1) ?? "");
}

describe("progress", () => {
  it("paints one line over itself on a terminal and takes it away in the end", async () => {
    const { err } = await run({ tty: true, env: { NO_COLOR: "1", LANG: "C.UTF-8" } });
    expect(err).toContain(`${repaint}measure   ███████████░░░░░ 2/3 blocks  30 s left`);
    expect(screen(err).filter((line) => line.startsWith("measure"))).toEqual([]);
    expect(screen(err)).toContain("gap       go over rust: x9.0 (8.2-10.0), first look");
  });

  it.each([0, 20, 80])("at %d columns no painted line is wider than the terminal counts", async (columns) => {
    const { err } = await run({ tty: true, columns, env: { NO_COLOR: "1" } });
    const painted = err.split(repaint).filter((part) => !part.includes("\n"));
    expect(painted.length).toBeGreaterThan(3);
    expect(Math.max(...painted.map((text) => text.length))).toBeLessThan(columns === 20 ? 40 : 80);
    expect(err.length).toBeLessThan(5000);
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
