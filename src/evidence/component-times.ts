import { type Hits, type ShareInterval, shareInterval } from "../base/shares.ts";
import { isLibraryFile, ownFrame } from "../base/symbolizer-output.ts";
import type { Profile, ProfileFrame } from "../model/profile.ts";
import type { SampledCall } from "../model/source-site.ts";
import type { ComponentOf } from "./sampled-calls.ts";

/** What one component of the accounting takes of a program's samples, and where. */
export interface ComponentTime {
  readonly component: string;
  readonly share: ShareInterval;
  /** Upper 95 % end of the share of the component and of the lines that call it, which wait for it; 0-1. */
  readonly touchedHigh: number;
  /** Functions at the leaf, hottest first. */
  readonly functions: readonly { readonly symbol: string; readonly share: number }[];
  /** Lines of the user's source that call it, the dearest first; empty where the callers are not known. */
  readonly lines: readonly { readonly file: string; readonly line: number; readonly share: number }[];
}

interface Tally {
  readonly component: string;
  readonly lines: ReadonlyMap<string, ComponentTime["lines"][number]>;
  readonly own: Hits[];
  readonly touched: Hits[];
  readonly functions: Map<string, number>;
}

/**
 * Time by component with its interval over runs, the functions that it is in and the lines that call them: an entry
 * for each of `components`, seen or not. Pure.
 */
export function componentTimes(
  profile: Profile,
  { components, calls, componentOf }: ComponentSource,
): readonly ComponentTime[] {
  const all = totals(profile);
  const samples = all.reduce((sum, count) => sum + count, 0);
  const tallies = components.map((component): Tally => {
    const zero = () => all.map((count) => ({ hits: 0, all: count }));
    const lines = linesOf(calls, component);
    return { component, lines, own: zero(), touched: zero(), functions: new Map<string, number>() };
  });
  for (const { frames: indexes, counts } of profile.stacks) {
    const frames = indexes.flatMap((index) => profile.frames[index] ?? []);
    const component = componentOf(frames);
    const place = placeOf(frames[0]);
    for (const tally of tallies) {
      const isOwn = tally.component === component;
      if (isOwn) {
        add(tally.own, counts);
        const name = leafName(frames);
        const count = counts.reduce((sum, one) => sum + one, 0);
        tally.functions.set(name, (tally.functions.get(name) ?? 0) + count);
      }
      if (isOwn || (place !== undefined && tally.lines.has(place))) add(tally.touched, counts);
    }
  }
  return tallies.map(({ component, own, touched, functions, lines }) => ({
    component,
    share: shareInterval(own),
    touchedHigh: shareInterval(touched).high,
    functions: [...functions]
      .map(([symbol, count]) => ({ symbol, share: count / samples }))
      .sort((left, right) => right.share - left.share),
    lines: [...lines.values()].sort((left, right) => right.share - left.share),
  }));
}

interface ComponentSource {
  readonly components: readonly string[];
  readonly calls: readonly SampledCall[];
  readonly componentOf: ComponentOf;
}

function totals({ runs, stacks }: Profile): readonly number[] {
  return runs.map((_, run) => stacks.reduce((sum, { counts }) => sum + (counts[run] ?? 0), 0));
}

function add(runs: Hits[], counts: readonly number[]): void {
  counts.forEach((count, index) => {
    const run = runs[index];
    if (run !== undefined) runs[index] = { ...run, hits: run.hits + count };
  });
}

function linesOf(calls: readonly SampledCall[], component: string): Tally["lines"] {
  const lines = new Map<string, ComponentTime["lines"][number]>();
  for (const { file, line, share, component: own } of calls) {
    if (own !== component) continue;
    const key = `${file}:${line}`;
    lines.set(key, { file, line, share: share + (lines.get(key)?.share ?? 0) });
  }
  return lines;
}

function placeOf(leaf: ProfileFrame | undefined): string | undefined {
  const own = ownFrame(leaf?.inlined ?? []);
  return own?.file === undefined || own.line === undefined ? undefined : `${own.file}:${own.line}`;
}

/** The compiled function; where library code was inlined into the user's, the library's function. */
function leafName(frames: readonly ProfileFrame[]): string {
  const leaf = frames.find(({ module }) => module !== "[kernel]") ?? frames[0];
  const compiled = leaf?.inlined?.at(-1);
  const isUsers = compiled?.file !== undefined && !isLibraryFile(compiled.file);
  return (isUsers ? leaf?.inlined?.[0]?.symbol : leaf?.symbol) ?? "[unknown]";
}
