import { basename, dirname, extname } from "node:path";
import type { Subject } from "../model/case.ts";

/** A subject before it has its name; `id` where the user chose one. */
export type UnnamedSubject = Omit<Subject, "id"> & { readonly id?: string };

/**
 * Gives every subject an id that is unique in the case: the language where only one subject has it, else the
 * language with what tells its subjects apart (compiler, program, file or folder), else numbers: go, go-2.
 */
export function nameSubjects(subjects: readonly UnnamedSubject[]): readonly Subject[] {
  const taken = new Set(subjects.flatMap(({ id }) => (id === undefined ? [] : [id])));
  const named: Subject[] = [];
  for (const subject of subjects) {
    const id = subject.id ?? unused(wishedId(subject, subjects), taken);
    taken.add(id);
    named.push({ ...subject, id });
  }
  return named;
}

function wishedId(subject: UnnamedSubject, all: readonly UnnamedSubject[]): string {
  const peers = all.filter((other) => other.language === subject.language && other.id === undefined);
  if (peers.length === 1) return subject.language;
  for (const trait of traits) {
    const values = peers.map(trait);
    if (values.every((value) => value !== "") && new Set(values).size === peers.length)
      return withLanguage(trait(subject), subject.language);
  }
  return subject.language;
}

const traits: readonly ((subject: UnnamedSubject) => string)[] = [
  (subject) => clean(subject.bin ?? ""),
  (subject) => clean(stem(subject.command?.[0] ?? subject.path)),
  (subject) => clean(basename(dirname(subject.command?.[0] ?? subject.path))),
  (subject) => clean(basename(subject.compiler ?? "")),
];

function stem(path: string): string {
  return basename(path, extname(path));
}

function clean(name: string): string {
  return name
    .replaceAll(/[^A-Za-z0-9._+-]+/g, "-")
    .replaceAll(/^[^A-Za-z0-9]+|-+$/g, "")
    .slice(0, 24);
}

function withLanguage(name: string, language: string): string {
  return name === language || name.startsWith(language) ? name : `${language}-${name}`;
}

function unused(wished: string, taken: ReadonlySet<string>): string {
  if (!taken.has(wished)) return wished;
  for (let number = 2; ; number++) {
    const id = `${wished}-${number}`;
    if (!taken.has(id)) return id;
  }
}
