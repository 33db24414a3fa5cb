import type { PageData } from "../model/report-details.ts";
import { type Html, html } from "./html.ts";
import type { Page } from "./html-page.ts";

/** What a reader may look for and this page cannot show, since it was made from less than a run folder. */
interface Absent {
  readonly trees: boolean;
  readonly runs: boolean;
  readonly texts: boolean;
}

export function absentFrom({ report, details }: Page): Absent {
  const { evidence, accounting, gaps } = report;
  return {
    trees: accounting.length > 0 && details.profiles.length === 0,
    runs: gaps.length > 0 && details.blocks.length === 0,
    texts:
      evidence.length > 0 &&
      evidence.every(({ detail, listing, source }) => detail === "" && (listing ?? source) === undefined),
  };
}

/** Said in the place of what is not there. */
export function absentNote(what: string): Html {
  return html`<p class="soft">${what} are <a href="#download">not in this file</a>.</p>`;
}

/** What scripts find in the page, and what is in none of it. */
export function contentsText(page: Page, { flames, runs }: PageData): Html {
  const { trees, runs: noRuns, texts } = absentFrom(page);
  const more = [
    ...(flames.length > 0 ? ["call trees"] : []),
    ...(runs.column.length > 0 ? ["every run"] : []),
  ].join(" and ");
  const data =
    more === ""
      ? html`All numbers of this page are in it as JSON, in the element <code>report-data</code> (the report as scripts read it).`
      : html`All numbers of this page are in it as JSON, in the elements <code>report-data</code> (the report as scripts read it) and <code>page-data</code> (${more}).`;
  const missing = [
    ...(trees ? ["the call trees"] : []),
    ...(noRuns ? ["single runs and variants"] : []),
    ...(texts ? ["the code and texts of the evidence"] : []),
  ].join(", ");
  const where =
    missing === ""
      ? undefined
      : html` Not in this file: ${missing}. The folder of the run (<code>.perfgap/runs/RUN</code>, where it was measured) has what was kept of them; <code>perfgap report RUN --export-html FILE</code> makes the page from it.`;
  return html`${data}${where}`;
}
