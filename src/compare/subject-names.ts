import type { TitleOf } from "../model/case.ts";
import type { Report } from "../model/report.ts";

/**
 * What texts about two runs call a subject: the title that the reports which hold it agree on, where no other subject
 * has the same, else its id. A report of an older version without titles says nothing against the other's.
 */
export function namesOfBoth(before: Report, after: Report): TitleOf {
  const wished = new Map<string, Set<string>>();
  for (const { id, title } of [...before.subjects, ...after.subjects]) {
    const titles = wished.get(id) ?? new Set();
    wished.set(id, title === undefined ? titles : titles.add(title));
  }
  const agreed = new Map(
    [...wished].map(([id, [title = id, ...others]]) => [id, others.length === 0 ? title : id]),
  );
  const all = [...agreed.values()];
  return (subject) => {
    const title = agreed.get(subject);
    return title !== undefined && all.filter((other) => other === title).length === 1 ? title : subject;
  };
}
