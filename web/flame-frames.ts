import type { FlameData } from "../src/model/report-details.ts";

export interface Frame {
  readonly depth: number;
  readonly name: number;
  /** Samples to the left of it. */
  readonly start: number;
  readonly samples: number;
  /** -1 for the root. */
  readonly parent: number;
}

export function framesOf({ rows }: FlameData): readonly Frame[] {
  const path: number[] = [];
  const frames: Frame[] = [];
  for (let at = 0; at < rows.length; at += 4) {
    const [depth = 0, name = 0, start = 0, samples = 0] = rows.slice(at, at + 4);
    frames.push({ depth, name, start, samples, parent: path[depth - 1] ?? -1 });
    path[depth] = frames.length - 1;
  }
  return frames;
}

/** The frame that an arrow key leads to: down to what is called most, up to the caller, aside on the same level. */
export function neighbour(frames: readonly Frame[], here: number, key: string): number {
  const frame = frames[here];
  if (frame === undefined) return here;
  if (key === "ArrowUp") return Math.max(0, frame.parent);
  if (key === "ArrowDown") return frames[here + 1]?.parent === here ? here + 1 : here;
  const level = frames.flatMap(({ depth }, index) => (depth === frame.depth ? [index] : []));
  return level[level.indexOf(here) + (key === "ArrowRight" ? 1 : -1)] ?? here;
}

/** Whether `inner` is `outer` or lies below it. */
export function isWithin(inner: Frame, outer: Frame): boolean {
  return (
    inner.depth >= outer.depth &&
    inner.start >= outer.start &&
    inner.start + inner.samples <= outer.start + outer.samples
  );
}
