import { mkdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { packageDirectory } from "../base/directories.ts";
import { err, ok, type Result } from "../base/result.ts";
import type { Facts } from "../model/evidence.ts";
import type { RunRequest } from "../model/run.ts";
import type { SettingPatch } from "../model/setting.ts";
import { goMetricFacts } from "./go-metrics.ts";

export interface GoProbeOptions {
  /** The subject's file or package folder. */
  readonly subjectPath: string;
  /** `go env GOROOT`. */
  readonly goRoot: string;
  /** Where the overlay's files are kept; must outlive the build. */
  readonly workDirectory: string;
}

/**
 * The patch that builds the program with perfgap's probe in it: an overlay that adds a file to package runtime/pprof
 * and makes package main import it. No source is edited. The error says why this Go or program cannot have it.
 */
export async function goProbePatch(options: GoProbeOptions): Promise<Result<SettingPatch, string>> {
  const { subjectPath, goRoot, workDirectory } = options;
  const hooks = await stat(join(goRoot, "src", "internal", "runtime", "exithook")).catch(() => undefined);
  if (hooks === undefined) return err("this Go has no exit hooks (they came with Go 1.23)");
  await mkdir(workDirectory, { recursive: true });
  const main = await overlayOfMain(subjectPath, workDirectory);
  if (!main.ok) return main;
  const list = join(workDirectory, "go-probe.json");
  const probe = join(packageDirectory(), "probes", "go-probe", "perfgap_probe.go");
  const replace = {
    [main.value.path]: main.value.content,
    [join(goRoot, "src", "runtime", "pprof", "perfgap_probe.go")]: probe,
  };
  await writeFile(list, JSON.stringify({ Replace: replace }));
  return ok({ build: { flags: { build: [`-overlay=${list}`] } } });
}

interface Overlaid {
  readonly path: string;
  readonly content: string;
}

/** A package gets one file more; a single file is shown to the compiler with the import on its package line. */
async function overlayOfMain(subjectPath: string, workDirectory: string): Promise<Result<Overlaid, string>> {
  const isFolder = (await stat(subjectPath).catch(() => undefined))?.isDirectory() === true;
  if (isFolder) {
    const content = join(workDirectory, "perfgap_probe_import.go");
    await writeFile(content, 'package main\n\nimport _ "runtime/pprof"\n');
    return ok({ path: join(subjectPath, "perfgap_probe_import.go"), content });
  }
  const source = await readFile(subjectPath, "utf8").catch(() => undefined);
  const changed = source === undefined ? undefined : withProbeImport(source);
  if (changed === undefined) return err(`${subjectPath} has no package clause`);
  const content = join(workDirectory, basename(subjectPath));
  await writeFile(content, changed);
  return ok({ path: subjectPath, content });
}

/** The source with the import behind its package clause, on the same line so that lines keep their numbers. Pure. */
export function withProbeImport(source: string): string | undefined {
  const start = skipComments(source);
  const clause = /^package[\s;]+[\p{L}_][\p{L}\p{N}_]*/u.exec(source.slice(start))?.[0];
  if (clause === undefined) return undefined;
  const end = start + clause.length;
  return `${source.slice(0, end)}; import _ "runtime/pprof"${source.slice(end)}`;
}

function skipComments(source: string): number {
  let at = source.startsWith("\uFEFF") ? 1 : 0;
  for (;;) {
    while (/\s/.test(source.charAt(at))) at++;
    if (source.startsWith("//", at)) {
      const end = source.indexOf("\n", at);
      at = end === -1 ? source.length : end;
    } else if (source.startsWith("/*", at)) {
      const end = source.indexOf("*/", at + 2);
      at = end === -1 ? source.length : end + 2;
    } else return at;
  }
}

/** The run with the probe told where to write; with `cpu` it samples as well. */
export function probedRun(run: RunRequest, prefix: string, cpu: boolean): RunRequest {
  const env = { PERFGAP_GO_PROBE: prefix, ...(cpu ? { PERFGAP_GO_PROBE_CPU: "1" } : {}) };
  return { ...run, env: { ...run.env, ...env } };
}

export interface ProbeOutput {
  readonly facts: Facts;
  /** The CPU profile's bytes (gzipped pprof), where it was asked for and written. */
  readonly pprof?: Uint8Array;
}

/** Takes what a probed run wrote and removes it. The error says that nothing was written, with the usual reason. */
export async function takeProbeOutput(prefix: string): Promise<Result<ProbeOutput, string>> {
  const text = await readFile(`${prefix}.json`, "utf8").catch(() => undefined);
  const pprof = await readFile(`${prefix}.pprof`).catch(() => undefined);
  await Promise.all([rm(`${prefix}.json`, { force: true }), rm(`${prefix}.pprof`, { force: true })]);
  if (text === undefined)
    return err("the probe wrote nothing: the program ended by a signal, or leaves without os.Exit");
  const facts = goMetricFacts(text);
  if (!facts.ok) return facts;
  return ok({ facts: facts.value, ...(pprof === undefined ? {} : { pprof }) });
}
