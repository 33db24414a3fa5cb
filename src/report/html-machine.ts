import { type Html, html } from "./html.ts";
import type { Page } from "./html-page.ts";
import { htmlSection, htmlTable } from "./html-table.ts";
import { byteText } from "./quantities.ts";

export function hostPart({ report, name }: Page): Html | undefined {
  const { host, subjects } = report;
  const rows = [
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

export function reproducePart({ report }: Page): Html | undefined {
  const { command, seed, version } = report.reproduce;
  const identity = report.identity;
  const arguments_ = identity === undefined || identity.args.length === 0 ? undefined : identity.args;
  return htmlSection(
    "Run it again",
    "again",
    html`<pre tabindex="0">${command}</pre>
<p class="soft">perfgap ${version}, seed ${seed}${arguments_ === undefined ? "" : `; arguments of the programs: ${arguments_.join(" ")}`}.</p>
<p id="download">All numbers of this page are in it as JSON, in the elements <code>report-data</code> (the report as scripts read it) and <code>page-data</code> (call trees and every run).</p>`,
  );
}
