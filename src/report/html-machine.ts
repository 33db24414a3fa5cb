import type { PageData } from "../model/report-details.ts";
import { type Html, html } from "./html.ts";
import { contentsText } from "./html-absent.ts";
import type { Page } from "./html-page.ts";
import { htmlSection, htmlTable } from "./html-table.ts";
import { byteText } from "./quantities.ts";

/** "2026-11-24 18:53 to 18:57 UTC": from the first timed run to the start of the last; undefined without runs. */
export function measuredText({ details }: Page): string | undefined {
  const starts = details.blocks
    .flatMap(({ observations }) => observations.map(({ run }) => run.startedAtMs))
    .toSorted((left, right) => left - right);
  const [first, last] = [starts[0], starts.at(-1)].map(minuteOf);
  if (first === undefined || last === undefined) return undefined;
  const [day, hour] = last.split(" ");
  if (first === last) return `${first} UTC`;
  return first.startsWith(day ?? "") ? `${first} to ${hour ?? ""} UTC` : `${first} to ${last} UTC`;
}

function minuteOf(milliseconds = Number.NaN): string | undefined {
  const date = new Date(milliseconds);
  return Number.isNaN(date.getTime()) ? undefined : date.toISOString().slice(0, 16).replace("T", " ");
}

export function hostPart(page: Page): Html | undefined {
  const { report, name } = page;
  const { host, subjects } = report;
  const when = measuredText(page);
  const rows = [
    ...(when === undefined ? [] : [["Timed runs were made", when]]),
    ["Processor", `${host.cpuModel}, ${host.cpuCount} cores${host.virtualised ? ", virtual machine" : ""}`],
    ["Memory", byteText(host.memoryBytes)],
    ["System", `${host.os}, ${host.kernel}, ${host.architecture}`],
    ["Load at the start", host.load1.toFixed(1)],
    ...(host.cpuPressure === undefined
      ? []
      : [["Time in which some task waited for a processor", `${Math.round(100 * host.cpuPressure)} %`]]),
    ...subjects.map(({ id, toolchain }) => [`Toolchain of ${name(id)}`, toolchain]),
    ...host.signals.map(({ title, state, detail, fix }) => [
      title,
      `${state}: ${detail}${fix === undefined ? "" : ` (mend it with: ${fix})`}`,
    ]),
  ];
  return htmlSection(
    "Machine and toolchains",
    "host",
    htmlTable(
      "Where this was measured; on another machine it may differ",
      [{ title: "What" }, { title: "Value" }],
      rows.map((cells) => ({ cells })),
    ),
  );
}

export function reproducePart(page: Page, data: PageData): Html | undefined {
  const { report } = page;
  const { command, seed, version } = report.reproduce;
  const identity = report.identity;
  const arguments_ = identity === undefined || identity.args.length === 0 ? undefined : identity.args;
  return htmlSection(
    "Run it again",
    "again",
    html`<pre tabindex="0">${command}</pre>
<p class="soft">perfgap ${version}, seed ${seed}${arguments_ === undefined ? "" : `; arguments of the programs: ${arguments_.join(" ")}`}.</p>
<p id="download" tabindex="-1">${contentsText(page, data)}</p>`,
  );
}
