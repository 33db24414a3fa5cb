import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import config from "../../.dependency-cruiser.mjs";
import { packageDirectory } from "../../src/base/directories.ts";
import { runCommand } from "../../src/base/subprocess.ts";

/** For every rule: a file that breaks it, and what it imports. */
const violations: Readonly<Record<string, readonly [path: string, imports: string]>> = {
  "no-circular": ["src/base/left.ts", "./right.ts"],
  "model-is-the-bottom": ["src/model/noun.ts", "../base/clean.ts"],
  "base-knows-no-domain": ["src/base/domain.ts", "../model/clean.ts"],
  "inference-is-pure": ["src/infer/impure.ts", "node:fs"],
  "stages-meet-only-in-explain": ["src/verify/stage.ts", "../build/clean.ts"],
  "stages-do-not-know-plugins": ["src/screen/plugin.ts", "../languages/go/clean.ts"],
  "plugins-use-the-public-door": ["src/languages/rust/backdoor.ts", "../../build/clean.ts"],
  "processes-start-in-one-place": ["src/measure/process.ts", "node:child_process"],
  "nobody-imports-the-cli": ["src/plan/reader.ts", "../cli/clean.ts"],
  "web-sees-the-model-only": ["web/page.ts", "../src/base/clean.ts"],
  "nobody-imports-the-web-side": ["src/report/page.ts", "../../web/clean.ts"],
  "not-to-dev-dep": ["src/base/tooling.ts", "typescript"],
  "not-to-test": ["src/report/tested.ts", "../../test/clean.ts"],
  "no-orphans": ["src/base/orphan.ts", ""],
};

const support: Readonly<Record<string, string>> = {
  "tsconfig.json": `{ "compilerOptions": { "module": "nodenext", "allowImportingTsExtensions": true, "noEmit": true } }`,
  "package.json": `{ "type": "module", "devDependencies": { "typescript": "*" } }`,
  "src/base/right.ts": `import "./left.ts";\nexport const right = 1;`,
  "src/base/clean.ts": "export const clean = 1;",
  "src/model/clean.ts": "export const clean = 1;",
  "src/build/clean.ts": "export const clean = 1;",
  "src/languages/go/clean.ts": "export const clean = 1;",
  "src/cli/clean.ts": "export const clean = 1;",
  "web/clean.ts": "export const clean = 1;",
  "test/clean.ts": "export const clean = 1;",
};

let project = "";
let found: ReadonlyMap<string, readonly string[]> = new Map();

beforeAll(async () => {
  project = mkdtempSync(join(tmpdir(), "perfgap-boundaries-"));
  const planted = Object.values(violations).map(([path, imports]) => [
    path,
    imports === "" ? "export const alone = 1;" : `import "${imports}";\nexport const planted = 1;`,
  ]);
  for (const [path, content] of [...Object.entries(support), ...planted]) {
    if (path === undefined || content === undefined) continue;
    mkdirSync(dirname(join(project, path)), { recursive: true });
    writeFileSync(join(project, path), content);
  }
  symlinkSync(join(packageDirectory(), "node_modules"), join(project, "node_modules"));
  const cruise = await runCommand({
    argv: [
      join(packageDirectory(), "node_modules/.bin/depcruise"),
      "--config",
      join(packageDirectory(), ".dependency-cruiser.mjs"),
      "--output-type",
      "json",
      "src",
      "test",
      "web",
    ],
    workingDirectory: project,
    timeoutMs: 50_000,
  });
  const report = JSON.parse(cruise.stdout) as {
    summary: { violations: readonly { from: string; rule: { name: string } }[] };
  };
  const byRule = new Map<string, string[]>();
  for (const { from, rule } of report.summary.violations) {
    byRule.set(rule.name, [...(byRule.get(rule.name) ?? []), from]);
  }
  found = byRule;
});

afterAll(() => rmSync(project, { recursive: true, force: true }));

test("every boundary has a violation planted here", () => {
  expect(config.forbidden.map((rule) => rule.name).sort()).toEqual(Object.keys(violations).sort());
});

test.each(Object.entries(violations))("%s is seen to fail", (rule, [path]) => {
  expect(found.get(rule)).toContain(path);
});

test("every boundary says what breaking it would mean", () => {
  expect(config.forbidden.filter((rule) => (rule.comment ?? "").length < 20)).toEqual([]);
});
