import { EventEmitter } from "node:events";
import type { CommandContext } from "../../src/cli/context.ts";
import { type MainParts, main } from "../../src/cli/main.ts";
import type { Services } from "../../src/cli/services.ts";
import { watchSignals } from "../../src/cli/signals.ts";
import { openTerminal } from "../../src/cli/terminal.ts";
import type { Factor } from "../../src/model/factor.ts";
import type { ExplainOptions, ProgressEvent, ProgressListener } from "../../src/model/progress.ts";
import type { Report } from "../../src/model/report.ts";
import { fakeFactor } from "./fake-explain.ts";
import { fakeLanguages } from "./fake-language.ts";
import { codegenReport } from "./report-fixture.ts";
import { contribution, estimate, gap, host } from "./report-parts.ts";

function namedFactor(id: string, title: string): Factor {
  const phrase = title.toLowerCase();
  return fakeFactor(id, {
    title,
    phrase,
    question: `What does ${phrase} cost?`,
    caveat: "the knob is not the cause",
    sources: ["a book"],
    relevantWhen: () => ({ verdict: "in", reason: "it is a fake", weight: 1 }),
  });
}

const unused = (name: string) => () => Promise.reject(new Error(`${name} is not part of this test`));

/** Services without a world behind them; a test names the ones that it is about. */
function fakeServices(own: Partial<Services> = {}): Services {
  return {
    languages: () => Promise.resolve(fakeLanguages),
    factors: () =>
      Promise.resolve([namedFactor("gc", "Garbage collection"), namedFactor("inlining", "Inlining")]),
    explain: unused("explain"),
    tune: unused("tune"),
    describeHost: () => Promise.resolve(host),
    contrastAgainstItself: () => Promise.resolve(estimate(0.001, 0.014)),
    listRuns: () => Promise.resolve([]),
    readPlan: () => Promise.resolve(undefined),
    readReport: unused("readReport"),
    ...own,
  };
}

/** The events of a run that goes well, with `blocks` blocks. */
export function runEvents(directory: string, blocks = 3): readonly ProgressEvent[] {
  const contributions = [
    contribution({ factor: "gc", phrase: "garbage collection", value: 0.2, verdict: "undetermined" }),
  ];
  return [
    { kind: "hostDescribed", host, rung: { id: "launcher", title: "native launcher", lost: [] } },
    { kind: "runOpened", runId: "20261124-114200-abcd", directory, resumed: 0 },
    { kind: "buildStarted", builds: 2, what: "the programs as written" },
    { kind: "buildDone", done: 1, builds: 2, cached: 0 },
    { kind: "buildDone", done: 2, builds: 2, cached: 1 },
    { kind: "verified", subjects: 2, outputBytes: 12 },
    { kind: "stageStarted", stage: "pilot" },
    { kind: "pilotDone", typicalWallTimeNs: { go: 4e8, rust: 5e7 }, runSd: 0.02 },
    { kind: "gapKnown", gap: gap("go", "rust", "cpuTime", estimate(2.2, 0.1)) },
    { kind: "screened", subject: "go", considered: 12, kept: ["gc", "inlining"] },
    {
      kind: "planMade",
      sides: [{ subject: "go", factors: ["gc"], columns: 7, builds: 1 }],
      forecastBlocks: blocks,
      forecastMs: 90_000,
    },
    ...Array.from({ length: blocks }, (_, block) => [
      { kind: "blockStarted", block } as const,
      {
        kind: "blockDone",
        block,
        blocksForecast: blocks,
        etaMs: 30_000 * (blocks - 1 - block),
        gap: estimate(2.2, 0.06),
        contributions,
        wantedHalfWidth: 0.03,
      } as const,
    ]).flat(),
    {
      kind: "finished",
      runId: "20261124-114200-abcd",
      reportJsonPath: `${directory}/report.json`,
      reportHtmlPath: `${directory}/.perfgap/runs/20261124-114200-abcd/report.html`,
      resumable: false,
    },
  ];
}

/** A pipeline that tells the events and gives the report; `seen` keeps what it was asked. */
export function fakeExplain(
  directory: string,
  report: Report = codegenReport(),
  events: readonly ProgressEvent[] = runEvents(directory),
): { readonly explain: Services["explain"]; readonly seen: ExplainOptions[] } {
  const seen: ExplainOptions[] = [];
  const explain = (options: ExplainOptions, listener: ProgressListener) => {
    seen.push(options);
    for (const event of events) listener(event);
    return Promise.resolve(report);
  };
  return { explain, seen };
}

export interface CliResult {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

export interface CliParts {
  readonly directory: string;
  readonly services?: Partial<Services>;
  readonly env?: MainParts["env"];
  readonly tty?: boolean;
  readonly columns?: number;
  /** Signals of the process come from here. */
  readonly signals?: EventEmitter;
  readonly forceExit?: (code: number) => void;
  readonly nowMs?: () => number;
}

/** A context for looking at the tree of commands: nothing in it is meant to run. */
export function fakeContext(): CommandContext {
  return {
    terminal: openTerminal({
      stdout: { write: () => true },
      stderr: { write: () => true },
      env: {},
      colour: "never",
    }),
    services: fakeServices(),
    directory: "/",
    env: {},
    programArgs: undefined,
    version: "0.0.0",
    argv: [],
    interruption: watchSignals({
      source: new EventEmitter(),
      say: () => undefined,
      forceExit: () => undefined,
    }),
    nowMs: () => 0,
    exitWith: () => undefined,
  };
}

/** Runs one command line as the process would, without a process. */
export async function cli(argv: readonly string[], parts: CliParts): Promise<CliResult> {
  const texts = { out: "", err: "" };
  const stream = (name: keyof typeof texts) => ({
    ...(parts.tty === true ? { isTTY: true } : {}),
    ...(parts.columns === undefined ? {} : { columns: parts.columns }),
    write: (text: string) => {
      texts[name] += text;
    },
  });
  const source = parts.signals ?? new EventEmitter();
  const code = await main({
    argv,
    env: parts.env ?? {},
    directory: parts.directory,
    stdout: stream("out"),
    stderr: stream("err"),
    services: fakeServices(parts.services),
    interruption: (say) =>
      watchSignals({ source, say, forceExit: parts.forceExit ?? (() => undefined), graceMs: 0 }),
    nowMs: parts.nowMs ?? (() => 0),
  });
  return { code, ...texts };
}
