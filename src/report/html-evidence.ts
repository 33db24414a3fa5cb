import type { Evidence } from "../model/evidence.ts";
import type { Contribution } from "../model/report.ts";
import type { Answer, CauseRow } from "./answer.ts";
import { stancesOf } from "./evidence-stance.ts";
import { type Html, html } from "./html.ts";
import { absentFrom, absentNote } from "./html-absent.ts";
import { pairMark } from "./html-answer.ts";
import { codePart } from "./html-code.ts";
import { countsPart } from "./html-counts.ts";
import {
  causeId,
  evidenceId,
  type Page,
  phraseOf,
  placeOfCause,
  stackId,
  subjectIndex,
} from "./html-page.ts";
import { withoutText } from "./html-stack.ts";
import { htmlSection, subjectMark } from "./html-table.ts";
import { proofText } from "./proof-text.ts";
import { percentText, showFactor } from "./quantities.ts";
import { howHtml, howTexts, switchedOff } from "./switched-off.ts";

/** What was seen: of each cause, the hot code, everything else that was gathered, and what was counted. */
export function evidencePart(page: Page): Html | undefined {
  const causes = page.answers.map((answer, pair) => causesPart(page, answer, pair));
  const parts = [...causes, codePart(page), itemsPart(page), countsPart(page)];
  if (parts.every((part) => part === undefined)) return undefined;
  return htmlSection("Evidence", "evidence", html`${parts.flatMap((part) => part ?? [])}`);
}

function causesPart(page: Page, answer: Answer, pair: number): Html | undefined {
  const rows = answer.causes.filter(({ contribution }) => contribution !== undefined);
  if (rows.length === 0) return undefined;
  const blocks = rows.flatMap((row) => causeBlock(page, answer, { row, pair }) ?? []);
  return html`<div data-pair="${pairMark(page, answer)}">${blocks}</div>`;
}

/** What a sceptic asks of one cause: alone, last, on what it depends, what proves the lever, what was seen. */
function causeBlock(
  page: Page,
  answer: Answer,
  { row, pair }: { readonly row: CauseRow; readonly pair: number },
): Html | undefined {
  const { contribution } = row;
  if (contribution === undefined) return undefined;
  const place = placeOfCause(answer, contribution.factor);
  const { speaksFor, speaksAgainst } = stancesOf(contribution, page.report.evidence);
  const against = speaksAgainst.filter((item) => !speaksFor.includes(item));
  const both =
    page.answers.length > 1 ? html` <span class="soft">${answer.slow} over ${answer.fast}</span>` : undefined;
  return html`<h3 id="${causeId(pair, place)}" class="cause" tabindex="-1">${row.name} ${row.factor === "~" ? "" : row.factor}${both}</h3>
${links(page, "Speaks for it", speaksFor)}
${links(page, "Speaks against it", against)}
${speaksFor.length + against.length === 0 ? html`<p>No evidence was found on it, for or against: the factor rests on switching it off alone.</p>` : undefined}
${factsOf(page, answer, row, contribution)}
<p><a class="back" href="#${stackId(pair, place)}">Back to the stack</a></p>`;
}

function links(page: Page, title: string, items: readonly Evidence[]): Html | undefined {
  if (items.length === 0) return undefined;
  const list = items.map((item) => {
    const where =
      item.location === undefined ? "" : `, ${baseName(item.location.file)}:${item.location.line}`;
    return html`<li><a href="#${evidenceId(page.report.evidence.indexOf(item))}">${page.name(item.subject)}: ${item.title}</a>${where}</li>`;
  });
  return html`<p>${title}:</p><ul>${list}</ul>`;
}

