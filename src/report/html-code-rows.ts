import { isLibraryFile } from "../base/symbolizer-output.ts";
import type { Evidence, FunctionPairing } from "../model/evidence.ts";

/** A piece of evidence that has code to show, with its place in the report. */
export interface Coded {
  readonly evidence: Evidence;
  readonly place: number;
}

type Row = readonly (Coded | undefined)[];

/**
 * Rows of code to be read next to each other, one cell a subject, the hottest first: functions that the pairing of the
 * run matched, and where each side has one hot function of the program's own, these. The rest stands alone. Between
 * subjects that no pairing is about, the same last name is a match.
 */
export function codeRows(
  columns: readonly (readonly Coded[])[],
  pairings: readonly Evidence[] = [],
): readonly Row[] {
  const isMatch = matchesBy(pairings);
  const rows = columns.flatMap((column, at) =>
    column.map((coded): Row => columns.map((_, index) => (index === at ? coded : undefined))),
  );
  const onlyOwn = new Set(
    columns.flatMap((column) => {
      const own = column.filter(({ evidence }) => isOwn(evidence));
      return own.length === 1 ? own : [];
    }),
  );
  const matched = joined(rows, isMatch);
  return joined(matched, (one, other) => onlyOwn.has(one) && onlyOwn.has(other)).toSorted(
    (left, right) => hottest(right) - hottest(left),
  );
}

type IsMatch = (one: Coded, other: Coded) => boolean;

/** Rows of which a cell matches a cell of another become one, as long as each subject has one cell. */
function joined(rows: readonly Row[], isMatch: IsMatch): readonly Row[] {
  const found: Row[] = [];
  for (const row of rows) {
    let whole = row;
    for (const other of [...found]) {
      const fits = whole.every((cell, at) => cell === undefined || other[at] === undefined);
      if (!fits || !cellsOf(whole).some((cell) => cellsOf(other).some((one) => isMatch(one, cell)))) continue;
      found.splice(found.indexOf(other), 1);
      whole = whole.map((cell, at) => cell ?? other[at]);
    }
    found.push(whole);
  }
  return found;
}

function cellsOf(row: Row): readonly Coded[] {
  return row.filter((cell) => cell !== undefined);
}

function matchesBy(evidence: readonly Evidence[]): IsMatch {
  const known = evidence.flatMap(({ subject, pairing }) =>
    pairing === undefined ? [] : [{ subject, pairing }],
  );
  return ({ evidence: one }, { evidence: other }) => {
    for (const { subject, pairing } of known) {
      if (subject === one.subject && pairing.beside === other.subject) return holds(pairing, one, other);
      if (subject === other.subject && pairing.beside === one.subject) return holds(pairing, other, one);
    }
    return lastName(one) === lastName(other);
  };
}

function holds({ pairs }: FunctionPairing, own: Evidence, other: Evidence): boolean {
  const [left, right] = [symbolOf(own), symbolOf(other)];
  return pairs.some((pair) => pair.doubt !== "doubtful" && pair.own === left && pair.other === right);
}

function isOwn({ location }: Evidence): boolean {
  return location !== undefined && !isLibraryFile(location.file);
}

function hottest(row: Row): number {
  return Math.max(
    ...row.map((cell) => (cell?.evidence.listing?.lines ?? []).reduce((sum, { share }) => sum + share, 0)),
  );
}

function symbolOf({ listing, location, id }: Evidence): string {
  return listing?.symbol ?? location?.function ?? id;
}

/** "advance" of main.advance, dead_work::advance and advance(int*): what the author called it. */
function lastName(evidence: Evidence): string {
  const plain = symbolOf(evidence).replaceAll(/<[^<>]*>|\([^()]*\)|\[[^[\]]*\]/g, "");
  const last = plain.split(/::|\./).findLast((part) => /\w/.test(part)) ?? plain;
  return last.toLowerCase().replaceAll(/[^a-z0-9]/g, "");
}
