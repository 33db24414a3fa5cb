import { symbolize } from "../base/symbolize.ts";
import { type InlineTable, isLibraryFile, ownFrame, type SourceFrame } from "../base/symbolizer-output.ts";
import type { Profile, ProfileFrame, ProfileStack } from "../model/profile.ts";
import type { SampledCall } from "../model/source-site.ts";

const maxAddresses = 20_000;
/** Library code is seldom deeper than this below the line that asked for it. */
const maxDepth = 24;

/** Component of the accounting that a stack counts for, leaf first; undefined: none. */
export type ComponentOf = (frames: readonly ProfileFrame[]) => string | undefined;

/**
 * Which lines of the user's source the time in library code was spent for. A sample whose caller cannot be trusted is
 * left out: a leaf without a frame of its own (assembly, libc) hides the function that called it.
 */
export async function sampledCalls(
  profile: Profile,
  componentOf?: ComponentOf,
): Promise<readonly SampledCall[]> {
  const addresses = callerAddresses(profile);
  if (addresses.length === 0) return [];
  const kind = profile.origin === "go" ? "go" : "native";
  const { table } = await symbolize(profile.executable, kind, addresses);
  return callsByLine(profile, table, componentOf);
}

/** An address above a leaf is that of the instruction behind the call. */
const callOf = (address: number): number => address - 1;

function callerAddresses({ stacks, frames }: Profile): readonly number[] {
  const found = new Set<number>();
  for (const stack of stacks)
    for (const index of stack.frames.slice(1, maxDepth)) {
      const address = frames[index]?.address;
      if (address !== undefined) found.add(callOf(address));
    }
  return [...found].slice(0, maxAddresses);
}

/** The same with the lines of the calls known. Pure. */
export function callsByLine(
  profile: Profile,
  table: InlineTable,
  componentOf?: ComponentOf,
): readonly SampledCall[] {
  const found = new Map<string, { readonly call: Omit<SampledCall, "share">; count: number }>();
  let total = 0;
  for (const stack of profile.stacks) {
    const count = stack.counts.reduce((sum, one) => sum + one, 0);
    total += count;
    const place = callOfStack(profile, stack, table);
    if (place === undefined) continue;
    const component = componentOf?.(stack.frames.flatMap((index) => profile.frames[index] ?? []));
    const call = component === undefined ? place : { ...place, component };
    const key = [call.file, call.line, call.function, component ?? "", ...call.below].join("\0");
    const known = found.get(key) ?? { call, count: 0 };
    known.count += count;
    found.set(key, known);
  }
  return [...found.values()]
    .map(({ call, count }) => ({ ...call, share: count / total }))
    .sort((left, right) => right.share - left.share);
}

function callOfStack(
  profile: Profile,
  { frames: indexes }: ProfileStack,
  table: InlineTable,
): Omit<SampledCall, "share"> | undefined {
  const chains = indexes.slice(0, maxDepth).flatMap((index, depth) => {
    const frame = profile.frames[index];
    return frame === undefined ? [] : [{ frame, chain: chainOf(frame, depth, table) }];
  });
  const depth = chains.findIndex(({ chain }) => userFrame(chain) !== undefined);
  const found = chains[depth];
  const own = userFrame(found?.chain ?? []);
  if (found === undefined || own === undefined) return undefined;
  if (depth === 1 && !hasFrame(profile, indexes[0])) return undefined;
  const below = [
    ...chains.slice(0, depth).flatMap(({ frame, chain }) => (chain.length > 0 ? chain : [frame])),
    ...found.chain.slice(0, found.chain.indexOf(own)),
  ].map(({ symbol }) => symbol);
  const callee = below.at(-1);
  if (callee === undefined) return undefined;
  return {
    file: own.file ?? "",
    line: own.line ?? 0,
    function: found.frame.symbol,
    callee,
    below: [...new Set(below)],
  };
}

function chainOf(frame: ProfileFrame, depth: number, table: InlineTable): readonly SourceFrame[] {
  if (depth === 0) return frame.inlined ?? [];
  return frame.address === undefined ? [] : (table.get(callOf(frame.address)) ?? []);
}

function userFrame(chain: readonly SourceFrame[]): SourceFrame | undefined {
  const own = ownFrame(chain);
  if (own?.file === undefined || own.line === undefined || isLibraryFile(own.file)) return undefined;
  return own.file.endsWith(".s") || own.file.startsWith("<") ? undefined : own;
}

/** Go's own functions keep a frame; assembly, libc and what a precompiled library leaves out may not. */
function hasFrame(profile: Profile, index: number | undefined): boolean {
  const leaf = profile.frames[index ?? -1];
  if (leaf === undefined || leaf.module !== profile.executable || profile.origin !== "go") return false;
  return leaf.inlined?.at(-1)?.file?.endsWith(".s") === false;
}
