import type { RunData } from "../src/model/report-details.ts";

/** The data of the page as files, for those who do not read HTML. */
export function addDownloads(runs: RunData): void {
  const place = document.getElementById("download");
  const report = document.getElementById("report-data")?.textContent;
  if (place === null || report === undefined) return;
  const tools = document.createElement("p");
  tools.className = "tools";
  tools.append(button("report.json", "application/json", () => report));
  if (runs.column.length > 0) tools.append(button("runs.csv", "text/csv", () => csvOf(runs)));
  place.after(tools);
}

function button(name: string, type: string, content: () => string): HTMLButtonElement {
  const made = document.createElement("button");
  made.type = "button";
  made.textContent = `Save ${name}`;
  made.addEventListener("click", () => {
    const url = URL.createObjectURL(new Blob([content()], { type }));
    const link = document.createElement("a");
    link.href = url;
    link.download = name;
    link.click();
    URL.revokeObjectURL(url);
  });
  return made;
}

function csvOf({ columns, rounds, round, block, column, cpuUs, wallUs, maxRssKiB }: RunData): string {
  const number = (value: number | undefined) => (value === undefined || value < 0 ? "" : String(value));
  const text = (value: string | undefined) => `"${(value ?? "").replaceAll('"', '""')}"`;
  const lines = column.map((index, run) =>
    [
      block[run],
      text(columns[index]),
      number(cpuUs[run]),
      number(wallUs[run]),
      number(maxRssKiB[run]),
      text(rounds[round[run] ?? -1]),
    ].join(","),
  );
  return ["block,column,cpu_microseconds,wall_microseconds,max_rss_kib,round", ...lines, ""].join("\n");
}
