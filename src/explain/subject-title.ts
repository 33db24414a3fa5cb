import type { TitleOf } from "../model/case.ts";
import type { Contender } from "./workbench.ts";

/** What sentences call a subject: its language; a name that the user chose says more. */
export function subjectTitle({ subject, language }: Pick<Contender, "subject" | "language">): string {
  return subject.id === language.id ? language.title : subject.id;
}

/** The title of each subject where no other has the same, else its id, as reports name it. */
export function titlesOf(contenders: readonly Pick<Contender, "subject" | "language">[]): TitleOf {
  const titles = new Map(contenders.map((each) => [each.subject.id, subjectTitle(each)]));
  const all = [...titles.values()];
  return (subject) => {
    const title = titles.get(subject);
    return title !== undefined && all.filter((other) => other === title).length === 1 ? title : subject;
  };
}
