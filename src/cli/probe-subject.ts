import type { Subject } from "../model/case.ts";
import type { Language } from "../plugin.ts";

/** A subject to ask a language about its toolchain with, when no program is at hand; nothing is built from it. */
export function probeSubject(language: Language, directory: string): Subject {
  return { id: language.id, language: language.id, path: directory, command: [process.execPath] };
}
