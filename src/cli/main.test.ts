import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { tuneReport } from "../../test/support/closing-fixture.ts";
import { cli, fakeContext } from "../../test/support/fake-cli.ts";
import { pair, programs, setting } from "../../test/support/pair-setting.ts";
import { codegenReport, inconclusiveReport, tieReport } from "../../test/support/report-fixture.ts";
import { temporaryFolder } from "../../test/support/temporary-folder.ts";
import { Failure } from "../base/failure.ts";
import type { ExplainOptions } from "../model/progress.ts";
import { parseReport } from "../report/parse-report.ts";
import { buildProgram } from "./program.ts";

const golden = (name: string) => join(import.meta.dirname, "../../test/golden/cli", name);

const commandNames = [
  "explain",
  "tune",
  "demo",
  "doctor",
  "factors",
  "init",
  "resume",
  "runs",
  "compare",
  "report",
  "serve",
  "completion",
];

describe("help", () => {
  it.each(["", ...commandNames])("perfgap %s --help", async (command) => {
    const words = command === "" ? ["--help"] : [command, "--help"];
    const { code, out, err } = await cli(words, { directory: "/" });
    expect({ code, err }).toEqual({ code: 0, err: "" });
    expect(out).toMatch(/Examples:\n {2}perfgap /);
    await expect(out).toMatchFileSnapshot(golden(`help-${command || "perfgap"}.txt`));
  });

  it.each(["", ...commandNames])(
    "perfgap %s --help fits a terminal, a narrow one up to the examples",
    async (command) => {
      const words = command === "" ? ["--help"] : [command, "--help"];
      const widest = (text: string) => Math.max(...text.split("\n").map(({ length }) => length));
      const [wide, narrow] = [
        await cli(words, { directory: "/", columns: 80 }),
        await cli(words, { directory: "/", columns: 60 }),
      ];
      expect(widest(wide.out)).toBeLessThanOrEqual(80);
      expect(widest(narrow.out.slice(0, narrow.out.indexOf("Examples:")))).toBeLessThanOrEqual(60);
    },
  );

  it("says of every command what the command says of itself", async () => {
    const whole = await buildProgram(fakeContext());
    const names = await buildProgram(fakeContext(), []);
    expect(names.helpInformation()).toBe(whole.helpInformation());
    expect(names.commands.every(({ options }) => options.length === 4)).toBe(true);
  });

  it("is what no words at all give", async () => {
    expect(await cli([], { directory: "/" })).toEqual(await cli(["--help"], { directory: "/" }));
  });

  it("gives the package's version", async () => {
    const text = readFileSync(join(import.meta.dirname, "../../package.json"), "utf8");
    const { version } = JSON.parse(text) as { version: string };
    expect((await cli(["--version"], { directory: "/" })).out).toBe(`${version}\n`);
  });
});

