import type { Checklist } from "../model/report.ts";
import { faultTexts, otherFaultsText } from "./checklist-texts.ts";
import { type Html, html } from "./html.ts";
import { type Page, subjectIndex } from "./html-page.ts";
import { htmlSection, htmlTable } from "./html-table.ts";
import { capital } from "./sentence.ts";

type Item = Checklist["items"][number];

/** Common faults: those that were found with their remedy, then all that was looked for and what was seen of it. */
export function checklistPart(page: Page): Html | undefined {
  const { report } = page;
  const summary = otherFaultsText(report);
  if (summary === undefined) return undefined;
  const faults = faultTexts(report);
  const found =
    faults.length === 0
      ? undefined
      : htmlTable(
          "Found, where most of the time is spent first",
          [
            { title: "Fault" },
            { title: "Program" },
            { title: "What was seen" },
            { title: "Cost" },
            { title: "Remedy" },
          ],
          faults.map(({ title, subject, detail, cost, remedy }) => ({
            cells: [title, subject, detail, cost, remedy],
          })),
        );
  return htmlSection(
    "Common faults",
    "faults",
    html`<p class="soft">${capital(summary)}.</p>${found}${stateTable(page)}`,
  );
}

/** One row a fault, one column a program: a sceptic wants to see what was looked at and gave nothing. */
function stateTable(page: Page): Html {
  const { report, name } = page;
  const lists = report.checklist ?? [];
  const titles = new Map(lists.flatMap(({ items }) => items.map(({ id, title }) => [id, title] as const)));
  const rows = [...titles]
    .map(([id, title]) => ({ title, items: lists.map(({ items }) => items.find((item) => item.id === id)) }))
    .toSorted((left, right) => rank(left.items) - rank(right.items));
  return htmlTable(
    "All that was looked for, and what was seen of it; a blank: nobody looks for it in that language",
    [
      { title: "Looked for" },
      ...lists.map(({ subject }) => {
        const at = subjectIndex(page, subject);
        return { title: name(subject), ...(at === -1 ? {} : { subject: at }) };
      }),
    ],
    rows.map(({ title, items }) => ({ cells: [title, ...items.map(stateText)] })),
  );
}

const ranks: Readonly<Record<Item["state"], number>> = { found: 0, "not looked at": 1, "not found": 2 };

function rank(items: readonly (Item | undefined)[]): number {
  return Math.min(...items.flatMap((item) => (item === undefined ? [] : [ranks[item.state]])));
}

function stateText(item: Item | undefined): Html | string {
  if (item === undefined) return "";
  const { state, detail } = item;
  const seen = state === "not looked at" ? `missing: ${detail}` : detail;
  const word = state === "found" ? html`<b>found</b>` : html`${state}`;
  return detail === "" ? word : html`${word} <span class="soft">(${seen})</span>`;
}
