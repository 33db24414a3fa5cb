import { execFileSync } from "node:child_process";
import { EventEmitter } from "node:events";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { cli, fakeExplain } from "../../test/support/fake-cli.ts";
import { fakeC, fakeGo, fakeLanguage, fakeLanguages, fakeRust } from "../../test/support/fake-language.ts";
import { codegenReport } from "../../test/support/report-fixture.ts";
import { estimate, host } from "../../test/support/report-parts.ts";
import { temporaryFolder } from "../../test/support/temporary-folder.ts";
import { Failure } from "../base/failure.ts";
import type { Plan } from "../model/plan.ts";
import type { Language, Realization } from "../plugin.ts";
import { renderJson } from "../report/render-json.ts";
import type { RunSummary } from "./services.ts";

const golden = (name: string) => join(import.meta.dirname, "../../test/golden/cli", name);

/** The language with a toolchain, which answers every factor with the same realization. */
function installed(language: Language, realization: Realization): Language {
  const toolchain = {
    language: language.id,
    title: `${language.id} 1.0`,
    version: "1.0",
    executable: `/usr/bin/${language.id}`,
    digest: "d",
    properties: {},
  };
  return {
    ...language,
    findToolchain: () => Promise.resolve({ kind: "found", toolchain }),
    realize: () => Promise.resolve(realization),
  };
}

const lever: Realization = {
  kind: "lever",
  patch: { build: { flags: { gcflags: ["all=-l"] } } },
  stage: "build",
  proof: { fact: "hot.calls", expect: "increases", title: "calls in hot functions" },
  scope: ["user", "dependencies"],
  safety: "safe",
  deployable: false,
};
const goHere = installed(fakeGo, lever);
const rustHere = installed(fakeRust, { kind: "natural", reason: "Rust has no such cause" });
const cHere = installed(fakeC, { kind: "unsupported", reason: "this compiler has no such switch" });

describe("doctor", () => {
  const services = { languages: () => Promise.resolve([goHere, fakeRust]) };

  it("tells of each toolchain and signal what it adds or how to mend it, and of the noise", async () => {
    const { code, out } = await cli(["doctor"], { directory: "/", services });
    expect(code).toBe(0);
    await expect(out).toMatchFileSnapshot(golden("doctor.txt"));
  });

  it("calls a noisy machine noisy", async () => {
    const noisy = { ...services, contrastAgainstItself: () => Promise.resolve(estimate(0.02, 0.12)) };
    const { out } = await cli(["doctor"], { directory: "/", services: noisy });
    expect(out).toMatch(/!! {2}noise .*no more than 13 %/);
    expect(out).toContain("help: stop other work on this machine");
  });

  it("goes on where the noise cannot be measured, and ends with 3 where nothing can be built", async () => {
    const failure = new Failure({
      code: "runner",
      exit: "toolchainOrHost",
      message: "no runner here",
      help: "get one",
    });
    const broken = {
      languages: () => Promise.resolve([fakeRust]),
      contrastAgainstItself: () => Promise.reject(failure),
    };
    const { code, out } = await cli(["doctor"], { directory: "/", services: broken });
    expect(code).toBe(3);
    expect(out).toMatch(/-- {2}noise .*no runner here\n.*help: get one/);
    expect(out).toContain("No compiler was found");
  });

  it("--json gives host and lines", async () => {
    const { out } = await cli(["doctor", "--json"], { directory: "/", services });
    const parsed = JSON.parse(out) as { host: unknown; lines: { title: string }[] };
    expect(parsed.host).toEqual(host);
    expect(parsed.lines.map(({ title }) => title)).toEqual([
      "Go",
      "Rust",
      "perf 6.1",
      "hardware counters",
      "noise",
    ]);
  });
});

describe("factors", () => {
  const services = { languages: () => Promise.resolve([goHere, rustHere, cHere, fakeGo]) };

  it("prints the matrix with the reason of every hole", async () => {
    const { out } = await cli(["factors"], { directory: "/", services });
    await expect(out).toMatchFileSnapshot(golden("factors.txt"));
  });

  it("prints all about one factor", async () => {
    const { out } = await cli(["factors", "gc"], { directory: "/", services });
    await expect(out).toMatchFileSnapshot(golden("factors-gc.txt"));
  });

  it("--json gives one object for each cell", async () => {
    const { out } = await cli(["factors", "--json"], { directory: "/", services });
    expect(JSON.parse(out)).toHaveLength(8);
  });
});