describe("mistyped words are refused with exit code 2", () => {
  it.each<[readonly string[], string]>([
    [["explan"], "unknown command 'explan'\n(Did you mean explain?)"],
    [["explan", "--help"], "unknown command 'explan'\n(Did you mean explain?)"],
    [["claims", "--help"], "unknown command 'claims'"],
    [["show", "-h"], "unknown command 'show'"],
    [["help", "explan"], "unknown command 'explan'\n(Did you mean explain?)"],
    [
      ["./go", "./rust"],
      "unknown command './go'\nhelp: programs follow a command: perfgap explain ./go ./rust\n",
    ],
    [
      ["tune", "./go", "./rust"],
      "got 2.\nhelp: tune looks at one program; the gap between two: perfgap explain ./go ./rust\n",
    ],
    [["explain", "--quik", "go", "rust"], "unknown option '--quik'\n(Did you mean --quick?)"],
    [["--quick"], "unknown option '--quick'"],
    [["explain", "--budget", "soon"], 'Write a time such as "90s", "15m" or "1h".'],
    [["explain", "--budget", "0"], "Write a time"],
    [["explain", "--precision", "2"], "Write a number between 0 and 1"],
    [["explain", "--precision", "x"], "Write a number between 0 and 1"],
    [["explain", "--seed", "-1"], "Write a whole number"],
    [["explain", "--seed", "4294967296"], "Write a whole number"],
    [["explain", "--metric", "cpuu"], '"cpuu" is no metric; did you mean "cpu"? Known: cpu, wall'],
    [["explain", "--env", "NAME"], "Write NAME=VALUE."],
    [["explain", "--fail-on", "cpu<1"], "Write METRIC>RATIO in quotes"],
    [["explain", "--fail-on", "time>1"], "Write METRIC>RATIO in quotes"],
    [["explain", "--factors", "gc,,x"], "Write names with commas between them."],
    [["explain", "--color", "maybe"], "Allowed choices are auto, always, never."],
    [["explain", "--runner", "lancher"], "Allowed choices are launcher, spawn."],
    [["explain", "--tolerance", "-1"], "Write a number that is not negative"],
    [["completion", "tcsh"], "Allowed choices are bash, zsh, fish."],
    [["init"], "missing required argument 'programs'"],
    [["runs", "extra"], "too many arguments for 'runs'"],
    [[...pair, "--skip", "gcc"], '"gcc" is no factor; did you mean "gc"?'],
    [["factors", "inlinin"], '"inlinin" is no factor; did you mean "inlining"?'],
    [[...pair, "--tolerance", "0.1"], "--tolerance has a meaning only with --compare numeric."],
    [["explain", "go"], "A gap needs two programs, and only one is named."],
    [["resume", "20261124-114200-abcd"], "There are no runs in this folder."],
    [["report"], "There are no runs in this folder."],
  ])("%j", async (words, message) => {
    const { code, out, err } = await cli(words, setting());
    expect({ code, out }).toEqual({ code: 2, out: "" });
    expect(err).toContain(message);
    expect(err).not.toMatch(/\n\s+at /);
  });
});

