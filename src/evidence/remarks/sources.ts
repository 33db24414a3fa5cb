import { mkdir, readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import type { SettingPatch } from "../../model/setting.ts";
import { parseClangRemarks, parseGccOptInfo } from "./gnu.ts";
import { parseGoDiagnostics } from "./go.ts";
import { parseLlvmRemarks } from "./llvm.ts";
import type { Remark, Remarks } from "./remark.ts";

/** Builds the subject with a patch more than the baseline; gives the compiler's output, or undefined when it failed. */
export type Compile = (patch: SettingPatch) => Promise<string | undefined>;

interface RemarkSource {
  /** Said in the report where the build for remarks is not quite the measured one. */
  readonly note?: string;
  patch(directory: string): SettingPatch;
  read(directory: string, log: string): Promise<readonly Remarks[]>;
}

const maxFiles = 4000;

async function readFiles(
  directory: string,
  suffix: string,
  parse: (text: string) => Remarks,
): Promise<readonly Remarks[]> {
  const entries = await readdir(directory, { recursive: true }).catch(() => []);
  const found: Remarks[] = [];
  for (const entry of entries.filter((name) => name.endsWith(suffix)).slice(0, maxFiles))
    found.push(parse(await readFile(join(directory, entry), "utf8").catch(() => "")));
  return found;
}

const go: RemarkSource = {
  patch: (directory) => ({ build: { flags: { gcflags: [`./...=-json=0,${directory}`] } } }),
  read: (directory) => readFiles(directory, ".json", parseGoDiagnostics),
};

const rust: RemarkSource = {
  note: "built with one codegen unit, without which rustc loses these remarks",
  patch: (directory) => ({
    build: {
      flags: {
        rustflags: [
          `-Zremark-dir=${directory}`,
          "-Cremark=loop-vectorize",
          "-Cremark=slp-vectorizer",
          "-Cremark=inline",
          "-Cremark=loop-unroll",
          "-Ccodegen-units=1",
        ],
      },
      env: { RUSTC_BOOTSTRAP: "1" },
    },
  }),
  read: (directory) => readFiles(directory, ".yaml", parseLlvmRemarks),
};

const gcc: RemarkSource = {
  patch: () => ({
    build: {
      flags: { compile: ["-fopt-info-vec-optimized", "-fopt-info-vec-missed", "-fopt-info-loop-optimized"] },
    },
  }),
  read: (_, log) => Promise.resolve([parseGccOptInfo(log)]),
};

const clang: RemarkSource = {
  patch: () => {
    const passes = "loop-vectorize|slp-vectorizer|inline|loop-unroll";
    return {
      build: {
        flags: { compile: [`-Rpass=${passes}`, `-Rpass-missed=${passes}`, `-Rpass-analysis=loop-vectorize`] },
      },
    };
  },
  read: (_, log) => Promise.resolve([parseClangRemarks(log)]),
};

function sourceOf(language: string, toolchain: string): RemarkSource | undefined {
  if (language === "go") return go;
  if (language === "rust") return rust;
  if (language !== "c" && language !== "cpp") return undefined;
  return /clang/i.test(toolchain) ? clang : gcc;
}

export interface CompilerWords {
  readonly remarks: readonly Remark[];
  readonly note?: string;
  readonly lost: readonly string[];
}

/**
 * Compiles once more with the compiler's remarks on. Compilers do not write them again for what they have cached,
 * so a folder that stayed empty is tried once more under another name.
 */
export async function compilerRemarks(
  language: string,
  toolchain: string,
  workDirectory: string,
  compile: Compile,
): Promise<CompilerWords> {
  const source = sourceOf(language, toolchain);
  if (source === undefined) return { remarks: [], lost: [] };
  for (const attempt of ["remarks", "remarks-again"]) {
    const directory = join(workDirectory, attempt);
    if (attempt === "remarks-again") await rm(directory, { recursive: true, force: true });
    await mkdir(directory, { recursive: true });
    const log = await compile(source.patch(directory));
    if (log === undefined)
      return { remarks: [], lost: ["compiler remarks: the build with remarks on failed"] };
    const parsed = await source.read(directory, log);
    const remarks = parsed.flatMap((one) => one.remarks);
    if (remarks.length === 0) continue;
    return {
      remarks,
      ...(source.note === undefined ? {} : { note: source.note }),
      lost: parsed.some((one) => one.truncated) ? ["some compiler remarks: there were too many"] : [],
    };
  }
  return { remarks: [], lost: ["compiler remarks: the compiler wrote none"] };
}
