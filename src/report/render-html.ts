import type { Report } from "../model/report.ts";
import type { PageData, ReportDetails } from "../model/report-details.ts";
import type { Answer } from "./answer.ts";
import { closingTitle } from "./closing-texts.ts";
import { flameTrees } from "./flame-tree.ts";
import { embeddedJson, type Html, html, htmlText, trustedText } from "./html.ts";
import { answerPart, overviewPart, pairMark } from "./html-answer.ts";
import { checklistPart } from "./html-checklist.ts";
import { closingPart } from "./html-closing.ts";
import { evidencePart } from "./html-evidence.ts";
import { hostPart, measuredText, reproducePart } from "./html-machine.ts";
import { noDetails, openPage, type Page } from "./html-page.ts";
import { profilePart } from "./html-profile.ts";
import { runData } from "./html-runs.ts";
import { contentSecurityPolicy, pageScript } from "./html-script.ts";
import { stackPart } from "./html-stack.ts";
import { styleSheet } from "./html-style.ts";
import { sumPart } from "./html-sum.ts";
import { agreementPart, surenessPart } from "./html-sure.ts";
import { tuningAnswer, tuningTitle } from "./html-tuning.ts";
import { wordsPart } from "./html-words.ts";
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
  const sections: readonly Section[] = [
    { id: "agreement", link: "Do both methods agree?", content: agreementPart(page) },
    { id: "wins", link: closingTitle(page.report), content: closingPart(page) },
    { id: "faults", link: "Common faults", content: checklistPart(page) },
    { id: "evidence", link: "Evidence", content: evidencePart(page) },
    { id: "accounting", link: "Where the time goes", content: profilePart(page, flames) },
    { id: "sureness", link: "How sure", content: surenessPart(page) },
    { id: "host", link: "Machine", content: hostPart(page) },
    { id: "again", link: "Run it again", content: reproducePart(page, data) },
    { id: "words", link: "Words", content: wordsPart() },
  ];
  const document = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${contentSecurityPolicy(styleSheet, script)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${`${page.report.case.name}: ${page.answers[0]?.headline ?? tuningTitle(page.report)}`}</title>
<style>${trustedText(styleSheet)}</style>
</head>
<body>
<main>
${introPart(page)}
${page.answers.length === 1 ? undefined : contentsPart(page, sections)}
${page.answers.map((answer, pair) => pairPart(page, sections, { answer, pair }))}
${sections.flatMap(({ content }) => content ?? [])}
</main>
<script type="application/json" id="report-data">${embeddedJson(rawReport)}</script>
<script type="application/json" id="page-data">${embeddedJson(data)}</script>
${script === "" ? undefined : html`<script>${trustedText(script)}</script>`}
</body>
</html>
`;
  return htmlText(document);
}

/** A part of the page with its name in the list of parts; nothing to say: it is left out of both. */
interface Section {
  readonly id: string;
  readonly link: string;
  readonly content: Html | undefined;
}

function introPart(page: Page): Html {
  const { report, answers } = page;
  const blocks = answers[0]?.attribution?.diagnostics.blocks;
  const when = measuredText(page);
  const meta = [
    `perfgap ${report.reproduce.version}`,
    `case ${report.case.name}`,
    ...(when === undefined ? [] : [when]),
    ...(blocks === undefined ? [] : [`${blocks} blocks`]),
    report.host.cpuModel,
  ].join(" · ");
  const question =
    report.case.question === undefined ? undefined : html`<p class="meta">${report.case.question}</p>`;
  const overview =
    answers.length === 0 ? tuningAnswer(page) : answers.length === 1 ? undefined : overviewPart(page);
  return html`<p class="meta">${meta}</p>${question}${overview}`;
}

/** One pair of programs: the sentence, how far apart they are, and why. */
function pairPart(
  page: Page,
  sections: readonly Section[],
  { answer, pair }: { readonly answer: Answer; readonly pair: number },
): Html {
  const only = page.answers.length === 1;
  const stack = stackPart(page, answer, pair);
  const why =
    stack === undefined
      ? undefined
      : html`<h2 id="why-${pair}">Why</h2>${stack}${sumPart(answer, page.report)}`;
  return html`<section class="pair" id="pair-${pair}" data-pair="${pairMark(page, answer)}" aria-label="${answer.slow} over ${answer.fast}">${answerPart(answer, only)}${only ? contentsPart(page, sections) : undefined}${why}</section>`;
}

/** Links to the parts that are there; of several pairs each has a Why of its own, shown and hidden with the pair. */
function contentsPart(page: Page, sections: readonly Section[]): Html {
  const { answers } = page;
  const whys = answers.flatMap((answer, pair) => {
    if (answer.attribution === undefined) return [];
    if (answers.length === 1) return [html`<li><a href="#why-${pair}">Why</a></li>`];
    const which = html`<a href="#why-${pair}">Why ${answer.slow} over ${answer.fast}</a>`;
    return [html`<li data-pair="${pairMark(page, answer)}">${which}</li>`];
  });
  const links = sections.flatMap(({ id, link, content }) =>
    content === undefined ? [] : [html`<li><a href="#${id}">${link}</a></li>`],
  );
  return html`<nav aria-label="Parts of this report"><ul>${whys}${links}</ul></nav>`;
}
