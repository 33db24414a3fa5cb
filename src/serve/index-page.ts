import { type Html, html } from "../report/html.ts";
import { type HtmlRow, htmlTable } from "../report/html-table.ts";
import type { RunSummary } from "../runs/list-runs.ts";
import { page } from "./page.ts";
import { comparableRuns, type ToldRun } from "./told-runs.ts";

/** All runs of the folder, and two of them to compare. */
export function indexPage(
  runs: readonly RunSummary[],
  told: ReadonlyMap<string, ToldRun>,
  directory: string,
): string {
  const comparable = comparableRuns(told);
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
          { title: "Answer" },
          { title: "State", kind: "keep" },
          { title: "Blocks", kind: "number" },
          { title: "Command" },
        ],
        runs.map((run) => runRow(run, told.get(run.id))),
      )
}
${comparable.length < 2 ? undefined : compareForm(runs, told, comparable)}`;
  return page("Runs", body);
}

function runRow(run: RunSummary, told: ToldRun | undefined): HtmlRow {
  if (run.kind === "damaged")
    return {
      className: "undetermined",
      cells: [html`<span class="id">${run.id}</span>`, "", "", "damaged", "", run.reason],
    };
  return {
    cells: [
      html`<a class="id" href="/runs/${run.id}">${run.id}</a>`,
      run.case.case.name,
      told?.sentence ?? "",
      stateText(run.kind),
      // A search for settings alone has blocks of its own.
      String(run.blocks === 0 ? (run.settingsBlocks ?? 0) : run.blocks),
      html`<code>${run.case.command}</code>`,
    ],
  };
}

function stateText(kind: Exclude<RunSummary["kind"], "damaged">): Html | string {
  return kind === "running" ? html`<strong>running</strong>` : kind;
}

/** Offers what can be compared with something; the latest of it is chosen, and the latest before it that it can be compared with. */
function compareForm(
  runs: readonly RunSummary[],
  told: ReadonlyMap<string, ToldRun>,
  comparable: readonly string[],
): Html {
  const [after = ""] = comparable;
  const pairs = told.get(after)?.pairs ?? [];
  const before = comparable.find(
    (id) => id !== after && told.get(id)?.pairs.some((pair) => pairs.includes(pair)) === true,
  );
  const options = (chosen: string | undefined) =>
    comparable.map((id) => {
      const run = runs.find((one) => one.id === id);
      const name = run === undefined || run.kind === "damaged" ? "" : ` ${run.case.case.name}`;
      return html`<option value="${id}"${id === chosen ? html` selected` : undefined}>${`${id}${name}`}</option>`;
    });
  return html`<h2>Compare two runs</h2>
<form action="/compare" method="get">
<label>before <select name="before">${options(before)}</select></label>
<label>after <select name="after">${options(after)}</select></label>
<button>Compare</button>
</form>`;
}
