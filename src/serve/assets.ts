import { styleSheet } from "../report/html-style.ts";

/** The report's own style, and what only these pages have. */
export const pageStyle = `${styleSheet}
.state { white-space: nowrap; }
svg.bar .interval { stroke: var(--ink); stroke-width: 1.5; }
form { display: flex; flex-wrap: wrap; gap: .5rem; align-items: end; margin: .6rem 0; }
`;

/**
 * The one script: follows a run. What arrives is made by this server, escaped, and the page's policy lets no script
 * run but this file.
 */
export const pageScript = `"use strict";
const place = document.getElementById("live");
const source = new EventSource(place.dataset.events);
const note = document.getElementById("note");
source.addEventListener("state", (event) => { place.innerHTML = JSON.parse(event.data); note.textContent = ""; });
source.addEventListener("end", (event) => { source.close(); place.innerHTML = JSON.parse(event.data); note.textContent = ""; });
source.addEventListener("error", () => { note.textContent = "The connection was lost; trying again."; });
`;