describe("explain", () => {
  it("prints progress on stderr and the answer on stdout", async () => {
    const { code, out, err } = await cli(pair, setting());
    expect(code).toBe(0);
    await expect(err).toMatchFileSnapshot(golden("explain.stderr.txt"));
    await expect(out.replace(/\/\S*?\.perfgap/, ".perfgap")).toMatchFileSnapshot(
      golden("explain.stdout.txt"),
    );
  });

  it("hands everything that was said to the pipeline", async () => {
    const { seen, ...parts } = setting();
    const words = [
      "--quick",
      "--precision",
      "0.01",
      "--metric",
      "wall,cpu",
      "--factors",
      "gc",
      "--seed",
      "7",
    ];
    const more = [
      "--no-profile",
      "--runner",
      "spawn",
      "--timeout",
      "3s",
      "--stdin",
      "input.txt",
      "--env",
      "A=b=c",
    ];
    await cli([...pair, ...words, ...more, "--compare", "numeric", "--", "-n", "--quick"], parts);
    const { case: asked, stop, kill, ...rest } = seen[0] as ExplainOptions;
    expect([stop.aborted, kill.aborted]).toEqual([false, false]);
    expect(rest).toEqual({
      metrics: ["wallTime", "cpuTime"],
      precision: 0.01,
      budgetMs: 60_000,
      quick: true,
      factors: ["gc"],
      seed: 7,
      profile: false,
      wins: false,
      runnerRung: "spawn",
      projectDirectory: parts.directory,
      command: `perfgap ${[...pair, ...words, ...more, "--compare", "numeric", "--", "-n", "--quick"].join(" ")}`,
    });
    expect(asked.workload).toEqual({
      args: ["-n", "--quick"],
      env: { A: "b=c" },
      stdinPath: join(parts.directory, "input.txt"),
      timeoutMs: 3000,
      compare: { kind: "numeric", tolerance: 1e-9 },
    });
  });

  it("draws a seed and makes it part of the command to repeat, before the programs' own arguments", async () => {
    const { seen, ...parts } = setting();
    await cli([...pair, "--", "x y"], parts);
    expect(seen[0]?.command).toBe(`perfgap explain go rust --seed ${seen[0]?.seed ?? ""} -- 'x y'`);
    expect(seen[0]?.budgetMs).toBe(300_000);
  });

  it("-q prints nothing but the answer", async () => {
    const { out, err } = await cli([...pair, "-q"], setting());
    expect(err).toBe("");
    expect(out).toContain("Rust is 9.4x faster than Go");
  });

  it("--json prints one document and nothing else on stdout", async () => {
    const { out } = await cli([...pair, "--json"], setting());
    expect(parseReport(out, "stdout")).toEqual(codegenReport());
  });

  it("--plan stops before measuring and prints the plan", async () => {
    const { seen, ...parts } = setting();
    const { code, out } = await cli([...pair, "--plan"], parts);
    expect({ code, out }).toEqual({
      code: 0,
      out: "go: gc; 7 runs a block, 1 build\nabout 3 blocks, 1 min 30 s\n",
    });
    expect(seen[0]?.planOnly).toBe(true);
  });

  it("writes every export", async () => {
    const parts = setting();
    await cli(
      [...pair, "--export-html", "a b.html", "--export-json", "r.json", "--export-md", "sub/r.md"],
      parts,
    );
    expect(readFileSync(join(parts.directory, "a b.html"), "utf8")).toContain("<!doctype html>");
    expect(parseReport(readFileSync(join(parts.directory, "r.json"), "utf8"), "r.json")).toEqual(
      codegenReport(),
    );
    expect(readFileSync(join(parts.directory, "sub/r.md"), "utf8")).toContain("# sum-array");
  });

  it("refuses an export that cannot be written before it measures", async () => {
    const { seen, ...parts } = setting();
    const { code, err } = await cli([...pair, "--export-md", "go"], parts);
    expect({ code, measured: seen.length }).toEqual({ code: 2, measured: 0 });
    expect(err).toContain("error: go cannot be written (EISDIR).");
  });

  it("says the answer again on a terminal that it was pushed off, and nowhere else", async () => {
    const first = "Rust is 9.4x faster than Go here (8.9-9.9, CPU time).";
    const { out, err } = await cli(pair, { ...setting(), tty: true, env: { NO_COLOR: "1" } });
    expect(out).toContain(first);
    expect(err.trimEnd().endsWith(first)).toBe(true);
    const piped = await cli(pair, setting());
    expect(piped.err).not.toContain(first);
  });

  it("leaves no empty file behind while it measures or when that fails", async () => {
    const { directory } = setting();
    const there: boolean[] = [];
    const explain = () => {
      there.push(existsSync(join(directory, "r.md")));
      return Promise.reject(new Error("broken"));
    };
    const { code } = await cli([...pair, "--export-md", "r.md"], { directory, services: { explain } });
    expect(code).not.toBe(0);
    expect([...there, existsSync(join(directory, "r.md"))]).toEqual([false, false]);
  });

  it("--open does not open a browser in CI or over ssh", async () => {
    const { err } = await cli([...pair, "--open"], {
      ...setting(),
      env: { SSH_CONNECTION: "x", DISPLAY: ":0" },
    });
    expect(err).toContain("--open: not opened, SSH_CONNECTION is set; the file is ");
  });
});

