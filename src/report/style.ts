/** How words are set off in a terminal; meaning never rests on it alone. */
export interface Style {
  readonly strong: (text: string) => string;
  readonly faint: (text: string) => string;
  /** Who pays, what is wrong. */
  readonly bad: (text: string) => string;
  /** What helps, what is well. */
  readonly good: (text: string) => string;
  readonly doubt: (text: string) => string;
}

const asIs = (text: string): string => text;

export const plainStyle: Style = { strong: asIs, faint: asIs, bad: asIs, good: asIs, doubt: asIs };
