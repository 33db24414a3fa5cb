import type { Attribution, Report } from "../model/report.ts";
import { doseText, subjectNames } from "./answer.ts";
import { type Html, html } from "./html.ts";
import { htmlSection, htmlTable } from "./html-table.ts";
import { factorText, metricTitle, percentText, showSpan } from "./quantities.ts";

export function agreementPart(report: Report): Html | undefined {
  if (report.agreement.length === 0) return undefined;
  const rows = report.agreement.map(({ factor, ablation, accounting, flag, reading }) => ({
    cells: [factor, factorText(ablation), factorText(accounting), flag, reading],
  }));
  return htmlSection(
    "Do both lenses agree?",
    "agreement",
    htmlTable(
      "The same cause, switched off and counted in profiles",
      [
        { title: "Cause" },
        { title: "Switched off", kind: "keep" },
        { title: "Counted", kind: "keep" },
        { title: "Verdict" },
        { title: "Reading" },
      ],
      rows,
    ),
  );
}

export function winPart(report: Report): Html | undefined {
  if (report.wins.length === 0) return undefined;
  const name = subjectNames(report);
  const rows = report.wins.map(({ subject, setting, change, gain, costs, deployable }) => ({
    cells: [
      name(subject),
      html`<code>${setting}</code>`,
      `${factorText(gain)} faster`,
      deployable ? "yes" : "no",
      [...Object.entries(change).map(([key, value]) => `${key}=${value}`), ...costs].join("; "),
    ],
  }));
  return htmlSection(
    "What would close it",
    "wins",
    htmlTable(
      "Settings and their measured gain",
      [
        { title: "Subject" },
        { title: "Setting" },
        { title: "Gain", kind: "keep" },
        { title: "May ship" },
        { title: "Change and costs" },
      ],
      rows,
    ),
  );
}

export function evidencePart(report: Report): Html | undefined {
  if (report.evidence.length === 0) return undefined;
  const name = subjectNames(report);
  const items = report.evidence.map(({ id, kind, subject, title, location, detail }) => {
    const place = location === undefined ? "" : `, ${location.file}:${location.line}`;
    return html`<h3 id="evidence-${id}">${title}</h3><p class="soft">${`${name(subject)}, ${kind}${place}`}</p>${detail === "" ? undefined : html`<pre tabindex="0">${detail}</pre>`}`;
  });
  return htmlSection("Evidence", "evidence", html`${items}`);
}

export function accountingPart(report: Report): Html | undefined {
  if (report.accounting.length === 0) return undefined;
  const name = subjectNames(report);
  const tables = report.accounting.map(({ subject, method, components, unexplainedShare }) =>
    htmlTable(
      `${name(subject)} by ${method}; ${percentOf(unexplainedShare)} without a name`,
      [{ title: "Component" }, { title: "Seconds", kind: "keep" }, { title: "Share", kind: "number" }],
      components.map(({ component, seconds, share }) => {
        const shown = showSpan(seconds);
        return { cells: [component, `${shown.value} (${shown.range})`, percentOf(share)] };
      }),
    ),
  );
  return htmlSection("Where the time goes", "accounting", html`${tables}`);
}

function percentOf(share: number): string {
  return `${Math.round(100 * share)} %`;
}

/** What stands behind the intervals: blocks, noise, layouts, interactions. */
export function surenessPart(report: Report): Html | undefined {
  if (report.attributions.length === 0) return undefined;
  const name = subjectNames(report);
  const parts = report.attributions.map((attribution) => {
    const title = `${name(attribution.slow)} over ${name(attribution.fast)}, ${metricTitle(attribution.metric)}`;
    return html`${htmlTable(title, [{ title: "What" }, { title: "Value" }], diagnosticRows(attribution, report))}${interactionTable(attribution, report)}`;
  });
  return htmlSection("How sure", "sureness", html`${parts}`);
}

