/** A source line and the instructions made from it point at each other. */
export function linkLines(): void {
  for (const panel of document.querySelectorAll<HTMLElement>(".panel")) {
    const source = panel.querySelector("table.source");
    const listing = panel.querySelector("table.listing");
    if (source === null || listing === null) continue;
    const made = new Set(linesOf(listing));
    for (const row of source.querySelectorAll<HTMLElement>("tbody tr")) {
      const line = row.dataset["line"] ?? "";
      if (made.has(line)) addButton(panel, row, line);
    }
  }
}

function linesOf(table: Element): readonly string[] {
  return [...table.querySelectorAll<HTMLElement>("tbody tr")].flatMap((row) => row.dataset["line"] ?? []);
}

function addButton(panel: HTMLElement, row: HTMLElement, line: string): void {
  const head = row.querySelector("th");
  if (head === null) return;
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = line;
  button.title = "mark the instructions of this line";
  button.setAttribute("aria-pressed", "false");
  button.addEventListener("click", () => {
    const on = button.getAttribute("aria-pressed") !== "true";
    for (const other of panel.querySelectorAll("table.source button"))
      other.setAttribute("aria-pressed", "false");
    button.setAttribute("aria-pressed", String(on));
    mark(panel, on ? line : undefined);
  });
  head.replaceChildren(button);
}

function mark(panel: HTMLElement, line: string | undefined): void {
  let first: HTMLElement | undefined;
  for (const row of panel.querySelectorAll<HTMLElement>("tbody tr")) {
    const linked = line !== undefined && row.dataset["line"] === line;
    row.classList.toggle("linked", linked);
    if (linked && row.closest("table.listing") !== null) first ??= row;
  }
  const box = first?.closest<HTMLElement>(".tall");
  if (first !== undefined && box !== null && box !== undefined)
    box.scrollTop = first.offsetTop - box.clientHeight / 3;
}