describe("demo", () => {
  async function subjectsWith(languages: readonly Language[]) {
    const directory = temporaryFolder();
    const { explain, seen } = fakeExplain(directory);
    const result = await cli(["demo"], {
      directory,
      services: { explain, languages: () => Promise.resolve(languages) },
    });
    return { ...result, seen };
  }
  const cpp = fakeLanguage({ id: "cpp", title: "C++", extension: ".cpp", manifest: "main.cpp" });

  it("explains the first two programs whose toolchains are here, with a fixed seed", async () => {
    const { code, err, seen } = await subjectsWith([goHere, rustHere, cHere, cpp]);
    expect(code).toBe(0);
    expect(seen[0]?.case.subjects.map(({ id }) => id)).toEqual(["go", "rust"]);
    expect(seen[0]?.seed).toBe(20261124);
    expect(err).toContain("next    perfgap explain");
  });

  it.each([
    [
      [fakeGo, rustHere, cHere, cpp],
      ["rust", "c"],
    ],
    [
      [fakeGo, fakeRust, cHere, cpp],
      ["c-o2", "c-o3"],
    ],
  ])("makes do with less", async (languages, ids) => {
    const { seen } = await subjectsWith(languages);
    expect(seen[0]?.case.subjects.map(({ id }) => id)).toEqual(ids);
  });

  it("says what to install where there is too little", async () => {
    const { code, err } = await subjectsWith([fakeGo, fakeRust, fakeC, cpp]);
    expect(code).toBe(3);
    expect(err).toContain("error: The demo needs two toolchains");
    expect(err).toContain("help: use a real one");
  });
});

const plan: Plan = {
  seed: 5,
  sides: [],
  precision: 0.02,
  confidence: 0.95,
  minBlocks: 4,
  maxBlocks: 50,
  budgetMs: 120_000,
  metrics: ["cpuTime"],
};

function runsIn(directory: string): readonly RunSummary[] {
  const document = {
    schema: "perfgap/case@1",
    createdAt: "2026-11-24T11:42:00.000Z",
    version: "0.1.0",
    command: "perfgap explain go rust --seed 5",
    case: { name: "go-rust", workload: { args: [], env: {}, compare: { kind: "exact" } }, subjects: [] },
  } as const;
  const at = (id: string) => join(directory, ".perfgap/runs", id);
  return [
    {
      id: "20261124-114205-eeee",
      directory: at("20261124-114205-eeee"),
      kind: "damaged",
      reason: "no case.json\u001b[1m",
    },
    {
      id: "20261124-114204-dddd",
      directory: at("20261124-114204-dddd"),
      kind: "unplanned",
      case: document,
      blocks: 0,
    },
    {
      id: "20261124-114203-cccc",
      directory: at("20261124-114203-cccc"),
      kind: "running",
      case: document,
      blocks: 2,
      pid: 77,
    },
    {
      id: "20261124-114202-bbbb",
      directory: at("20261124-114202-bbbb"),
      kind: "resumable",
      case: document,
      blocks: 5,
    },
    {
      id: "20261124-114201-aaaa",
      directory: at("20261124-114201-aaaa"),
      kind: "finished",
      case: document,
      blocks: 12,
    },
  ];
}

function withRuns(report = renderJson(codegenReport())) {
  const directory = temporaryFolder();
  const { explain, seen } = fakeExplain(directory);
  const services = {
    explain,
    listRuns: () => Promise.resolve(runsIn(directory)),
    readPlan: () =>
      Promise.resolve({ plan, options: { quick: true, profile: false, runnerRung: "spawn" as const } }),
    readReport: () => Promise.resolve(report),
  };
  return { directory, services, seen };
}

describe("runs", () => {
  it("lists what there is and what can be done with each", async () => {
    const { out } = await cli(["runs"], withRuns());
    await expect(out).toMatchFileSnapshot(golden("runs.txt"));
  });

  it("says so where there are none; --json gives the list", async () => {
    expect((await cli(["runs"], { directory: "/" })).out).toContain("no runs in this folder yet");
    expect(JSON.parse((await cli(["runs", "--json"], withRuns())).out)).toHaveLength(5);
  });
});

describe("serve", () => {
  it("says where it listens, and Ctrl-C is how it ends: code 0, and no word of a block", async () => {
    const signals = new EventEmitter();
    const factors = () => {
      signals.emit("SIGINT");
      return Promise.resolve([]);
    };
    const result = await cli(["serve"], { directory: temporaryFolder(), signals, services: { factors } });
    expect(result.code).toBe(0);
    expect(result.out).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/\n$/);
    expect(result.err).toBe("serving the runs of this folder to this machine; Ctrl-C ends it\n");
  });

  it.each(["-1", "65536", "http"])("refuses port %s", async (port) => {
    const { code, err } = await cli(["serve", "--port", port], { directory: "/" });
    expect(code).toBe(2);
    expect(err).toContain("Write a port from 1 to 65535");
  });
});

