import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { describe, expect, it } from "vitest";
import { exitCodes } from "../../src/base/failure.ts";
import { splitShellWords } from "../../src/case/shell-words.ts";
import { buildProgram } from "../../src/cli/program.ts";
import { cli, fakeContext } from "../support/fake-cli.ts";

const root = join(import.meta.dirname, "../..");
const ignored = new Set([
  "node_modules",
  "dist",
  "target",
  "coverage",
  ".git",
  ".perfgap",
  "golden",
  "fixtures",
]);

function markdownFiles(folder: string): readonly string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (ignored.has(entry.name)) return [];
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return markdownFiles(path);
    return entry.name.endsWith(".md") ? [path] : [];
  });
}

const documents = markdownFiles(root).map((path) => ({
  path,
  name: relative(root, path),
  text: readFileSync(path, "utf8"),
}));

/** Code spans and the lines of shell blocks: where documents name commands. */
function codePieces(text: string): readonly string[] {
  const blocks = Array.from(text.matchAll(/^```sh\n(.*?)^```/gms), ([, body]) =>
    (body ?? "").split("\n"),
  ).flat();
  const prose = text.replaceAll(/^```.*?^```/gms, "");
  const spans = Array.from(prose.matchAll(/`([^`\n]+)`/g), ([, span]) => span ?? "");
  return [...blocks, ...spans].map((piece) => piece.replace(/\s#\s.*$/, "").trim());
}

/** `perfgap`, or the way to call it in the repository; what follows `--` belongs to the programs. */
function perfgapWords(piece: string): readonly string[] | undefined {
  const call = /^(?:npx )?(?:perfgap|node bin\/perfgap\.js)(?:\s+(.*))?$/.exec(piece);
  if (call === null) return undefined;
  const words = splitShellWords(call[1] ?? "");
  return words.ok ? words.value : (call[1] ?? "").split(/\s+/);
}

const program = await buildProgram(fakeContext());
const commands = new Map(program.commands.map((command) => [command.name(), command]));
const allFlags = new Set([
  "--help",
  "--version",
  ...program.commands.flatMap(({ options }) =>
    options.flatMap(({ long, short }) => [long ?? "", short ?? ""]),
  ),
]);

describe("documents name only what exists", () => {
  it("there are documents", () => {
    expect(documents.map(({ name }) => name)).toEqual(
      expect.arrayContaining(["README.md", "CONTRIBUTING.md", "docs/glossary.md", "docs/bias.md"]),
    );
  });

  it.each(documents)("$name: links", ({ path, text }) => {
    const targets = Array.from(text.matchAll(/\]\(([^)#\s]+)(?:#[^)]*)?\)/g), ([, target]) => target ?? "");
    const broken = targets.filter(
      (target) => !/^[a-z]+:/.test(target) && !existsSync(join(dirname(path), target)),
    );
    expect(broken).toEqual([]);
  });

  it.each(documents)("$name: paths of the repository", ({ text }) => {
    const pieces = codePieces(text).flatMap((piece) => piece.split(/\s+/));
    const paths = pieces.filter((piece) =>
      /^(src|docs|test|bench|bin|schema|probes|workloads|\.ci)\/[\w./-]*$/.test(piece),
    );
    expect(paths.filter((path) => !existsSync(join(root, path)))).toEqual([]);
  });

  it.each(documents)("$name: commands and flags of perfgap", ({ text }) => {
    const wrong = codePieces(text).flatMap((piece) => {
      const words = perfgapWords(piece);
      if (words === undefined) return [];
      const own = words.slice(0, words.includes("--") ? words.indexOf("--") : undefined);
      const [name] = own;
      const flags = own.filter((word) => /^--?[a-z]/.test(word)).map((word) => word.replace(/=.*/, ""));
      if (name === undefined || name.startsWith("-") || name === "help")
        return flags.filter((flag) => !allFlags.has(flag));
      const command = commands.get(name);
      if (command === undefined) return [piece];
      const known = new Set(command.options.flatMap(({ long, short }) => [long ?? "", short ?? ""]));
      return flags.filter((flag) => flag !== "--help" && !known.has(flag)).map((flag) => `${name} ${flag}`);
    });
    expect(wrong).toEqual([]);
  });

  const aboutPerfgap = documents.filter(
    ({ name }) => !name.startsWith("workloads/") && !name.startsWith("probes/"),
  );
  it.each(aboutPerfgap)("$name: flags that stand alone in code", ({ text }) => {
    const named = codePieces(text).filter((piece) => /^--[a-z][a-z-]*(\s|$)/.test(piece));
    const unknown = named.map((piece) => piece.split(/\s/)[0] ?? "").filter((flag) => !allFlags.has(flag));
    const family = "--export";
    expect(unknown.filter((flag) => flag !== family)).toEqual([]);
  });

  it.each(documents)("$name: npm scripts", ({ text }) => {
    const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
      scripts: Record<string, string>;
    };
    const named = Array.from(text.matchAll(/npm run ([\w:-]+)/g), ([, name]) => name ?? "");
    expect(named.filter((name) => scripts[name] === undefined)).toEqual([]);
  });

  it("every command and every exit code is described", async () => {
    const all = documents.map(({ text }) => text).join("\n");
    for (const name of commands.keys()) expect(all).toMatch(new RegExp(`perfgap ${name}|\`${name}\``));
    const format = readFileSync(join(root, "docs/report-format.md"), "utf8");
    for (const code of Object.values(exitCodes))
      expect(format).toMatch(new RegExp(`\\| [\\d, ]*\\b${code}\\b`));
    for (const name of commands.keys())
      expect((await cli([name, "--help"], { directory: "/" })).code).toBe(0);
  });

  it("every field at the top of a report and of a comparison is described", () => {
    const format = readFileSync(join(root, "docs/report-format.md"), "utf8");
    for (const name of ["report", "comparison"]) {
      const schema = JSON.parse(readFileSync(join(root, `schema/${name}.schema.json`), "utf8")) as {
        properties: Record<string, unknown>;
      };
      const fields = Object.keys(schema.properties);
      expect(fields.filter((field) => !new RegExp(`\`${field}(\\[\\])?\``).test(format))).toEqual([]);
    }
  });

  it("every dependency says what it is for", () => {
    const { dependencies } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
      dependencies: Record<string, string>;
    };
    const table = readFileSync(join(root, "docs/architecture.md"), "utf8").split("## Dependencies")[1] ?? "";
    expect(Object.keys(dependencies).filter((name) => !table.includes(name))).toEqual([]);
  });

  it("the glossary has every verdict and every kind of exclusion is explained", () => {
    const glossary = readFileSync(join(root, "docs/glossary.md"), "utf8");
    for (const verdict of ["cause", "asset", "negligible", "undetermined"])
      expect(glossary).toContain(`| ${verdict} |`);
    const format = readFileSync(join(root, "docs/report-format.md"), "utf8");
    for (const kind of ["screened out", "natural", "hole", "not applied", "failed"])
      expect(format).toContain(`\`${kind}\``);
  });
});
