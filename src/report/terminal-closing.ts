import type { Report } from "../model/report.ts";
import { faultTexts, otherFaultsText } from "./checklist-texts.ts";
import {
  adviceTexts,
  closingTexts,
  closingTitle,
  openNote,
  tuningTexts,
  type WinRow,
  winRows,
  withVerb,
} from "./closing-texts.ts";
import { columns, wrap } from "./table.ts";
import type { TerminalOptions } from "./terminal-options.ts";
import { heading, withDetails } from "./terminal-parts.ts";

/** What would close the gap: settings alone, the best set of them, what is left then, lines of the source, and common faults. */
export function closingSections(report: Report, options: TerminalOptions): readonly (readonly string[])[] {
  return [
    ...tuningSections(report, options),
    winSection(report, options),
    leftSection(report, options),
    adviceSection(report, options),
    faultSection(report, options),
  ];
}

function winSection(report: Report, options: TerminalOptions): readonly string[] {
  const rows = winRows(report);
  const title = closingTitle(report);
  if (rows.length === 0) return [];
  const note = openNote(rows);
  const told = rows.filter(({ kind }) => kind !== "no difference");
  const nothing = rows.filter(({ kind }) => kind === "no difference");
  const lines = columns(
    told.map(({ subject, setting, effect }) => [subject, shortened(setting), effect]),
    ["left", "left", "left"],
  );
  const names = nothing.map(({ subject, setting }) => `${setting} (${subject})`).join(", ");
  return [
    heading(`${title}: settings, each alone`, options),
    ...told.flatMap((row, index) => [
      ...withDetails(lines.slice(index, index + 1), options, () =>
        row.deployable ? [] : ["not for shipping"],
      ),
      ...winLines(row).flatMap((text) => wrap(text, options.columns, "      ")),
    ]),
    ...(note === "" ? [] : wrap(note, options.columns, "  ", "    ")),
    ...(nothing.length === 0 ? [] : wrap(`no difference seen: ${names}`, options.columns, "  ", "    ")),
  ];
}

/** An open setting is a line of its own name: only one that gains is explained. */
function winLines({ kind, change, costs }: WinRow): readonly string[] {
  return [kind === "gain" ? change.join("; ") : "", costs].filter((text) => text !== "");
}

/** The effect must find room beside the name: what stands in brackets behind a long one is left to the report. */
function shortened(setting: string): string {
  return setting.length > 36 ? setting.replace(/ \(.*\)$/, "") : setting;
}

function tuningSections(report: Report, options: TerminalOptions): readonly (readonly string[])[] {
  const more = (label: string, texts: readonly string[]) =>
    texts.flatMap((text) => wrap(`${label}${text}`, options.columns, "  ", "    "));
  return tuningTexts(report, options.unit).map(
    ({ headline, change, costs, times, parts, basis, dropped }) => [
      ...wrap(headline, options.columns).map((line, index) =>
        index === 0 ? options.style.strong(line) : line,
      ),
      ...more("", times === "" ? [] : [times]),
      ...more("", withVerb(change, "set    ")),
      ...(costs === "" ? [] : more("costs: ", [costs])),
      ...more("", parts === "" ? [basis] : [parts, basis]),
      ...more("left out: ", dropped),
    ],
  );
}

function leftSection(report: Report, options: TerminalOptions): readonly string[] {
  const texts = closingTexts(report);
  if (texts.length === 0) return [];
  return [
    heading("Would the gap close?", options),
    ...texts.flatMap((text) => wrap(text, options.columns, "  ", "  ")),
  ];
}

function adviceSection(report: Report, options: TerminalOptions): readonly string[] {
  const texts = adviceTexts(report);
  if (texts.length === 0) return [];
  return [
    heading("Lines of the source worth a change", options),
    ...texts.flatMap(({ subject, title, change, place, bound }) => [
      ...wrap(`${subject}${place === "" ? "" : ` ${place}`}: ${title}`, options.columns, "  ", "    "),
      ...wrap(change, options.columns, "    "),
      ...wrap(bound, options.columns, "    "),
    ]),
  ];
}

function faultSection(report: Report, options: TerminalOptions): readonly string[] {
  const other = otherFaultsText(report);
  if (other === undefined) return [];
  return [
    heading("Common faults", options),
    ...faultTexts(report).flatMap(({ subject, title, detail, cost, remedy }) => [
      ...wrap(`${subject}: ${title}: ${detail}; ${cost}`, options.columns, "  ", "    "),
      ...wrap(remedy, options.columns, "    "),
    ]),
    ...wrap(other, options.columns, "  ", "    ").map(options.style.faint),
  ];
}
