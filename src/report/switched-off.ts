import { ownValue } from "../base/own-value.ts";
import { shellCommand, shellQuote } from "../base/subprocess.ts";
import type { SwitchedOff } from "../model/report.ts";
import type { SettingPatch } from "../model/setting.ts";
import { type Html, html } from "./html.ts";
import type { Page } from "./html-page.ts";

/** What is changed and where it goes: "build" and `go build -gcflags=all=-B`. */
export interface HowText {
  readonly where: string;
  /** Words that can be pasted. */
  readonly words: string;
}

type Flags = Readonly<Record<string, readonly string[]>>;

/** A patch in words: what a build gets, then what a run gets; empty for the program as written. */
export function howTexts({ build, run }: SettingPatch): readonly HowText[] {
  const flags = build?.flags ?? {};
  const told: readonly (readonly [where: string, words: string])[] = [
    ["build with", shellCommand([], build?.env)],
    ["build with", goWords(flags)],
    ["build with", rustWords(flags)],
    ...Object.entries(flags).flatMap(([channel, words]): (readonly [string, string])[] =>
      namedChannels.has(channel) ? [] : [[`${channel} with`, shellCommand(words)]],
    ),
    ["build with perfgap's own", (build?.switches ?? []).join(" ")],
    ["run as", runWords(run)],
  ];
  return told.flatMap(([where, words]) => (words === "" ? [] : [{ where, words }]));
}

const namedChannels: ReadonlySet<string> = new Set(["gcflags", "ldflags", "build", "rustflags", "llvm"]);

/** The go command heeds the last flags of a pattern only, so those of one pattern are one word. */
function goWords({ gcflags = [], ldflags = [], build = [] }: Flags): string {
  const patterns = new Map<string, string[]>();
  for (const word of gcflags) {
    const at = word.indexOf("=");
    const pattern = word.slice(0, Math.max(0, at));
    patterns.set(pattern, [...(patterns.get(pattern) ?? []), word.slice(at + 1)]);
  }
  const words = [
    ...[...patterns].map(([pattern, values]) =>
      pattern === "" ? `-gcflags=${values.join(" ")}` : `-gcflags=${pattern}=${values.join(" ")}`,
    ),
    ...(ldflags.length === 0 ? [] : [`-ldflags=${ldflags.join(" ")}`]),
    ...build,
  ];
  return words.length === 0 ? "" : shellCommand(["go", "build", ...words]);
}

function rustWords({ rustflags = [], llvm = [] }: Flags): string {
  const words = [...rustflags, ...llvm.map((option) => `-Cllvm-args=${option}`)];
  return words.length === 0 ? "" : `RUSTFLAGS=${shellQuote(words.join(" "))}`;
}

function runWords(run: SettingPatch["run"]): string {
  const { env = {}, preload = [], cpuCount } = run ?? {};
  const last = cpuCount === undefined ? 0 : cpuCount - 1;
  const bound = cpuCount === undefined ? [] : ["taskset", "--cpu-list", last === 0 ? "0" : `0-${last}`];
  const all = preload.length === 0 ? env : { ...env, LD_PRELOAD: preload.join(":") };
  return Object.keys(all).length + bound.length === 0 ? "" : shellCommand([...bound, "./program"], all);
}

export function howHtml(patch: SettingPatch): Html | string {
  const texts = howTexts(patch);
  return texts.length === 0
    ? ""
    : html`${texts.map(({ where, words }, at) => html`${at === 0 ? "" : "; "}${where} <code>${words}</code>`)}`;
}

/** How a cause was switched off on one side: from the report, else from the plan beside it; undefined where neither tells. */
export function switchedOff(page: Page, subject: string, factor: string): SwitchedOff | undefined {
  for (const { contributions } of page.report.attributions)
    for (const one of contributions) {
      const how = one.factor === factor ? ownValue(one.levers, subject) : undefined;
      if (how !== undefined) return how;
    }
  return page.details.plan?.sides
    .find((side) => side.subject === subject)
    ?.factors.find((each) => each.factor === factor)?.lever;
}
