import { printable } from "../base/printable.ts";
import { formatDuration } from "../base/quantity.ts";
import type { ProgressEvent } from "../model/progress.ts";

/** What `--plan` prints on stdout: what would be measured, and for how long. */
export function planText(plan: Extract<ProgressEvent, { kind: "planMade" }>): string {
  const lines = plan.sides.map(({ subject, factors, columns, builds }) => {
    const causes = factors.length === 0 ? "no cause to switch off" : factors.map(printable).join(", ");
    return `${printable(subject)}: ${causes}; ${columns} runs a block, ${builds} ${builds === 1 ? "build" : "builds"}`;
  });
  const forecast = `about ${plan.forecastBlocks} blocks, ${formatDuration(plan.forecastMs)}`;
  return `${[...lines, forecast].join("\n")}\n`;
}