describe("exit codes", () => {
  it.each<[readonly string[], ReturnType<typeof codegenReport>, number]>([
    [[], codegenReport(), 0],
    [[], inconclusiveReport(), 0],
    [["--strict"], codegenReport(), 0],
    [["--strict"], tieReport(), 0],
    [["--strict"], inconclusiveReport(), 7],
    [["--fail-on", "cpu>8"], codegenReport(), 1],
    [["--fail-on", "cpu>9.4"], codegenReport(), 0],
    [["--fail-on", "go/rust cpu>8"], codegenReport(), 1],
    [["--fail-on", "rust/go cpu>1.01"], codegenReport(), 0],
    [["--fail-on", "memory>1.5"], codegenReport(), 1],
    [["--fail-on", "cpu>1.001", "--strict"], tieReport(), 0],
  ])("%j", async (words, report, expected) => {
    expect((await cli([...pair, ...words], setting(report))).code).toBe(expected);
  });

  it.each([
    ["toolchainOrHost", 3],
    ["build", 4],
    ["outputsDiffer", 5],
    ["programFailed", 6],
  ] as const)("a failure of kind %s ends with %d, its words and no stack trace", async (exit, code) => {
    const failure = new Failure({
      code: "x",
      exit,
      message: "what\nwhy",
      help: "do this",
      detail: "main.go:3: \u001b[1mbad",
    });
    const result = await cli(pair, { ...setting(), services: { explain: () => Promise.reject(failure) } });
    expect(result).toEqual({
      code,
      out: "",
      err: "error: what\nwhy\nmain.go:3: \\u{1b}[1mbad\nhelp: do this\n",
    });
  });

  it("a bug of ours ends with 70 and says how to report it; --debug adds the stack", async () => {
    const services = { explain: () => Promise.reject(new TypeError("x is undefined")) };
    const { code, err } = await cli(pair, { ...setting(), services });
    expect({ code, err }).toEqual({
      code: 70,
      err: "bug: perfgap itself failed. TypeError: x is undefined\nhelp: run the same command with --debug, and report what it prints with the output of `perfgap doctor`\n",
    });
    expect((await cli([...pair, "--debug"], { ...setting(), services })).err).toMatch(/\n\s+at /);
  });
});

describe("init", () => {
  it("writes a case file that explain reads as the same case", async () => {
    const { seen, ...parts } = setting();
    const words = [
      "init",
      "go",
      "rust",
      "--stdin",
      "input.txt",
      "--env",
      "A=1",
      "--timeout",
      "2s",
      "--",
      "-n",
      "10",
    ];
    expect((await cli(words, parts)).out).toBe("wrote perfgap.toml; next: perfgap explain perfgap.toml\n");
    await cli(["explain"], parts);
    await cli(["explain", ...words.slice(1)], parts);
    const [fromFile, fromWords] = seen.map((options) => options.case);
    expect(fromFile?.subjects).toEqual(fromWords?.subjects);
    expect(fromFile?.workload).toEqual({ ...fromWords?.workload, workingDirectory: parts.directory });
    const text = readFileSync(join(parts.directory, "perfgap.toml"), "utf8");
    await expect(text.replace(/^#:schema .*\n/, "")).toMatchFileSnapshot(golden("init.toml"));
    expect(existsSync(join(parts.directory, /^#:schema (.*)\n/.exec(text)?.[1] ?? ""))).toBe(true);
  });

  it("does not write over a file unless told to", async () => {
    const parts = setting();
    await cli(["init", "go", "rust"], parts);
    const { code, err } = await cli(["init", "go", "rust"], parts);
    expect({ code, err }).toEqual({
      code: 2,
      err: "error: perfgap.toml is there already.\nhelp: --force writes over it, --file names another\n",
    });
    expect((await cli(["init", "go", "rust", "--force"], parts)).code).toBe(0);
  });
});

describe("tune", () => {
  it.each([
    ["memory,cpu", "memory"],
    ["latency-p99", "a latency"],
  ])("looks for time, not for %s", async (metrics, what) => {
    const { code, err } = await cli(["tune", "go", "--metric", metrics], {
      directory: temporaryFolder(programs),
    });
    expect(code).toBe(2);
    expect(err).toContain(`perfgap tune looks for time: ${what} cannot be what a gain is measured in.`);
  });

  it.each([
    [["tune", "go"], true],
    [["tune", "go", "--no-profile"], false],
  ] as const)("%j profiles: %s", async (argv, profiles) => {
    const asked: ExplainOptions[] = [];
    const tune = (options: ExplainOptions) => {
      asked.push(options);
      return Promise.resolve(tuneReport());
    };
    const { code } = await cli(argv, { directory: temporaryFolder(programs), services: { tune } });
    expect(code).toBe(0);
    expect(asked.map(({ profile }) => profile)).toEqual([profiles]);
  });
});
