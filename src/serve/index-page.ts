import { type Html, html } from "../report/html.ts";
import { type HtmlRow, htmlTable } from "../report/html-table.ts";
import type { RunSummary } from "../runs/list-runs.ts";
import { page } from "./page.ts";

/** All runs of the folder, and two of them to compare. */
export function indexPage(runs: readonly RunSummary[], directory: string): string {
  const finished = runs.filter(({ kind }) => kind === "finished");
  const body = html`<h1>Runs</h1>
<p class="meta">${directory}</p>
${
  runs.length === 0
    ? html`<p>There are none yet. <code>perfgap explain ./go ./rust</code> makes one; it shows here as soon as it begins.</p>`
    : htmlTable(
        "Latest first",
        [
          { title: "Run", kind: "keep" },
          { title: "Case" },
          { title: "State", kind: "keep" },
          { title: "Blocks", kind: "number" },
          { title: "Command" },
        ],
        runs.map(runRow),
      )
}
${finished.length < 2 ? undefined : compareForm(finished)}`;
  return page("Runs", body);
}

function runRow(run: RunSummary): HtmlRow {
  if (run.kind === "damaged")
    return {
      className: "undetermined",
      cells: [html`<span class="id">${run.id}</span>`, "", "damaged", "", run.reason],
    };
  return {
    cells: [
      html`<a class="id" href="/runs/${run.id}">${run.id}</a>`,
      run.case.case.name,
      stateText(run.kind),
      String(run.blocks),
      html`<code>${run.case.command}</code>`,
    ],
  };
}

function stateText(kind: Exclude<RunSummary["kind"], "damaged">): Html | string {
  return kind === "running" ? html`<strong>running</strong>` : kind;
}

function compareForm(finished: readonly RunSummary[]): Html {
  const options = (chosen: number) =>
    finished.map((run, index) => {
      const name = run.kind === "damaged" ? "" : ` ${run.case.case.name}`;
      return index === chosen
        ? html`<option value="${run.id}" selected>${`${run.id}${name}`}</option>`
        : html`<option value="${run.id}">${`${run.id}${name}`}</option>`;
    });
  return html`<h2>Compare two runs</h2>
<form action="/compare" method="get">
<label>before <select name="before">${options(1)}</select></label>
<label>after <select name="after">${options(0)}</select></label>
<button>Compare</button>
</form>`;
}
