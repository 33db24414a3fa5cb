import { type Html, html } from "./html.ts";

export interface HtmlColumn {
  readonly title: string;
  readonly kind?: "number" | "keep" | "bars";
  /** Place of the subject that the column is about: hidden while a pair without it is looked at. */
  readonly subject?: number;
}

export interface HtmlRow {
  readonly cells: readonly (Html | string)[];
  readonly className?: string;
}

/** A table in a region that the keyboard can reach and scroll; the first cell of a row heads it. */
export function htmlTable(caption: string, head: readonly HtmlColumn[], rows: readonly HtmlRow[]): Html {
  const headings = head.map(
    ({ title, kind, subject }) =>
      html`<th scope="col" class="${kind ?? ""}"${subjectMark(subject)}>${title}</th>`,
  );
  const stacks = isTooWide(head);
  const kind = head[0]?.kind;
  const rowHead = kind === undefined ? undefined : html` class="${kind}"`;
  const body = rows.map(({ cells, className }) => {
    const parts = cells.map((cell, index) =>
      index === 0
        ? html`<th scope="row"${rowHead}>${cell}</th>`
        : html`<td class="${head[index]?.kind ?? ""}"${subjectMark(head[index]?.subject)}${stacks ? html` data-label="${head[index]?.title}"` : undefined}>${cell}</td>`,
    );
    return html`<tr class="${className ?? ""}">${parts}</tr>`;
  });
  return html`<div class="scroll" role="group" aria-label="${caption}" tabindex="0"><table${stacks ? html` class="stacks"` : undefined}><caption>${caption}</caption><thead><tr>${headings}</tr></thead><tbody>${body}</tbody></table></div>`;
}

/** On a narrow screen the cells of such a table stand under each other, each with the name of its column. */
function isTooWide(head: readonly HtmlColumn[]): boolean {
  const texts = head.slice(1).filter(({ kind }) => kind === undefined).length;
  const bars = head.filter(({ kind }) => kind === "bars").length;
  const numbers = head.filter(({ kind }) => kind === "number").length;
  const keeps = head.filter(({ kind }) => kind === "keep").length;
  return head.length > 2 && (texts > 0 || bars > 1 || (bars === 0 && keeps > 0 && numbers > 1));
}

export function subjectMark(subject: number | undefined): Html | undefined {
  return subject === undefined ? undefined : html` data-subject="${subject}"`;
}

/** A section with a heading, or nothing where there is nothing to say. */
export function htmlSection(title: string, id: string, content: Html | undefined): Html | undefined {
  if (content === undefined) return undefined;
  return html`<section aria-labelledby="${id}"><h2 id="${id}">${title}</h2>${content}</section>`;
}

/** Something that not every reader wants to see at once; opened in print. */
export function htmlFold(summary: string, content: Html): Html {
  return html`<details><summary>${summary}</summary>${content}</details>`;
}
