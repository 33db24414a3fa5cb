import type { Instruction, InstructionClass } from "./instruction.ts";

/** The part of a function where the samples are. */
export interface HotLoop {
  readonly kind: "loop" | "function";
  readonly instructions: readonly Instruction[];
  /** Samples in this part as a share of the function's. */
  readonly share: number;
}

/** A loop that holds this share of a function's samples is what the function does. */
const wanted = 0.6;
/** A function without such a loop is shown whole up to this length, else around its hottest instruction. */
const longest = 120;

/**
 * The smallest loop with most of the samples. A loop is what lies between a backward branch and its target, which is
 * how compilers lay innermost loops out; code that a loop keeps elsewhere (panics, cold paths) is not in it.
 */
export function findHotLoop(
  instructions: readonly Instruction[],
  samples: ReadonlyMap<number, number>,
): HotLoop {
  const { loops, total } = loopsOf(instructions, samples);
  const full = loops.filter((loop) => total > 0 && loop.count >= wanted * total);
  const best =
    full.sort((left, right) => left.end - left.start - (right.end - right.start))[0] ??
    loops.filter((loop) => loop.count > 0).sort((left, right) => right.count - left.count)[0];
  if (best !== undefined && best.end - best.start <= 4 * longest)
    return {
      kind: "loop",
      instructions: instructions.slice(best.start, best.end),
      share: best.count / total,
    };
  if (instructions.length <= longest) return { kind: "function", instructions, share: 1 };
  return window(instructions, samples, total);
}

interface Loop {
  readonly start: number;
  readonly end: number;
  readonly count: number;
}

/** All loops with their samples, and the samples of the whole function. */
function loopsOf(
  instructions: readonly Instruction[],
  samples: ReadonlyMap<number, number>,
): { readonly loops: Loop[]; readonly total: number } {
  const places = new Map(instructions.map((one, index) => [one.address, index]));
  const before = [0];
  for (const one of instructions) before.push((before.at(-1) ?? 0) + (samples.get(one.address) ?? 0));
  const total = before.at(-1) ?? 0;
  const loops = instructions.flatMap((one, index) => {
    const start = one.target === undefined ? undefined : places.get(one.target);
    if (start === undefined || start > index || isRetry(instructions, index)) return [];
    return [{ start, end: index + 1, count: (before[index + 1] ?? 0) - (before[start] ?? 0) }];
  });
  return { loops, total };
}

/** Go's functions begin again once `runtime.morestack` has grown their stack: a jump back that is taken once is no loop. */
function isRetry(instructions: readonly Instruction[], jump: number): boolean {
  if (instructions[jump]?.class !== "jump") return false;
  let place = jump - 1;
  while (instructions[place]?.class === "other") place--;
  const before = instructions[place];
  return before?.class === "call" && /^runtime\.morestack/.test(before.callee ?? "");
}

function window(
  instructions: readonly Instruction[],
  samples: ReadonlyMap<number, number>,
  total: number,
): HotLoop {
  let hottest = 0;
  instructions.forEach((one, index) => {
    const count = samples.get(one.address) ?? 0;
    if (count > (samples.get(instructions[hottest]?.address ?? -1) ?? 0)) hottest = index;
  });
  const start = Math.max(0, hottest - longest / 3);
  const part = instructions.slice(start, start + (2 * longest) / 3);
  const count = part.reduce((sum, one) => sum + (samples.get(one.address) ?? 0), 0);
  return { kind: "function", instructions: part, share: total === 0 ? 0 : count / total };
}

export function countClass(instructions: readonly Instruction[], wantedClass: InstructionClass): number {
  return instructions.filter((one) => one.class === wantedClass).length;
}

/** A loop with fewer of the function's samples has no say in what the function works on. */
const busyShare = 0.15;

/**
 * Width of the numbers that a function works on: of its hot loop, unless another busy loop works on numbers of
 * another width, because which of them is the hotter one is then an accident of sampling.
 */
export function commonElementBits(
  instructions: readonly Instruction[],
  samples: ReadonlyMap<number, number>,
): number | undefined {
  const { loops, total } = loopsOf(instructions, samples);
  const widths = loops
    .filter((loop) => loop.count >= busyShare * total)
    .map((loop) => mainElementBits(instructions.slice(loop.start, loop.end)));
  const hot = findHotLoop(instructions, samples);
  const own = hot.kind === "loop" ? mainElementBits(hot.instructions) : undefined;
  return widths.every((width) => width === own) ? own : undefined;
}

/** A width that fewer of the instructions have is not what a loop works on. */
const clearMajority = 0.6;

/**
 * Width in bits of the numbers that a loop works on: of those that it loads; of its packed arithmetic, where that does not
 * widen what it loaded; of its scalar arithmetic only where it loads nothing, because arithmetic on addresses has a width
 * of its own. undefined where none of them is clear.
 */
export function mainElementBits(instructions: readonly Instruction[]): number | undefined {
  const packed = instructions.filter((one) => one.class === "packed");
  if (packed.length > 0)
    return instructions.some((one) => one.widens === true)
      ? undefined
      : clearWidth(packed.map((one) => one.elementBits));
  const loads = instructions.flatMap((one) => one.loadBits ?? []);
  return clearWidth(loads.length > 0 ? loads : instructions.map((one) => one.elementBits));
}

function clearWidth(widths: readonly (number | undefined)[]): number | undefined {
  const known = widths.filter((one) => one !== undefined);
  const counts = new Map<number, number>();
  for (const width of known) counts.set(width, (counts.get(width) ?? 0) + 1);
  const [most] = [...counts].sort(([, left], [, right]) => right - left);
  return most !== undefined && most[1] >= clearMajority * known.length ? most[0] : undefined;
}
