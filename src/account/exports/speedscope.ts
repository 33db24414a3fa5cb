import type { Profile } from "../../model/profile.ts";
import { stackCount } from "./folded.ts";

interface SpeedscopeFrame {
  readonly name: string;
  readonly file?: string;
  readonly line?: number;
}

/** A file of speedscope's own format (www.speedscope.app/file-format-schema.json), one sampled profile in nanoseconds. */
export function toSpeedscope(profile: Profile): string {
  const frames: SpeedscopeFrame[] = [];
  const ids = new Map<string, number>();
  const idOf = (frame: SpeedscopeFrame): number => {
    const key = `${frame.name}\0${frame.file ?? ""}\0${frame.line ?? ""}`;
    const known = ids.get(key);
    if (known !== undefined) return known;
    ids.set(key, frames.length);
    return frames.push(frame) - 1;
  };
  const samples = profile.stacks.map((stack) =>
    stack.frames
      .flatMap((index) => {
        const frame = profile.frames[index];
        if (frame === undefined) return [];
        if (frame.inlined === undefined) return [idOf({ name: frame.symbol, file: frame.module })];
        return frame.inlined.map(({ symbol, file, line }) =>
          idOf({
            name: symbol,
            ...(file === undefined ? {} : { file }),
            ...(line === undefined ? {} : { line }),
          }),
        );
      })
      .reverse(),
  );
  const weights = profile.stacks.map((stack) => Math.round(stackCount(stack.counts) * profile.periodNs));
  return JSON.stringify({
    $schema: "https://www.speedscope.app/file-format-schema.json",
    name: profile.subject,
    exporter: "perfgap",
    activeProfileIndex: 0,
    shared: { frames },
    profiles: [
      {
        type: "sampled",
        name: profile.subject,
        unit: "nanoseconds",
        startValue: 0,
        endValue: weights.reduce((sum, one) => sum + one, 0),
        samples,
        weights,
      },
    ],
  });
}
