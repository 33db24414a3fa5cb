import type { SourceSite } from "../../model/source-site.ts";
import type { LeadInput, SourceLead, SourceRule } from "../source-lead.ts";
import { evidenceIds, lineText, locationOf, shortName } from "../source-text.ts";

/** What removes a check, by what the index is made of. */
interface Remedy {
  readonly running: string;
  readonly otherwise: string;
  readonly fromData: string;
}

const remedies: Readonly<Record<string, Remedy>> = {
  go: {
    running:
      "Where the index runs with the loop, cut the slice before it to that length (row := a[i*n : i*n+n]) and index that, range over it, or touch the last element once (_ = row[n-1]): then the compiler can prove the rest.",
    otherwise:
      "An index that is computed otherwise loses its check only behind a comparison with len that the compiler sees.",
    fromData:
      "stays checked unless the compiler sees its range: compared with len before, masked to an array of constant length (t[i&15] of 16 entries), or as a byte into an array of 256.",
  },
  rust: {
    running:
      "Where the index runs with the loop, iterate instead (iter, zip, windows, chunks_exact), or cut the slice once before the loop to that length (let row = &a[i * n..][..n]): one check then stands for all.",
    otherwise:
      "An index that is computed otherwise loses its check only behind an assert! or a comparison with len that the compiler sees.",
    fromData:
      "stays checked unless the compiler sees its range: behind an assert! or a comparison with len, masked to an array of constant length (t[i & 15] of 16 entries), or as a u8 into an array of 256.",
  },
};

/** Checks that are left in hot code, one lead a function at its hottest checked line. */
export const boundsChecks: SourceRule = (input) => {
  const remedy = remedies[input.language];
  if (remedy === undefined) return [];
  const checks = input.sites.filter(
    ({ kind, inHotLoop, inHotCode }) => kind === "bounds check" && (inHotLoop || inHotCode),
  );
  const functions = [...new Set(checks.map((one) => one.function))];
  return functions.flatMap((name, index) =>
    leadOf(
      input,
      checks.filter((one) => one.function === name),
      { remedy, index },
    ),
  );
};

function leadOf(
  input: LeadInput,
  checks: readonly SourceSite[],
  { remedy, index }: { readonly remedy: Remedy; readonly index: number },
): readonly SourceLead[] {
  const byShare = checks.toSorted((left, right) => right.lineShare - left.lineShare);
  const [hottest] = byShare;
  if (hottest === undefined) return [];
  const count = checks.reduce((sum, one) => sum + one.count, 0);
  const shares = new Map(byShare.map(({ file, line, lineShare }) => [`${file}:${line}`, lineShare]));
  const place = hottest.inHotLoop ? "the hot loop" : "the hottest code";
  return [
    {
      id: `${input.subject}-bounds-checks-${index + 1}`,
      subject: input.subject,
      title: `${count} bounds ${count === 1 ? "check is" : "checks are"} left in ${place} of ${shortName(hottest.function ?? "")} (${linesText(byShare)})`,
      change: changeFor(input, byShare, remedy),
      location: locationOf(hottest),
      evidence: [
        ...evidenceIds(input, ["bounds checks"], hottest.function),
        ...evidenceIds(input, ["compiler remark"], hottest.function).filter((id) => id.includes("-check-")),
      ],
      factor: "bounds-checks",
      unbounded: "bounds checks were not switched off in this run",
      weight: [...shares.values()].reduce((sum, share) => sum + share, 0),
    },
  ];
}

const mostLines = 6;

/** The hottest first. */
function linesText(checks: readonly SourceSite[]): string {
  const lines = [...new Set(checks.map(({ line }) => line))];
  const more = lines.length - mostLines;
  return `${lines.length === 1 ? "line" : "lines"} ${lines.slice(0, mostLines).join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
}

/** What fits the indexes of the lines as far as their source is known, else what is true of any. */
function changeFor(input: LeadInput, checks: readonly SourceSite[], remedy: Remedy): string {
  const lines = checks.flatMap((one) => {
    const text = lineText(input.evidence, one);
    return text === undefined ? [] : [{ one, indexes: indexesIn(text) }];
  });
  const data = lines.filter(({ indexes }) => indexes.some(isFromData)).map(({ one }) => one);
  const onlyData =
    data.length > 0 && lines.every(({ indexes }) => indexes.every((index) => isFromData(index)));
  const general = `${remedy.running} ${remedy.otherwise}`;
  if (data.length === 0) return general;
  const about = `An index that is read from data (${linesText(data)}) ${remedy.fromData}`;
  return onlyData ? about : `${general} ${about}`;
}

/** What stands between the brackets of a line, the outermost ones: "i*n+j"; no types, and no lengths of arrays. */
function indexesIn(text: string): readonly string[] {
  const found: string[] = [];
  let depth = 0;
  let index = "";
  for (let at = 0; at < text.length; at++) {
    const character = text.charAt(at);
    if (character === "]" && depth > 0 && --depth === 0) found.push(index);
    if (depth > 0) index += character;
    if (character !== "[") continue;
    if (depth === 0 && !/[\w\])]/.test(text.charAt(at - 1))) continue;
    if (depth === 0) index = "";
    depth++;
  }
  return found.filter((one) => /[A-Za-z_]/.test(one));
}

/** An element of something, or a field: nothing that runs with the loop. */
function isFromData(index: string): boolean {
  return /\w\s*\[|[A-Za-z_]\w*\.[A-Za-z_]/.test(index);
}
