import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { type Detection, defineLanguage, type Language, type Realization } from "../../src/plugin.ts";

export interface FakeLanguageParts {
  readonly id: string;
  readonly title: string;
  /** Files with this ending are programs; so are folders that hold `manifest`. */
  readonly extension: string;
  readonly manifest: string;
  /** What is answered for a folder that has sources and no manifest. */
  readonly problem?: { readonly message: string; readonly help: string };
}

/** A language that looks at names only and never builds: enough for everything before the first build. */
export function fakeLanguage(parts: FakeLanguageParts): Language {
  return defineLanguage({
    id: parts.id,
    title: parts.title,
    detect: (path, bin, asked) => Promise.resolve(detect(parts, path, bin, asked)),
    findToolchain: () =>
      Promise.resolve({ kind: "missing", tool: parts.id, reason: "it is a fake", help: "use a real one" }),
    sources: (subject) => Promise.resolve([subject.path]),
    build: (request) =>
      Promise.resolve({
        kind: "buildFailure",
        subject: request.subject.id,
        command: parts.id,
        output: "a fake language builds nothing",
      }),
    realize: (factor, level) =>
      Promise.resolve({ kind: "unsupported", reason: `a fake language has no ${factor}=${level}` }),
    inspect: () => Promise.resolve({}),
    trace: { env: {}, parse: () => ({}) },
    layoutScope: "nothing",
  });
}

function detect(parts: FakeLanguageParts, path: string, bin: string | undefined, asked: boolean): Detection {
  const yes: Detection = {
    kind: "yes",
    subject: { id: parts.id, language: parts.id, path, ...(bin === undefined ? {} : { bin }) },
  };
  if (!statSync(path).isDirectory()) return path.endsWith(parts.extension) || asked ? yes : { kind: "no" };
  if (existsSync(join(path, parts.manifest))) return yes;
  const hasSources = readdirSync(path).some((name) => name.endsWith(parts.extension));
  return hasSources && parts.problem !== undefined ? { kind: "problem", ...parts.problem } : { kind: "no" };
}

export const fakeGo = fakeLanguage({
  id: "go",
  title: "Go",
  extension: ".go",
  manifest: "go.mod",
  problem: { message: "there are .go files but no go.mod", help: "go mod init example.com/sum" },
});
export const fakeRust = fakeLanguage({ id: "rust", title: "Rust", extension: ".rs", manifest: "Cargo.toml" });
export const fakeC = fakeLanguage({ id: "c", title: "C", extension: ".c", manifest: "main.c" });
export const fakeLanguages: readonly Language[] = [fakeGo, fakeRust, fakeC];

/** The language with a toolchain, which answers every factor with the same realization. */
function installed(language: Language, realization: Realization): Language {
  const toolchain = {
    language: language.id,
    title: `${language.id} 1.0`,
    version: "1.0",
    executable: `/usr/bin/${language.id}`,
    digest: "d",
    properties: {},
  };
  return {
    ...language,
    findToolchain: () => Promise.resolve({ kind: "found", toolchain }),
    realize: () => Promise.resolve(realization),
  };
}

const lever: Realization = {
  kind: "lever",
  patch: { build: { flags: { gcflags: ["all=-l"] } } },
  stage: "build",
  proof: { fact: "hot.calls", expect: "increases", title: "calls in hot functions" },
  scope: ["user", "dependencies"],
  safety: "safe",
  deployable: false,
};
export const goHere = installed(fakeGo, lever);
export const rustHere = installed(fakeRust, { kind: "natural", reason: "Rust has no such cause" });
export const cHere = installed(fakeC, { kind: "unsupported", reason: "this compiler has no such switch" });
