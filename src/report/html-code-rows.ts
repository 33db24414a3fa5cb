import type { Evidence } from "../model/evidence.ts";

/** A piece of evidence that has code to show, with its place in the report. */
export interface Coded {
  readonly evidence: Evidence;
  readonly place: number;
}

/**
 * Rows of code to be read next to each other, one cell a subject: functions of the same last name stand in one row,
 * the hottest first; what has no namesake is set beside what is left of the others, in order.
 */
export function codeRows(
  columns: readonly (readonly Coded[])[],
): readonly (readonly (Coded | undefined)[])[] {
  const rows: (Coded | undefined)[][] = [];
  columns.forEach((column, at) => {
    for (const coded of column) {
      const name = lastName(coded);
      const row = rows.find(
        (cells) =>
          cells[at] === undefined && cells.some((cell) => cell !== undefined && lastName(cell) === name),
      );
      if (row === undefined) rows.push(columns.map((_, index) => (index === at ? coded : undefined)));
      else row[at] = coded;
    }
  });
  return fillHoles(rows).toSorted((left, right) => hottest(right) - hottest(left));
}

/** Rows of one cell only are joined with such rows of other subjects. */
function fillHoles(rows: readonly (Coded | undefined)[][]): (Coded | undefined)[][] {
  const filled: (Coded | undefined)[][] = [];
  for (const row of rows) {
    const alone = row.filter((cell) => cell !== undefined).length === 1;
    const partner = alone
      ? filled.find(
          (other) =>
            row.every((cell, at) => cell === undefined || other[at] === undefined) && isJoined(other),
        )
      : undefined;
    if (partner === undefined) filled.push([...row]);
    else
      for (const [at, cell] of row.entries()) {
        if (cell !== undefined) partner[at] = cell;
      }
  }
  return filled;
}

/** Functions of different names were set side by side, so more of them may join. */
function isJoined(row: readonly (Coded | undefined)[]): boolean {
  const names = row.flatMap((cell) => (cell === undefined ? [] : [lastName(cell)]));
  return names.length === 1 || new Set(names).size > 1;
}

function hottest(row: readonly (Coded | undefined)[]): number {
  return Math.max(
    ...row.map((cell) => (cell?.evidence.listing?.lines ?? []).reduce((sum, { share }) => sum + share, 0)),
  );
}

/** "advance" of main.advance, dead_work::advance and advance(int*): what the author called it. */
function lastName({ evidence }: Coded): string {
  const symbol = evidence.listing?.symbol ?? evidence.location?.function ?? evidence.id;
  const plain = symbol.replaceAll(/<[^<>]*>|\([^()]*\)|\[[^[\]]*\]/g, "");
  const last = plain.split(/::|\./).findLast((part) => /\w/.test(part)) ?? plain;
  return last.toLowerCase().replaceAll(/[^a-z0-9]/g, "");
}
