export interface BarAxis {
  readonly min: number;
  readonly max: number;
}

/** An axis that holds zero and every span. */
export function axisOf(spans: readonly { readonly low: number; readonly high: number }[]): BarAxis {
  const ends = spans.flatMap(({ low, high }) => [low, high]).filter(Number.isFinite);
  return { min: Math.min(0, ...ends), max: Math.max(0, ...ends) };
}

interface BarCharacters {
  readonly sure: string;
  readonly unsure: string;
  readonly empty: string;
}

const blocks: BarCharacters = { sure: "█", unsure: "░", empty: " " };
const ascii: BarCharacters = { sure: "#", unsure: "-", empty: " " };

/**
 * A span as characters on an axis in log units, drawn from zero: full where the whole interval agrees that there is
 * an effect, light where only part of it does.
 */
export function textBar(
  span: { readonly low: number; readonly high: number },
  axis: BarAxis,
  width: number,
  unicode: boolean,
): string {
  const characters = unicode ? blocks : ascii;
  const range = axis.max - axis.min;
  if (!(range > 0)) return characters.empty.repeat(width);
  const place = (value: number) => ((clamp(value, axis) - axis.min) / range) * width;
  const zero = place(0);
  const [sureFrom, sureTo] = sureSpan(span);
  let text = "";
  for (let cell = 0; cell < width; cell++) {
    const middle = cell + 0.5;
    if (between(middle, zero, place(sureFrom)) || between(middle, zero, place(sureTo)))
      text += characters.sure;
    else if (between(middle, place(Math.min(0, span.low)), place(Math.max(0, span.high))))
      text += characters.unsure;
    else text += characters.empty;
  }
  return text;
}

/** The ends, on each side of zero, up to which every value of the interval reaches. */
function sureSpan({ low, high }: { readonly low: number; readonly high: number }): readonly [number, number] {
  return [Math.min(0, high), Math.max(0, low)];
}

function between(value: number, from: number, to: number): boolean {
  return value >= Math.min(from, to) && value < Math.max(from, to);
}

function clamp(value: number, { min, max }: BarAxis): number {
  return Math.min(max, Math.max(min, value));
}
