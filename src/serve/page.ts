import { type Html, html, htmlText } from "../report/html.ts";

/** A whole page of this server. */
export function page(title: string, body: Html): string {
  return htmlText(html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} · perfgap</title>
<link rel="icon" href="/icon.svg" type="image/svg+xml">
<link rel="stylesheet" href="/style.css">
</head>
<body>
<main>
${body}
</main>
</body>
</html>
`);
}

export const wayBack: Html = html`<nav aria-label="Pages"><a href="/">All runs</a></nav>`;

/** What went wrong, in words, with the way back. */
export function messagePage(title: string, message: string): string {
  return page(title, html`${wayBack}\n<h1>${title}</h1>\n<p>${message}</p>`);
}
