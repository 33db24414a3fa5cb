import { ownValue } from "../base/own-value.ts";
import type { Accounting } from "../model/report.ts";
import type { FlameData } from "../model/report-details.ts";
import { type Html, html } from "./html.ts";
import { absentFrom, absentNote } from "./html-absent.ts";
import { amountBar } from "./html-bar.ts";
import { flamePart } from "./html-flame.ts";
import { type Page, subjectIndex } from "./html-page.ts";
import { htmlSection, htmlTable } from "./html-table.ts";
import { factorText, showSpan } from "./quantities.ts";

/** Where the time goes: components of all sides on one scale in seconds, then the call trees. */
export function profilePart(page: Page, flames: readonly FlameData[]): Html | undefined {
  const components = componentTable(page);
  const flame = flamePart(flames);
  if (components === undefined && flame === undefined) return undefined;
  return htmlSection(
    "Where the time goes",
    "accounting",
    html`${components}${gapByComponent(page)}${flame ?? (absentFrom(page).trees ? absentNote("Call trees") : undefined)}`,
  );
}

function componentTable(page: Page): Html | undefined {
  const { report, name, details } = page;
  if (report.accounting.length === 0) return undefined;
  const sides = report.accounting.toSorted(
    (left, right) => subjectIndex(page, left.subject) - subjectIndex(page, right.subject),
  );
  const largest = Math.max(
    0,
    ...sides
      .flatMap(({ components }) => components.map(({ seconds }) => seconds.high))
      .filter(Number.isFinite),
  );
  const rows = componentsBySize(sides).map((component) => ({
    cells: [
      ownValue(details.componentTitles, component) ?? component,
      ...sides.flatMap((side, index) => {
        const found = side.components.find((each) => each.component === component);
        if (found === undefined) return ["not seen", ""];
        const { value, range } = showSpan(found.seconds);
        return [`${value} s (${range})`, amountBar(found.seconds, largest, index % 2 === 1)];
      }),
    ],
  }));
  const rest = {
    className: "negligible",
    cells: [
      "without a name",
      ...sides.flatMap(({ unexplainedShare }) => [`${Math.round(100 * unexplainedShare)} % of samples`, ""]),
    ],
  };
  const methods = [...new Set(sides.map(({ method }) => method))].join("; ");
  return htmlTable(
    `CPU seconds of one run by component, all bars on one scale (${methods})`,
    [
      { title: "Component" },
      ...sides.flatMap(({ subject }) => {
        const at = subjectIndex(page, subject);
        return [
          { title: name(subject), kind: "keep" as const, subject: at },
          {
            title: `0 to ${showSpan({ value: largest, low: largest * 0.95, high: largest * 1.05 }).value} s`,
            kind: "bars" as const,
            subject: at,
          },
        ];
      }),
    ],
    [...rows, rest],
  );
}

/** Components by the largest difference that they make between two sides. */
function componentsBySize(sides: readonly Accounting[]): readonly string[] {
  const secondsOf = (side: Accounting, component: string) =>
    side.components.find((each) => each.component === component)?.seconds.value ?? 0;
  const spread = (component: string) => {
    const seconds = sides.map((side) => secondsOf(side, component));
    return seconds.length === 1 ? (seconds[0] ?? 0) : Math.max(...seconds) - Math.min(...seconds);
  };
  const all = [...new Set(sides.flatMap(({ components }) => components.map(({ component }) => component)))];
  return all.toSorted((left, right) => spread(right) - spread(left));
}

/** What each component is of the gap, where both sides were profiled. */
function gapByComponent({ report, name, details }: Page): Html | undefined {
  const tables = report.attributions.flatMap(({ slow, fast, components }) =>
    components === undefined || components.length === 0
      ? []
      : [
          htmlTable(
            `The gap from ${name(fast)} to ${name(slow)} by component: factors multiply to the ratio of the CPU seconds above`,
            [{ title: "Component" }, { title: "Factor (95 % interval)", kind: "keep" }],
            components
              .toSorted((left, right) => Math.abs(right.share.value) - Math.abs(left.share.value))
              .map(({ component, share }) => ({
                cells: [ownValue(details.componentTitles, component) ?? component, factorText(share)],
              })),
          ),
        ],
  );
  return tables.length === 0 ? undefined : html`${tables}`;
}
