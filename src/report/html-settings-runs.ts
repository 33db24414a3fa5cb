import type { Column } from "../model/plan.ts";
import type { SettingsRound } from "../model/report-details.ts";
import { type Html, html } from "./html.ts";
import type { Page } from "./html-page.ts";
import { distributionPart, type SideRuns, sidesOf, timelinePart, variantTables } from "./html-run-charts.ts";
import { htmlFold } from "./html-table.ts";

export const settingsRunsId = "settings-runs";

/** Every run of the search for settings: the final comparison open, the rounds that led to it folded. */
export function settingsRunsPart(page: Page): Html | undefined {
  const rounds = page.details.rounds.map((round) => ({ round, sides: sidesOf(page, round) }));
  const shown = rounds.filter(({ sides }) => sides.length > 0);
  if (shown.length === 0) return undefined;
  const finals = shown.filter(({ round }) => round.name === finalName);
  const searching = shown.filter(({ round }) => round.name !== finalName);
  return html`<h3 id="${settingsRunsId}">Every run with settings</h3>${finals.map(({ round, sides }) => finalPart(page, round, sides))}${searching.length === 0 ? undefined : htmlFold("Every round of the search as tables", html`${searching.map(({ round, sides }) => roundPart(page, round, sides))}`)}`;
}

/** The name of the round that compares best sets on fresh blocks. */
const finalName = "final";

function finalPart(page: Page, round: SettingsRound, sides: readonly SideRuns[]): Html {
  const groups = sides.flatMap(({ subject, title, side, runs }) =>
    [0, 1].flatMap((cell) => {
      const ids = new Set(
        side.columns.filter((column) => column.role === "cell" && column.cell === cell).map(({ id }) => id),
      );
      if (ids.size === 0) return [];
      return {
        subject,
        title: `${title} ${cell === 0 ? "as written" : "with its best set of settings"}`,
        values: runs.flatMap(({ observation, value }) => (ids.has(observation.column) ? [value] : [])),
      };
    }),
  );
  return html`<p class="soft">The final comparison: fresh blocks, which no choice was made by.</p>${distributionPart(page, groups, "Runs of the final comparison")}${timelinePart(round, sides)}`;
}

function roundPart(page: Page, round: SettingsRound, sides: readonly SideRuns[]): Html {
  const together = round.name.endsWith("together");
  const blocks = round.blocks.length;
  return html`<p class="soft">${together ? "The best set so far and its neighbours" : "Each setting alone"}, ${blocks} ${blocks === 1 ? "block" : "blocks"}:</p>${variantTables(page, sides, { heading: "Settings", describe: settingsOf })}`;
}

function settingsOf({ role, dose }: Column): string {
  if (dose !== undefined) return dose.level.replaceAll("+", " and ");
  return role === "placebo" ? "as written (once more, to see what noise is)" : "as written";
}
