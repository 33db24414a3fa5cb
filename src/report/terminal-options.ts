import type { TimeUnit } from "./quantities.ts";
import { plainStyle, type Style } from "./style.ts";

export interface TerminalOptions {
  readonly columns: number;
  readonly style: Style;
  readonly unicode: boolean;
  readonly unit?: TimeUnit;
  /** Where the HTML report is, as it should be shown. */
  readonly reportPath?: string;
}

export const defaultTerminalOptions: TerminalOptions = { columns: 80, style: plainStyle, unicode: false };
