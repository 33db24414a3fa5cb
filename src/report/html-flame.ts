import type { FlameData } from "../model/report-details.ts";
import { flameKinds } from "./flame-tree.ts";
import { type Html, html } from "./html.ts";
import { round } from "./html-bar.ts";
import { htmlFold, htmlTable, subjectMark } from "./html-table.ts";

const rowHeight = 20;
/** A frame below this share of the width is drawn by the script only, when a reader looks closer. */
const smallestDrawn = 0.004;
const maxDrawn = 400;
const tableRows = 25;

/** Call trees of all sides, one above the other on one scale of seconds; behind each a table. */
export function flamePart(flames: readonly FlameData[]): Html | undefined {
  if (flames.length === 0) return undefined;
  const kinds = flameKinds.map(
    (title, kind) =>
      html`<li><svg aria-hidden="true"><rect class="k${kind}" width="100%" height="100%"/></svg>${title}</li>`,
  );
  return html`<h3 id="flame">Call trees on one scale</h3>
<p class="soft">Width is CPU time of one run; both trees share one scale, callers stand above what they call. Functions of two languages never match by name, so compare widths by component.</p>
<ul class="legend">${kinds}</ul>
${flames.map(flameGraph)}`;
}

function flameGraph(flame: FlameData, index: number): Html {
  const { title, subject, samples, secondsPerSample } = flame;
  const total = samples * secondsPerSample;
  const label = `Call tree of ${title}: ${secondsText(total, samples)} of CPU time`;
  return html`<div${subjectMark(subject)}>
<h4>${title}: ${secondsText(total, samples)}</h4>
<div class="flame" data-flame="${index}" role="img" aria-label="${label}; the same data are in the table below">${drawing(flame)}</div>
<p class="says" data-says="${index}"></p>
${htmlFold(`Functions of ${title} as a table`, functionTable(flame))}
</div>`;
}

function drawing({ rows, names, kinds, secondsPerSample, scaleSeconds }: FlameData): Html {
  const share = (count: number) => (count * secondsPerSample) / scaleSeconds;
  const frames: Html[] = [];
  let depthDrawn = 0;
  for (let at = 0; at < rows.length && frames.length < maxDrawn; at += 4) {
    const [depth = 0, name = 0, start = 0, samples = 0] = rows.slice(at, at + 4);
    if (share(samples) < smallestDrawn) continue;
    depthDrawn = Math.max(depthDrawn, depth);
    frames.push(
      html`<svg x="${round(100 * share(start))}%" y="${depth * rowHeight}" width="${round(100 * share(samples))}%" height="${rowHeight}"><rect class="k${kinds[name] ?? 2}" width="100%" height="100%"/><text x="4" y="14">${names[name] ?? ""}</text></svg>`,
    );
  }
  return html`<svg width="100%" height="${(depthDrawn + 1) * rowHeight}">${frames}</svg>`;
}

interface Tally {
  self: number;
  total: number;
}

/** Functions by the time in them and below; a recursive function counts once a stack. */
function functionTable(flame: FlameData): Html {
  const { names, components, secondsPerSample } = flame;
  const tallies = tally(flame);
  const sorted = [...tallies]
    .filter(([name]) => name !== 0)
    .toSorted(([, left], [, right]) => right.self - left.self);
  const rows = sorted.slice(0, tableRows).map(([name, { self, total }]) => ({
    cells: [
      html`<code>${names[name] ?? ""}</code>`,
      secondsText(self * secondsPerSample, self),
      secondsText(total * secondsPerSample, total),
      components[name] ?? "",
    ],
  }));
  const more = sorted.length > tableRows ? `, the first ${tableRows} of ${sorted.length}` : "";
  return htmlTable(
    `Functions of ${flame.title} by their own time${more}`,
    [
      { title: "Function" },
      { title: "Own", kind: "number" },
      { title: "With what it calls", kind: "number" },
      { title: "Component" },
    ],
    rows,
  );
}

function tally({ rows }: FlameData): ReadonlyMap<number, Tally> {
  const tallies = new Map<number, Tally>();
  const path: number[] = [];
  for (let at = 0; at < rows.length; at += 4) {
    const [depth = 0, name = 0, , samples = 0] = rows.slice(at, at + 4);
    path.length = depth;
    const known = tallies.get(name) ?? { self: 0, total: 0 };
    tallies.set(name, known);
    known.self += samples;
    if (!path.includes(name)) known.total += samples;
    const caller = tallies.get(path.at(-1) ?? -1);
    if (caller !== undefined) caller.self -= samples;
    path.push(name);
  }
  return tallies;
}

/** Seconds with the digits that as many samples support: the standard error of n samples is their square root. */
function secondsText(seconds: number, samples: number): string {
  if (samples <= 0) return "0";
  const digits = samples >= 40_000 ? 3 : samples >= 400 ? 2 : 1;
  const [size, unit] = seconds >= 0.9995 ? [1, "s"] : [1e3, "ms"];
  const shown = (seconds * size).toPrecision(digits);
  return `${shown.includes("e") ? Number(shown) : shown} ${unit}`;
}
