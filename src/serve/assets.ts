import { styleSheet } from "../report/html-style.ts";

/** The report's own style, and what only these pages have. */
export const pageStyle = `${styleSheet}
#now { min-height: 1.5em; max-width: none; margin: .6rem 0 1rem; }
progress { width: 100%; height: .5rem; accent-color: var(--accent); display: block; margin: .75rem 0; }
form { display: flex; flex-wrap: wrap; gap: .75rem 1rem; align-items: end; margin: .6rem 0; }
label { display: grid; grid-template-columns: minmax(0, 1fr); gap: .15rem; max-width: 100%; }
.id { white-space: nowrap; }
`;

/**
 * The one script: follows a run. What arrives is made by this server, escaped, and the page's policy lets no script
 * run but this file. The reader's focus and place in a table outlive the table.
 */
export const pageScript = `"use strict";
const [now, live, note] = ["now", "live", "note"].map((id) => document.getElementById(id));
const regions = () => [...live.querySelectorAll(".scroll")];
function show(event) {
  const parts = JSON.parse(event.data);
  const places = regions().map((region) => [region.scrollLeft, region === document.activeElement]);
  if (now.innerHTML !== parts.now) now.innerHTML = parts.now;
  live.innerHTML = parts.body;
  regions().forEach((region, at) => {
    const [left, focused] = places[at] ?? [0, false];
    region.scrollLeft = left;
    if (focused) region.focus({ preventScroll: true });
  });
  note.textContent = "";
}
const source = new EventSource(live.dataset.events);
source.addEventListener("state", show);
source.addEventListener("end", (event) => { source.close(); show(event); });
source.addEventListener("error", () => {
  note.textContent = source.readyState === EventSource.CLOSED
    ? "The server does not answer any more. Reload the page when perfgap serve runs again."
    : "The connection was lost; trying again.";
});
`;

/** The gap stack as a browser's tab shows it. */
export const pageIcon = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><path fill="#0a5ea8" d="M1 2h6v3H1zM7 6.5h5v3H7zM12 11h3v3h-3z"/></svg>`;
