import type { PairSide } from "../../src/evidence/pair-functions.ts";
import type { HotFunction, Profile } from "../../src/model/profile.ts";

/** A function of the program with no lines or addresses, 100 samples being the whole. */
export function hot(symbol: string, selfShare: number, totalShare = selfShare): HotFunction {
  return {
    symbol,
    module: "/p",
    selfShare,
    totalShare,
    selfSamples: 100 * selfShare,
    lines: [],
    addresses: [],
  };
}

const titles: Readonly<Record<string, string>> = { go: "Go", rust: "Rust" };

/** A profiled subject: its hot functions, and stacks of symbols from the inside out, ten samples each. */
export function side(
  subject: string,
  functions: readonly HotFunction[],
  stacks: readonly (readonly string[])[] = [],
): PairSide {
  const names = [...new Set(stacks.flat())];
  const profile: Profile = {
    subject,
    rung: "perf",
    lost: [],
    executable: "/p",
    periodNs: 1e6,
    frames: names.map((symbol) => ({ symbol, module: "/p" })),
    stacks: stacks.map((stack) => ({ frames: stack.map((name) => names.indexOf(name)), counts: [10] })),
    runs: [{ samples: 10 * stacks.length, malformed: 0, wallTimeNs: 1, stdoutHash: "" }],
  };
  return { subject, name: titles[subject] ?? subject, profile, hot: functions };
}