function diagnosticRows(
  { diagnostics, schemeShift, groups, doses, higherOrder, components }: Attribution,
  report: Report,
): { readonly cells: readonly string[] }[] {
  const name = subjectNames(report);
  const perSide = (values: Readonly<Record<string, number>>): string =>
    Object.entries(values)
      .map(([side, sd]) => `${name(side)} ${percentText(sd)}`)
      .join(", ");
  const estimates = (values: Attribution["schemeShift"]): string =>
    Object.entries(values)
      .map(([side, estimate]) => `${name(side)} ${factorText(estimate)}`)
      .join(", ");
  const rows: [string, string][] = [
    [
      "Blocks",
      `${diagnostics.blocks}, stopped by ${diagnostics.stoppedBy === "maxBlocks" ? "the limit of blocks" : diagnostics.stoppedBy}`,
    ],
    [
      "Widest half width",
      `${percentText(diagnostics.precisionReached)}, wanted ${percentText(diagnostics.precisionWanted)}`,
    ],
    ["A program against itself", estimates(diagnostics.aa)],
    ["Noise floor", percentText(diagnostics.noiseFloor)],
    ["Spread over code layouts (sd)", perSide(diagnostics.layoutSd)],
    ["Spread over runs (sd)", perSide(diagnostics.runSd)],
    ["Independent units", diagnostics.units === undefined ? "" : String(diagnostics.units)],
    [
      "Outlying runs",
      Object.entries(diagnostics.tails ?? {})
        .map(([side, treatment]) => `${name(side)}: ${treatment}`)
        .join(", "),
    ],
    ["Higher orders, in no cause", estimates(higherOrder ?? {})],
    ["Level by level", (doses ?? []).map((series) => doseText(series, name)).join("; ")],
    [
      "By component of the profile",
      (components ?? []).map(({ component, share }) => `${component} ${factorText(share)}`).join(", "),
    ],
    ["Degrees of freedom", String(Math.round(diagnostics.degreesOfFreedom))],
    ["Runs clipped as outliers", percentOf(diagnostics.clippedShare)],
    [
      "Drift over the session",
      `${percentText(diagnostics.driftShare)}${diagnostics.detrended ? ", taken out" : ""}`,
    ],
    ["What the levers' own builds shift", estimates(schemeShift)],
    ["Sums by group", groups.map(({ group, sum }) => `${group} ${factorText(sum)}`).join(", ")],
    ["Seed", String(diagnostics.seed)],
  ];
  return rows.filter(([, value]) => value !== "").map(([what, value]) => ({ cells: [what, value] }));
}

function interactionTable({ interactions }: Attribution, report: Report): Html | undefined {
  if (interactions.length === 0) return undefined;
  const name = subjectNames(report);
  return htmlTable(
    "Causes that depend on each other",
    [{ title: "Pair" }, { title: "Side" }, { title: "Together", kind: "keep" }, { title: "Reading" }],
    interactions.map(({ factors, side, index, reading }) => ({
      cells: [factors.join(" and "), name(side), factorText(index), reading],
    })),
  );
}

export function warningPart(report: Report): Html | undefined {
  if (report.warnings.length === 0) return undefined;
  const items = report.warnings.map(
    ({ message, appliesTo }) =>
      html`<p class="doubt">${message} <span class="soft">(${appliesTo})</span></p>`,
  );
  return htmlSection("Doubts", "doubts", html`${items}`);
}

export function hostPart(report: Report): Html | undefined {
  const { host, subjects } = report;
  const rows = [
    ["Processor", `${host.cpuModel}, ${host.cpuCount} cores${host.virtualised ? ", virtual machine" : ""}`],
    ["System", `${host.os}, ${host.kernel}, ${host.architecture}`],
    ["Load at the start", host.load1.toFixed(1)],
    ...subjects.map(({ id, toolchain }) => [id, toolchain]),
    ...host.signals
      .filter(({ state }) => state !== "ok")
      .map(({ title, state, detail, fix }) => [
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

export function reproducePart(report: Report): Html | undefined {
  const { command, seed, version } = report.reproduce;
  return htmlSection(
    "Run it again",
    "again",
    html`<pre tabindex="0">${command}</pre><p class="soft">perfgap ${version}, seed ${seed}. The data of this page are in its last element, as JSON.</p>`,
  );
}
