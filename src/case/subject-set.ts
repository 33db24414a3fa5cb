import { canonicalJson } from "../base/hash.ts";
import { printable } from "../base/printable.ts";
import type { UnnamedSubject } from "./subject-ids.ts";
import type { Complaint } from "./subject-request.ts";

/** Mistakes that only show when all subjects are known. Two ids that the user chose make an A/A case legal. */
export function complainAboutSet(subjects: readonly UnnamedSubject[], fewest = 2): Complaint | undefined {
  if (subjects.length < fewest)
    return {
      message: "A gap needs two programs, and only one is named.",
      help: "perfgap explain ./go ./rust; prebuilt ones: perfgap explain cmd:./a cmd:./b; one alone: perfgap tune ./go",
    };
  const chosen = subjects.flatMap(({ id }) => (id === undefined ? [] : [id]));
  const repeated = chosen.find((id, index) => chosen.indexOf(id) !== index);
  if (repeated !== undefined) return { message: `two subjects have the id "${repeated}"` };
  const seen = new Map<string, UnnamedSubject>();
  for (const subject of subjects) {
    const key = canonicalJson({ ...subject, id: undefined });
    const before = seen.get(key);
    if (before !== undefined && (before.id === undefined || subject.id === undefined))
      return {
        message: `The same program is named twice: ${printable(subject.command?.join(" ") ?? subject.path)}.`,
        help: "to see what this machine's noise alone does: perfgap doctor; for an A/A case give both an id in a case file",
      };
    seen.set(key, subject);
  }
  return undefined;
}
