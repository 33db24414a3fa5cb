import type { Column, Side } from "../model/plan.ts";
import type { RunData, SettingsRound } from "../model/report-details.ts";
import { type Html, html } from "./html.ts";
import type { Page } from "./html-page.ts";
import { distributionPart, type SideRuns, sidesOf, timelinePart, variantTables } from "./html-run-charts.ts";
import { htmlFold } from "./html-table.ts";

/** All runs one after the other, in the order in which they were made, for the script and for download. */
export function runData({ details }: Page): RunData {
  const sessions: readonly Pick<SettingsRound, "name" | "blocks">[] = [
    { name: "", blocks: details.blocks },
    ...details.rounds,
  ];
  const timed = sessions.flatMap(({ blocks }, round) =>
    blocks.flatMap(({ observations }) => observations.map((observation) => ({ round, observation }))),
  );
  const columns = [...new Set(timed.map(({ observation }) => observation.column))];
  const places = new Map(columns.map((column, index) => [column, index]));
  const micros = (nanos: number | undefined) => (nanos === undefined ? -1 : Math.round(nanos / 1000));
  return {
    columns,
    rounds: sessions.map(({ name }) => name),
    round: timed.map(({ round }) => round),
    block: timed.map(({ observation }) => observation.block),
    column: timed.map(({ observation }) => places.get(observation.column) ?? -1),
    cpuUs: timed.map(({ observation: { run } }) =>
      micros(run.userTimeNs === undefined ? undefined : run.userTimeNs + (run.systemTimeNs ?? 0)),
    ),
    wallUs: timed.map(({ observation }) => micros(observation.run.wallTimeNs)),
    maxRssKiB: timed.map(({ observation: { run } }) =>
      run.maxRssBytes === undefined ? -1 : Math.round(run.maxRssBytes / 1024),
    ),
  };
}

/** Every run: how values are spread for each program, and whether they drift over the session. */
export function runsPart(page: Page): Html | undefined {
  const sides = sidesOf(page, page.details);
  if (sides.length === 0) return undefined;
  const groups = sides.map((side) => ({
    subject: side.subject,
    title: `${side.title} as written`,
    values: baselineValues(side),
  }));
  const variants = variantTables(page, sides, { heading: "Switched off", describe: columnTitle });
  return html`<h3 id="runs">Every run</h3>${distributionPart(page, groups, "Runs of each program as written")}${timelinePart(page.details, sides)}${htmlFold("Every variant as a table", html`${variants}`)}`;
}

/** Columns that are the program as its user would ship it, or the nearest to it that was timed. */
function asWritten({ columns }: Side): readonly Column[] {
  const plain = columns.filter(({ role }) => role === "plain");
  return plain.length > 0 ? plain : columns.filter(({ role, cell }) => role === "cell" && cell === 0);
}

function baselineValues({ side, runs }: SideRuns): readonly number[] {
  const ids = new Set(asWritten(side).map(({ id }) => id));
  return runs.flatMap(({ observation, value }) => (ids.has(observation.column) ? [value] : []));
}

function columnTitle({ role, cell, dose }: Column, { factors }: Side): string {
  if (role === "plain") return "nothing: exactly as written";
  if (role === "dose") return dose === undefined ? "" : `${dose.factor} at "${dose.level}"`;
  const off = factors.filter((_, bit) => ((cell >> bit) & 1) === 1).map(({ factor }) => factor);
  const what = off.length === 0 ? "nothing" : off.join(", ");
  return role === "placebo" ? `${what} (once more, to see what noise is)` : what;
}
