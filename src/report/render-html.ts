import { createHash } from "node:crypto";
import type { Report } from "../model/report.ts";
import { type Answer, describeAnswers } from "./answer.ts";
import { embeddedJson, type Html, html, htmlText, trustedText } from "./html.ts";
import { answerPart } from "./html-answer.ts";
import {
  accountingPart,
  agreementPart,
  evidencePart,
  hostPart,
  reproducePart,
  surenessPart,
  warningPart,
  winPart,
} from "./html-parts.ts";
import { styleSheet } from "./html-style.ts";
import { printableReport } from "./printable-report.ts";

/** The report as one HTML file: no network, no script that runs, every word from outside escaped. */
export function renderHtml(rawReport: Report): string {
  const report = printableReport(rawReport);
  const answers = describeAnswers(report);
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${contentSecurityPolicy()}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${`${report.case.name}: ${answers[0]?.headline ?? "no gap measured"}`}</title>
<style>${trustedText(styleSheet)}</style>
</head>
<body>
<main>
<p class="meta">perfgap ${report.reproduce.version} · case ${report.case.name}${blocksText(answers)}</p>
${questionText(report)}${answers.length === 0 ? html`<h1>There is no gap to show: nothing was measured.</h1>` : undefined}
${answers.map((answer, index) => answerPart(answer, report, index))}
${agreementPart(report)}
${winPart(report)}
${evidencePart(report)}
${accountingPart(report)}
${surenessPart(report)}
${warningPart(report)}
${hostPart(report)}
${reproducePart(report)}
</main>
<script type="application/json" id="report-data">${embeddedJson(rawReport)}</script>
</body>
</html>
`;
  return htmlText(page);
}

/** Nothing may be loaded or run; the one style sheet is known by its hash. */
function contentSecurityPolicy(): string {
  const hash = createHash("sha256").update(styleSheet).digest("base64");
  return `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'`;
}

function blocksText(answers: readonly Answer[]): string {
  const blocks = answers[0]?.attribution?.diagnostics.blocks;
  return blocks === undefined ? "" : ` · ${blocks} blocks`;
}

function questionText(report: Report): Html | undefined {
  return report.case.question === undefined ? undefined : html`<p class="meta">${report.case.question}</p>`;
}
