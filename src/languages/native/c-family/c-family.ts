import type { Language } from "../../../plugin.ts";
import { loaderTraceEnv, parseLoaderTrace } from "../preload.ts";
import { createBuild } from "./build.ts";
import { createDetect } from "./detect.ts";
import type { Dialect } from "./dialect.ts";
import { includeFolders } from "./flags.ts";
import { inspect } from "./inspect.ts";
import { createRealize } from "./levers.ts";
import { createSettings } from "./settings.ts";
import { decisiveFiles, subjectFolder } from "./source-files.ts";
import { createFindToolchain } from "./toolchain.ts";

/** C and C++ are one language to perfgap but for names of files and compilers. */
export function createCFamilyLanguage(dialect: Dialect): Language {
  return {
    id: dialect.id,
    title: dialect.title,
    detect: createDetect(dialect),
    findToolchain: createFindToolchain(dialect),
    async sources(subject) {
      // A command of the user's own may read anything in its folder.
      if (subject.compileCommand !== undefined) return [await subjectFolder(subject)];
      return decisiveFiles(subject, dialect, includeFolders(subject.flags ?? []));
    },
    build: createBuild(dialect),
    realize: createRealize(dialect),
    inspect,
    settings: createSettings(dialect),
    trace: { env: loaderTraceEnv, parse: parseLoaderTrace },
    layoutScope:
      "the order of the program's own functions (each in a section of its own, shuffled by the linker); shared libraries stay as they are",
  };
}
