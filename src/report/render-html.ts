import type { Report } from "../model/report.ts";
import type { PageData, ReportDetails } from "../model/report-details.ts";
import { flameTrees } from "./flame-tree.ts";
import { embeddedJson, type Html, html, htmlText, trustedText } from "./html.ts";
import { answerPart, overviewPart, pairMark } from "./html-answer.ts";
import { closingPart } from "./html-closing.ts";
import { evidencePart } from "./html-evidence.ts";
import { hostPart, reproducePart } from "./html-machine.ts";
import { noDetails, openPage, type Page } from "./html-page.ts";
import { profilePart } from "./html-profile.ts";
import { runData } from "./html-runs.ts";
import { contentSecurityPolicy, pageScript } from "./html-script.ts";
import { stackPart } from "./html-stack.ts";
import { styleSheet } from "./html-style.ts";
import { agreementPart, surenessPart } from "./html-sure.ts";
import { printableReport, printableTexts } from "./printable-report.ts";

/**
 * The report as one HTML file: no network, every word from outside escaped, readable without its script. Parts follow
 * the order in which a reader asks: what, how far, why, do both methods agree, what would close it, what was seen,
 * how sure, on which machine, how to do it again.
 */
export function renderHtml(rawReport: Report, rawDetails: ReportDetails = noDetails): string {
  const page = openPage(printableReport(rawReport), printableTexts(rawDetails));
  const flames = flameTrees(page.report, page.details);
  const data: PageData = { flames, runs: runData(page) };
  const script = pageScript();
  const sections = [
    agreementPart(page),
    closingPart(page),
    evidencePart(page),
    profilePart(page, flames),
    surenessPart(page),
    hostPart(page),
    reproducePart(page),
  ];
  const document = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${contentSecurityPolicy(styleSheet, script)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${`${page.report.case.name}: ${page.answers[0]?.headline ?? "no gap measured"}`}</title>
<style>${trustedText(styleSheet)}</style>
</head>
<body>
<main>
${introPart(page)}
${page.answers.map((answer, pair) => html`<section class="pair" id="pair-${pair}" data-pair="${pairMark(page, answer)}" aria-label="${answer.slow} over ${answer.fast}">${answerPart(answer, page.answers.length === 1)}${contentsPart(page, pair)}${whyPart(page, pair)}</section>`)}
${sections.flatMap((section) => section ?? [])}
</main>
<script type="application/json" id="report-data">${embeddedJson(rawReport)}</script>
<script type="application/json" id="page-data">${embeddedJson(data)}</script>
${script === "" ? undefined : html`<script>${trustedText(script)}</script>`}
</body>
</html>
`;
  return htmlText(document);
}

function introPart(page: Page): Html {
  const { report, answers } = page;
  const blocks = answers[0]?.attribution?.diagnostics.blocks;
  const meta = [
    `perfgap ${report.reproduce.version}`,
    `case ${report.case.name}`,
    ...(blocks === undefined ? [] : [`${blocks} blocks`]),
    report.host.cpuModel,
  ].join(" · ");
  const question =
    report.case.question === undefined ? undefined : html`<p class="meta">${report.case.question}</p>`;
  const overview =
    answers.length === 0
      ? html`<h1>There is no gap to show: nothing was measured.</h1>`
      : answers.length === 1
        ? undefined
        : overviewPart(page);
  return html`<p class="meta">${meta}</p>${question}${overview}`;
}

function whyPart(page: Page, pair: number): Html | undefined {
  const answer = page.answers[pair];
  const stack = answer === undefined ? undefined : stackPart(page, answer, pair);
  return stack === undefined ? undefined : html`<h2 id="why-${pair}">Why</h2>${stack}`;
}

/** Links to the parts that are there; once a page. */
function contentsPart({ report }: Page, pair: number): Html | undefined {
  if (pair !== 0) return undefined;
  const parts: readonly (readonly [string, string, boolean])[] = [
    ["why-0", "Why", report.attributions.length > 0],
    ["agreement", "Do both methods agree?", report.agreement.length > 0],
    ["wins", "What would close it", report.wins.length + (report.advice ?? []).length > 0],
    ["evidence", "Evidence", report.evidence.length > 0],
    ["accounting", "Where the time goes", report.accounting.length > 0],
    ["sureness", "How sure", report.attributions.length > 0],
    ["host", "Machine", true],
    ["again", "Run it again", true],
  ];
  const links = parts.flatMap(([id, title, there]) =>
    there ? [html`<li><a href="#${id}">${title}</a></li>`] : [],
  );
  return html`<nav aria-label="Parts of this report"><ul>${links}</ul></nav>`;
}
