import { ownValue } from "../base/own-value.ts";
import type { Listing, SourceExcerpt } from "../model/evidence.ts";
import { type Html, html } from "./html.ts";
import { type Coded, codeRows } from "./html-code-rows.ts";
import { evidenceId, type Page, subjectIndex } from "./html-page.ts";
import { sourceLines } from "./html-syntax.ts";
import { subjectMark } from "./html-table.ts";

/** Rows that stand open; the others are folded under the names of their functions. */
const openRows = 2;

/** Hot code of all subjects next to each other. */
export function codePart(page: Page): Html | undefined {
  const { report } = page;
  const columns = report.subjects.map(({ id }) =>
    report.evidence.flatMap((evidence, place): readonly Coded[] =>
      evidence.subject === id && (evidence.listing !== undefined || evidence.source !== undefined)
        ? [{ evidence, place }]
        : [],
    ),
  );
  const rows = codeRows(columns, report.evidence).map((row, rank) => {
    const panels = row.map((coded, index) => {
      if (coded !== undefined) return panel(page, coded);
      const subject = report.subjects[index]?.id ?? "";
      return html`<p class="soft"${subjectMark(index)}>${page.name(subject)}: no hot function was matched with this one.</p>`;
    });
    const pair = html`<div class="pair-code wide">${panels}</div>`;
    return rank < openRows
      ? pair
      : html`<details><summary>${row.map(symbolOf).filter(Boolean).join(", ")}</summary>${pair}</details>`;
  });
  if (rows.length === 0) return undefined;
  return html`<h3 id="code">Hot code, next to each other</h3>
<p class="soft">Functions stand side by side where their names and shares match, or where each program has one hot function of its own. Shares are of all samples of the program; the tint follows them. An instruction's samples often fall on the one after it.</p>
${rows}`;
}

function symbolOf(coded: Coded | undefined): string {
  return coded?.evidence.listing?.symbol ?? "";
}

function panel(page: Page, { evidence, place }: Coded): Html {
  const { subject, title, location, listing, source } = evidence;
  const where = location === undefined ? "" : `${location.file}:${location.line}`;
  return html`<section class="panel" aria-labelledby="${evidenceId(place)}"${subjectMark(subjectIndex(page, subject))}>
<h4 id="${evidenceId(place)}" tabindex="-1">${page.name(subject)}: ${title}</h4>
<p class="soft code">${where}</p>
${source === undefined ? undefined : sourceTable(page, source, place)}
${listing === undefined ? undefined : listingTable(page, listing, subject, place)}
</section>`;
}

function sourceTable(page: Page, source: SourceExcerpt, place: number): Html {
  const marks = new Map<number, SourceExcerpt["marks"][number][]>();
  for (const mark of source.marks) marks.set(mark.line, [...(marks.get(mark.line) ?? []), mark]);
  const largest = Math.max(...source.marks.map(({ share }) => share ?? 0), 0);
  const rows = sourceLines(source.file, source.lines).map((text, index) => {
    const line = source.firstLine + index;
    const here = marks.get(line) ?? [];
    const share = here.find((mark) => mark.share !== undefined)?.share ?? 0;
    const remarks = foldRemarks(here).map((remark) => remarkText(page, remark));
    return html`<tr class="${heat(share, largest)}" data-line="${line}"><th scope="row">${line}</th><td class="share">${shareText(share)}</td><td class="text"><div class="margin"><span>${text}</span>${remarks}</div></td></tr>`;
  });
  const label = `Source of ${source.file.slice(source.file.lastIndexOf("/") + 1)} around the hot lines`;
  return html`<div class="scroll" role="group" aria-label="${label}, ${evidenceId(place)}" tabindex="0"><table class="code source"><caption>${label}</caption><thead><tr><th scope="col">Line</th><th scope="col" class="share">Samples</th><th scope="col">Source, and what the compiler says of it</th></tr></thead><tbody>${rows}</tbody></table></div>`;
}

interface Remark {
  readonly text: string;
  readonly evidence: string | undefined;
  readonly times: number;
}

/** A line with two accesses gets the same remark twice: it is said once, with the count. */
function foldRemarks(marks: readonly SourceExcerpt["marks"][number][]): readonly Remark[] {
  const folded = new Map<string, Remark>();
  for (const { remark, evidence } of marks) {
    if (remark === undefined) continue;
    const key = JSON.stringify([remark, evidence]);
    folded.set(key, { text: remark, evidence, times: (folded.get(key)?.times ?? 0) + 1 });
  }
  return [...folded.values()];
}

function remarkText({ report }: Page, { text, evidence, times }: Remark): Html {
  const place = report.evidence.findIndex(({ id }) => id === evidence);
  const link = place === -1 ? undefined : html` <a href="#${evidenceId(place)}">all remarks</a>`;
  return html`<span class="remark">${text}${times > 1 ? `, ${times} times` : ""}${link}</span>`;
}

const classMarks: Readonly<Record<string, string>> = {
  packed: "■ packed",
  "bounds check": "▲ check",
  "overflow check": "▲ overflow",
  call: "→ call",
  branch: "◇ branch",
  jump: "↓ jump",
  "conditional move": "○ cmov",
  "scalar float": "· scalar",
};

function listingTable(page: Page, { symbol, lines }: Listing, subject: string, place: number): Html {
  const largest = Math.max(...lines.map(({ share }) => share), 0);
  const rows = lines.map((line, index) => {
    const before = lines[index - 1];
    const edge = before !== undefined && before.inLoop !== line.inLoop;
    const outside = !line.inLoop && lines.some(({ inLoop }) => inLoop);
    const classes = [heat(line.share, largest), outside ? "outside" : "", edge ? "edge" : ""];
    const mark = ownValue(classMarks, line.class) ?? (line.class === "other" ? "" : line.class);
    return html`<tr class="${classes.filter(Boolean).join(" ")}" data-line="${line.sourceLine ?? ""}"><th scope="row">${line.address.toString(16)}</th><td class="share">${shareText(line.share)}</td><td class="line">${line.sourceLine ?? ""}</td><td class="mark"><b>${mark}</b></td><td class="text">${line.text}</td></tr>`;
  });
  const label = `Machine code of ${symbol} in ${page.name(subject)}`;
  const note = lines.some(({ inLoop }) => inLoop) ? "; the hot loop lies between the dashed lines" : "";
  return html`<div class="scroll tall" role="group" aria-label="${label}, ${evidenceId(place)}" tabindex="0"><table class="code listing"><caption>${label}${note}</caption><thead><tr><th scope="col">Address</th><th scope="col" class="share">Samples</th><th scope="col" class="line">Line</th><th scope="col">Kind</th><th scope="col">Instruction</th></tr></thead><tbody>${rows}</tbody></table></div>`;
}

/** "41 %", "0.4 %"; nothing below that. */
function shareText(share: number): string {
  const percent = 100 * share;
  if (!(percent >= 0.05)) return "";
  return `${percent < 9.95 ? percent.toFixed(1) : percent.toFixed(0)} %`;
}

/** One of five tints by the share of the hottest line. */
function heat(share: number, largest: number): string {
  if (!(share > 0) || largest <= 0) return "";
  return `h${Math.min(5, Math.max(1, Math.ceil((5 * share) / largest)))}`;
}