/** How each side was changed; of a report that does not tell, that. */
function howFacts(page: Page, { factor, proofs }: Contribution): (readonly [string, Html | string])[] {
  return Object.keys(proofs).map((side) => {
    const how = switchedOff(page, side, factor);
    const what = `${page.name(side)}, how it was switched off`;
    if (how === undefined) return [what, "not in this file: the plan in its run folder tells it"];
    const scheme = howTexts(how.scheme ?? {}).length === 0 ? undefined : howHtml(how.scheme ?? {});
    const common =
      scheme === undefined
        ? undefined
        : html`; every variant but the program exactly as written carries: ${scheme}`;
    return [what, html`${howHtml(how.patch)}${common}${how.note === undefined ? "" : `. ${how.note}`}`];
  });
}

function factsOf(page: Page, { slow, fast }: Answer, row: CauseRow, contribution: Contribution): Html {
  const { alone, last, dependsOn, range, proofs, caveat, atMost, verdict } = contribution;
  const sides = [
    [slow, alone.slow, last.slow],
    [fast, alone.fast, last.fast],
  ] as const;
  const facts: (readonly [string, Html | string])[] = [
    ...howFacts(page, contribution),
    ...sides.flatMap(([who, first, then]): (readonly [string, string])[] => [
      ...(first === undefined ? [] : [[`${who}, switched off alone`, withoutText(first)] as const]),
      ...(then === undefined ? [] : [[`${who}, after all others`, withoutText(then)] as const]),
    ]),
    ...(range.low < range.high
      ? [["in any combination", `x${showFactor({ value: range.low, ...range }).range}`] as const]
      : []),
    ...(verdict === "negligible" ? [["at most", percentText(atMost)] as const] : []),
    ...(dependsOn.length === 0 ? [] : [["depends on", dependsOn.join(", ")] as const]),
    ...(row.hole === undefined ? [] : [["not measured", row.hole] as const]),
    ...Object.entries(proofs).map(
      ([side, result]) =>
        [`${page.name(side)}, proof that it was off`, `${proofText(result)} with it switched off`] as const,
    ),
    ...(caveat === "" ? [] : [["to mind", caveat] as const]),
  ];
  return html`<dl>${facts.map(([what, value]) => html`<dt>${what}</dt><dd>${value}</dd>`)}</dl>`;
}

/** All that was gathered and is no code panel, by subject. */
function itemsPart(page: Page): Html | undefined {
  const { report, name } = page;
  const groups = report.subjects.flatMap(({ id }, index) => {
    const items = report.evidence.flatMap((item, place) =>
      item.subject === id && item.listing === undefined && item.source === undefined
        ? [itemPart(page, item, place)]
        : [],
    );
    return items.length === 0 ? [] : [html`<div${subjectMark(index)}><h4>${name(id)}</h4>${items}</div>`];
  });
  const strays = report.evidence.flatMap((item, place) =>
    subjectIndex(page, item.subject) === -1 && item.listing === undefined && item.source === undefined
      ? [itemPart(page, item, place)]
      : [],
  );
  if (groups.length + strays.length === 0) return undefined;
  const absent = absentFrom(page).texts ? absentNote("Code and texts of the evidence") : undefined;
  return html`<h3>Everything else that was seen</h3>${absent}${groups}${strays}`;
}

function itemPart(page: Page, item: Evidence, place: number): Html {
  const { kind, title, location, detail } = item;
  const where = location === undefined ? "" : `, ${location.file}:${location.line}`;
  const factors = (list: readonly string[]) => list.map((id) => phraseOf(page, id)).join(", ");
  const about = [
    `${kind}${where}`,
    ...(item.explains.length === 0 ? [] : [`speaks on ${factors(item.explains)}`]),
    ...((item.against ?? []).length === 0 ? [] : [`speaks against ${factors(item.against ?? [])}`]),
  ].join("; ");
  if (detail === "")
    return html`<p id="${evidenceId(place)}" tabindex="-1">${title} <span class="soft">(${about})</span></p>`;
  return html`<details id="${evidenceId(place)}"><summary>${title}</summary><p class="soft">${about}</p><pre tabindex="0">${detail}</pre></details>`;
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}
