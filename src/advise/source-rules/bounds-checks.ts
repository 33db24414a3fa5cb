import type { SourceSite } from "../../model/source-site.ts";
import type { LeadInput, SourceLead, SourceRule } from "../source-lead.ts";
import { evidenceIds, lineText, locationOf, shortName } from "../source-text.ts";

const changes: Readonly<Record<string, string>> = {
  go: "Where the index runs with the loop, cut the slice before it to that length (row := a[i*n : i*n+n]) and index that, range over it, or touch the last element once (_ = row[n-1]): then the compiler can prove the rest. An index that is computed otherwise loses its check only behind a comparison with len that the compiler sees.",
  rust: "Where the index runs with the loop, iterate instead (iter, zip, windows, chunks_exact), or cut the slice once before the loop to that length (let row = &a[i * n..][..n]): one check then stands for all. An index that is computed otherwise loses its check only behind an assert! or a comparison with len that the compiler sees.",
};

/** Checks that are left in a hot loop, one lead a function at its hottest checked line. */
export const boundsChecks: SourceRule = (input) => {
  const change = changes[input.language];
  if (change === undefined) return [];
  const checks = input.sites.filter(({ kind, inHotLoop }) => kind === "bounds check" && inHotLoop);
  const functions = [...new Set(checks.map((one) => one.function))];
  return functions.flatMap((name, index) =>
    leadOf(
      input,
      checks.filter((one) => one.function === name),
      { change, index },
    ),
  );
};

function leadOf(
  input: LeadInput,
  checks: readonly SourceSite[],
  { change, index }: { readonly change: string; readonly index: number },
): readonly SourceLead[] {
  const byShare = checks.toSorted((left, right) => right.lineShare - left.lineShare);
  const [hottest] = byShare;
  if (hottest === undefined) return [];
  const count = checks.reduce((sum, one) => sum + one.count, 0);
  const lines = [...new Set(byShare.map(({ line }) => line))];
  const where = lines.length === 1 ? `line ${lines.join("")}` : `lines ${lines.join(", ")}`;
  return [
    {
      id: `${input.subject}-bounds-checks-${index + 1}`,
      subject: input.subject,
      title: `${count} bounds ${count === 1 ? "check is" : "checks are"} left in the hot loop of ${shortName(hottest.function ?? "")} (${where})`,
      change: `${change}${fromData(input, byShare)}`,
      location: locationOf(hottest),
      evidence: [
        ...evidenceIds(input, ["bounds checks"], hottest.function),
        ...evidenceIds(input, ["compiler remark"], hottest.function).filter((id) => id.includes("-check-")),
      ],
      factor: "bounds-checks",
      unbounded: "bounds checks were not switched off in this run",
      weight: hottest.lineShare,
    },
  ];
}

/** An index inside an index comes from data: nothing that a compiler can see bounds it. */
function fromData(input: LeadInput, checks: readonly SourceSite[]): string {
  const lines = checks
    .filter((one) => /\w\s*\[[^\]]*\w\s*\[/.test(lineText(input.evidence, one) ?? ""))
    .map(({ line }) => line);
  if (lines.length === 0) return "";
  return ` An index that is read from data (line ${[...new Set(lines)].join(", ")}) stays checked whatever stands around it.`;
}
