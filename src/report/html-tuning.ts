import type { Report, Tuning } from "../model/report.ts";
import { tuningTexts } from "./closing-texts.ts";
import { type Html, html } from "./html.ts";
import type { Page } from "./html-page.ts";
import { htmlTable } from "./html-table.ts";
import { factorText, typicalText } from "./quantities.ts";
import { capital } from "./sentence.ts";

/** The answer of a report that has no gap: what makes each program faster by settings alone. */
export function tuningAnswer(page: Page): Html {
  const { report } = page;
  const [first, ...others] = tuningTexts(report);
  if (first === undefined) return html`<h1>There is no gap to show: nothing was measured.</h1>`;
  if (others.length === 0)
    return html`<h1>${first.headline}</h1><p class="lead">${first.times === "" ? undefined : `${first.times}. `}${capital(first.basis)}.</p>`;
  const sentences = [first, ...others].map(
    ({ headline, times, basis }) =>
      html`<p class="lead">${headline} <span class="soft">(${times === "" ? "" : `${times}; `}${basis})</span></p>`,
  );
  return html`<h1>${countSentence(report.tuning ?? [])}</h1>${sentences}${programTable(page)}`;
}

/** What the page is called in a list of tabs. */
export function tuningTitle(report: Report): string {
  const texts = tuningTexts(report);
  if (texts.length > 1) return countSentence(report.tuning ?? []);
  return texts[0]?.headline ?? "no gap measured";
}

function countSentence(tunings: readonly Tuning[]): string {
  const faster = tunings.filter(({ best }) => best !== undefined && best.gain.low > 0).length;
  const count = faster === 0 ? "None" : String(faster);
  return `${count} of ${tunings.length} programs ${faster < 2 ? "becomes" : "become"} faster here by settings alone.`;
}

function programTable({ report, name }: Page): Html {
  return htmlTable(
    "Each program against itself; they are not compared with each other",
    [
      { title: "Program" },
      { title: "As written", kind: "number" },
      { title: "With its best settings", kind: "keep" },
      { title: "Blocks of the search, of the final comparison", kind: "number" },
    ],
    (report.tuning ?? []).map(({ subject, metric, best, searchBlocks, finalBlocks }) => {
      const typical = report.subjects.find(({ id }) => id === subject)?.typical[metric];
      return {
        cells: [
          name(subject),
          typical === undefined ? "" : typicalText(metric, typical),
          best === undefined ? "no set was found" : `${factorText(best.gain)} faster`,
          `${searchBlocks}, ${finalBlocks}`,
        ],
      };
    }),
  );
}
