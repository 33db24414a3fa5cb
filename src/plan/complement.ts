import type { SubjectId } from "../model/case.ts";
import type { Plan, Side } from "../model/plan.ts";
import { makeColumns } from "./columns.ts";
import { otherHalf } from "./design.ts";

/** Both halves run the baseline and the neutral cell twice more: what links them must be as sharp as any cell. */
const linkRepeats = { baseline: 2, neutral: 2, single: 1 };

/** The plan with the other half of the named subjects' fractions, from block `fromBlock` on; full designs stay alone. */
export function withComplement(plan: Plan, subjects: readonly SubjectId[], fromBlock: number): Plan {
  const sides = plan.sides
    .filter(({ subject }) => subjects.includes(subject))
    .flatMap((side) => complementOf(side) ?? []);
  return sides.length === 0 ? plan : { ...plan, complement: { fromBlock, sides } };
}

function complementOf(side: Side): Side | undefined {
  const { design, factors, subject, scheme, mode } = side;
  if (design.kind === "full") return undefined;
  const other = otherHalf(design, factors.length);
  if (other.kind === "full") return undefined;
  const links = [0, (1 << factors.length) - 1];
  const linked = { ...other, cells: [...links, ...other.cells] };
  const columns = makeColumns({
    subject,
    factors,
    ...(scheme === undefined ? {} : { scheme }),
    doses: [],
    design: linked,
    mode,
    layout: side.layout ?? "randomised",
    repeats: linkRepeats,
  }).filter(({ role }) => role === "cell");
  return { ...side, design: linked, columns, blocksPerLayout: 1 };
}