describe("resume", () => {
  it("goes on with the latest that can go on, as it was asked", async () => {
    const { seen, ...parts } = withRuns();
    const { code } = await cli(["resume"], parts);
    expect(code).toBe(0);
    expect(seen[0]).toMatchObject({
      resume: "20261124-114202-bbbb",
      seed: 5,
      precision: 0.02,
      budgetMs: 120_000,
      metrics: ["cpuTime"],
      command: "perfgap explain go rust --seed 5",
      quick: true,
      profile: false,
      runnerRung: "spawn",
    });
  });

  it("profiles, as before, where an older version began the run and kept no options", async () => {
    const { seen, services, directory } = withRuns();
    await cli(["resume"], {
      directory,
      services: { ...services, readPlan: () => Promise.resolve({ plan }) },
    });
    expect(seen[0]).toMatchObject({ quick: false, profile: true });
    expect(seen[0]?.runnerRung).toBeUndefined();
  });

  it("takes a new budget", async () => {
    const { seen, ...parts } = withRuns();
    await cli(["resume", "20261124-114202-bbbb", "--budget", "10m"], parts);
    expect(seen[0]?.budgetMs).toBe(600_000);
  });

  it.each([
    ["20261124-114201-aaaa", "is finished, not resumable", "perfgap report 20261124-114201-aaaa"],
    ["20261124-114203-cccc", "is running, not resumable", "wait for it"],
    ["20261124-114204-dddd", "is unplanned, not resumable", "start it again"],
    ["20261124-114205-eeee", "is damaged: no case.json\\u{1b}[1m, not resumable", "can be removed"],
    [
      "20261124-114202-bbbc",
      'There is no run "20261124-114202-bbbc" here; did you mean "20261124-114202-bbbb"?',
      "",
    ],
  ])("%s: %s", async (id, message, help) => {
    const { code, err } = await cli(["resume", id], withRuns());
    expect(code).toBe(2);
    expect(err).toContain(message);
    expect(err).toContain(help);
  });
});

describe("report", () => {
  it("shows the latest finished run again", async () => {
    const { code, out } = await cli(["report"], withRuns());
    expect(code).toBe(0);
    expect(out).toContain("Rust is 9.4x faster than Go here");
  });

  it("names the HTML file where the run has one", async () => {
    const parts = withRuns();
    const folder = join(parts.directory, ".perfgap/runs/20261124-114201-aaaa");
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "report.html"), "");
    expect((await cli(["report"], parts)).out).toContain(
      "report  .perfgap/runs/20261124-114201-aaaa/report.html\n",
    );
  });

  it("reads a report that someone sent, and applies bounds to it", async () => {
    const directory = temporaryFolder({ "colleague.json": renderJson(codegenReport()) });
    expect((await cli(["report", "colleague.json"], { directory })).out).toContain("Rust is 9.4x faster");
    expect((await cli(["report", "colleague.json", "--fail-on", "cpu>2"], { directory })).code).toBe(1);
  });

  it("that is damaged is refused", async () => {
    const { code, err } = await cli(["report"], withRuns("{"));
    expect(code).toBe(2);
    expect(err).toContain("report.json is no report that this version can read");
  });

  it("of an unfinished run says how to finish it", async () => {
    const { err } = await cli(["report", "20261124-114202-bbbb"], withRuns());
    expect(err).toContain("is resumable, not finished.\nhelp: perfgap resume 20261124-114202-bbbb");
  });
});

describe("completion", () => {
  it.each(["bash", "zsh", "fish"])("%s", async (shell) => {
    const { code, out } = await cli(["completion", shell], { directory: "/" });
    expect(code).toBe(0);
    await expect(out).toMatchFileSnapshot(golden(`completion.${shell}`));
  });

  it.each([
    [["perfgap", "exp"], ["explain"]],
    [
      ["perfgap", "explain", "--exp"],
      ["--export-html", "--export-json", "--export-md", "--export-svg", "--export-png"],
    ],
    [
      ["perfgap", "explain", "--color", ""],
      ["auto", "always", "never"],
    ],
    [["perfgap", "completion", "z"], ["zsh"]],
    [
      ["perfgap", "help", "d"],
      ["demo", "doctor"],
    ],
    [["perfgap", "explain", "$(touch hacked)", "--stri"], ["--strict"]],
    [["perfgap", "explain", "$(touch hacked)"], []],
    [["perfgap", "*"], []],
    [["perfgap", "report", "2026"], ["20261124-114200-k3xa"]],
    [["perfgap", "report", "$("], ["$(touch hacked)"]],
  ])("bash completes %j, twice sourced, and runs nothing of it", async (words, expected) => {
    const directory = temporaryFolder({
      ".perfgap/runs/20261124-114200-k3xa/case.json": "",
      ".perfgap/runs/$(touch hacked)/case.json": "",
    });
    const { out } = await cli(["completion", "bash"], { directory });
    writeFileSync(join(directory, "perfgap.bash"), out);
    const script = `set -eu
source ./perfgap.bash; source ./perfgap.bash
COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1))
_perfgap || true
printf '%s\\n' "\${COMPREPLY[@]:-}"; ls`;
    const text = execFileSync("bash", ["-c", script, "bash", ...words], { cwd: directory, encoding: "utf8" });
    expect(text.split("\n").filter((line) => line !== "")).toEqual([...expected, "perfgap.bash"]);
  });

  it("knows every command", async () => {
    const { out } = await cli(["completion", "fish"], {
      directory: "/",
      services: { languages: () => Promise.resolve(fakeLanguages) },
    });
    for (const name of [
      "explain",
      "demo",
      "doctor",
      "factors",
      "init",
      "resume",
      "runs",
      "report",
      "compare",
      "serve",
      "tune",
      "completion",
    ])
      expect(out).toContain(`-a ${name} -d`);
  });
});
