import {
  adviceTexts,
  closingTexts,
  closingTitle,
  isBoundTold,
  openNote,
  shortPlace,
  type TuningText,
  tuningTexts,
  winDetails,
  winRows,
} from "./closing-texts.ts";
import { type Html, html } from "./html.ts";
import { amountBar } from "./html-bar.ts";
import { evidenceId, type Page } from "./html-page.ts";
import { settingsRunsId } from "./html-settings-runs.ts";
import { htmlFold, htmlSection, htmlTable } from "./html-table.ts";
import { capital } from "./sentence.ts";

/** What would close the gap: settings with their measured gain, the best set of them, and lines of the source. */
export function closingPart(page: Page): Html | undefined {
  const parts = [setPart(page), winPart(page), advicePart(page)].flatMap((part) => part ?? []);
  const { report } = page;
  if (parts.length === 0 && report.attributions.length === 0) return undefined;
  const nothing = html`<p>This run measured no setting that could ship and found no line of the source worth a change. A larger <code>--budget</code> leaves time for settings; <code>perfgap tune</code> searches them.</p>`;
  return htmlSection(closingTitle(report), "wins", parts.length === 0 ? nothing : html`${parts}`);
}

function setPart({ report, name, details }: Page): Html | undefined {
  const closing = closingTexts(report).map((text) => html`<p class="lead">${text}</p>`);
  // Without a gap the sentences stand at the top already; of several programs each must be told from the others.
  const names = (report.tuning ?? []).map(({ subject }) => name(subject));
  const heading = (at: number, { headline, times, basis }: TuningText) => {
    const below = times === "" ? basis : `${times}; ${basis}`;
    if (report.gaps.length > 0) return html`<h3>${headline}</h3><p class="soft">${below}</p>`;
    return names.length > 1 ? html`<h3>${names[at]}</h3>` : undefined;
  };
  const sets = tuningTexts(report).map((text, at) => {
    const { change, costs, parts, dropped } = text;
    return html`${heading(at, text)}
${parts === "" ? undefined : html`<p>${capital(parts)}.</p>`}
${change.length === 0 ? undefined : html`<pre tabindex="0">${change.join("\n")}</pre>`}
${costs === "" ? undefined : html`<p>What it costs: ${costs}</p>`}
${dropped.length === 0 ? undefined : htmlFold("Settings left out, and why", html`<ul>${dropped.map((reason) => html`<li>${reason}</li>`)}</ul>`)}`;
  });
  const runs =
    details.rounds.length === 0
      ? undefined
      : html`<p class="soft"><a href="#${settingsRunsId}">The runs behind this</a>, one by one, are further down.</p>`;
  return closing.length + sets.length === 0 ? undefined : html`${closing}${sets}${runs}`;
}

const readings = {
  gain: "helps",
  hurts: "hurts",
  "no difference": "no difference",
  undetermined: "open",
} as const;

function winPart(page: Page): Html | undefined {
  const rows = winRows(page.report);
  if (rows.length === 0) return undefined;
  const note = openNote(rows);
  return html`${htmlTable(
    "Settings, each measured alone against the program as written",
    [
      { title: "Setting" },
      { title: "Program" },
      { title: "Effect", kind: "keep" },
      { title: "Reading" },
      { title: "Change and costs" },
    ],
    rows.map((row) => ({
      className: row.kind === "gain" ? "" : row.kind === "no difference" ? "negligible" : "undetermined",
      cells: [
        html`<code>${row.setting}</code>`,
        row.subject,
        row.effect,
        readings[row.kind],
        winDetails(row),
      ],
    })),
  )}${note === "" ? undefined : html`<p class="soft">${note}</p>`}`;
}

function advicePart(page: Page): Html | undefined {
  const { report } = page;
  const texts = adviceTexts(report);
  if (texts.length === 0) return undefined;
  const sorted = report.advice ?? [];
  const largest = Math.max(0, ...(report.advice ?? []).map(({ gainAtMost }) => gainAtMost ?? 0));
  return html`<h3>Lines of the source</h3>
${htmlTable(
  "Changes of the source, each with what bounds its gain",
  [
    { title: "Line", kind: "keep" },
    { title: "Program" },
    { title: "What to change" },
    { title: "Gain", kind: "bars" },
    { title: "Seen" },
  ],
  texts.map(({ subject, title, change, place, bound }, index) => {
    const advice = sorted[index];
    const seen = (advice?.evidence ?? []).flatMap((id) => {
      const at = report.evidence.findIndex((item) => item.id === id);
      return at === -1
        ? []
        : [html`<li><a href="#${evidenceId(at)}">${report.evidence[at]?.kind ?? ""}</a></li>`];
    });
    const gain =
      advice === undefined || isBoundTold(advice, sorted.slice(0, index)) ? undefined : advice.gainAtMost;
    return {
      cells: [
        html`<code>${place === "" ? "no line known" : shortPlace(place)}</code>`,
        subject,
        html`${title}: ${change}`,
        html`${bound}${gain === undefined || largest <= 0 ? undefined : amountBar({ value: gain, low: gain, high: gain }, largest)}`,
        html`<ul class="plain">${seen}</ul>`,
      ],
    };
  }),
)}`;
}
