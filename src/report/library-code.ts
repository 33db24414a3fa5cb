import type { Accounting, Gap, Report } from "../model/report.ts";
import { type NameOf, readGap } from "./sentence.ts";

/** From this share of a side's time on libraries, and not the program, are what is compared. */
const most = 0.5;
const named = 2;

/**
 * That libraries do most of the work of a side, so that a gap which no switch explains is not laid at a compiler's
 * door. undefined without a gap, without profiles, or where both sides spend the time in the same library.
 */
export function librarySentence(
  { accounting }: Pick<Report, "accounting">,
  gap: Gap,
  name: NameOf,
  bound: number,
): string | undefined {
  if (gap.metric === "maxRss" || readGap(gap, bound).kind !== "told") return undefined;
  const sides = [gap.slow, gap.fast].map((id) => accounting.find(({ subject }) => subject === id));
  const [slow, fast] = sides;
  if (slow === undefined || fast === undefined) return undefined;
  if (Math.max(shareOf(slow), shareOf(fast)) < most) return undefined;
  if (slow.libraries?.[0]?.name === fast.libraries?.[0]?.name) return undefined;
  const texts = [slow, fast].map((side) => `${name(side.subject)} ${timeText(side)}`);
  return `Much of the time is in libraries: ${texts.join(", ")}. They are not the same code, and no switch tells what that costs or saves.`;
}

const shareOf = ({ libraries }: Accounting) => (libraries ?? []).reduce((sum, { share }) => sum + share, 0);

/** "97 % (sha2)", "none". */
function timeText(side: Accounting): string {
  const libraries = side.libraries ?? [];
  if (libraries.length === 0) return "none";
  const names = libraries.slice(0, named).map((one) => one.name);
  return `${Math.round(100 * shareOf(side))} % (${names.join(", ")}${libraries.length > named ? " and others" : ""})`;
}
