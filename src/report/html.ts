import { printableLines } from "../base/printable.ts";

const markup: unique symbol = Symbol("markup");

/** Text that is HTML already. Only this file makes it, so what came from outside is never taken for it. */
export interface Html {
  readonly [markup]: string;
}

export type HtmlValue = Html | string | number | undefined | readonly Html[];

/** A tagged template that escapes every string put into it, for text and quoted attributes alike. */
export function html(parts: TemplateStringsArray, ...values: readonly HtmlValue[]): Html {
  let text = parts[0] ?? "";
  for (const [index, value] of values.entries()) text += textOf(value) + (parts[index + 1] ?? "");
  return { [markup]: text };
}

function joinHtml(pieces: readonly Html[]): Html {
  return { [markup]: pieces.map((piece) => piece[markup]).join("") };
}

export function htmlText(piece: Html): string {
  return piece[markup];
}

function textOf(value: HtmlValue): string {
  if (value === undefined) return "";
  if (typeof value === "number") return String(value);
  if (typeof value === "string") return escapeHtml(value);
  return isHtmlList(value) ? joinHtml(value)[markup] : value[markup];
}

function isHtmlList(value: Html | readonly Html[]): value is readonly Html[] {
  return Array.isArray(value);
}

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

function escapeHtml(text: string): string {
  return printableLines(text).replace(/[&<>"']/g, (character) => entities[character] ?? character);
}

/** JSON that can stand inside a script element: nothing in it can end the element or begin a comment. */
export function embeddedJson(value: unknown): Html {
  const text = JSON.stringify(value).replace(
    /[<>&\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
  return { [markup]: text };
}

/** A style sheet or the like that is part of this program. */
export function trustedText(text: string): Html {
  return { [markup]: text };
}
