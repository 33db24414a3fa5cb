import { mkdir, rename, rm, stat } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { basename, dirname, extname, join } from "node:path";
import { hashParts } from "../../../base/hash.ts";
import { type CommandResult, runCommand, shellCommand, shellQuote } from "../../../base/subprocess.ts";
import type { BuildFailure, BuildOutcome, BuildRequest } from "../../../plugin.ts";
import { baselineFlags, type Dialect } from "./dialect.ts";
import { fillCommand, sortFlags } from "./flags.ts";
import { layoutInputs } from "./layout.ts";
import { stableObjectNames } from "./pgo.ts";
import { subjectFolder, subjectSources } from "./source-files.ts";

type Argv = readonly [string, ...string[]];

/** Every function in a section of its own, so that a linker can move it; the same in every variant. */
const sectionFlags = ["-ffunction-sections"];
/** What small programs need and do not say; without a use they add nothing. */
const usualLibraries = ["-lm", "-pthread"];

/** Compiles what is not compiled yet for these flags, then links. Another layout seed is another link. */
export function createBuild(dialect: Dialect) {
  return async (request: BuildRequest): Promise<BuildOutcome> => {
    const { subject } = request;
    const sources = await subjectSources(subject, dialect);
    if (subject.compileCommand !== undefined) return buildByCommand(request, sources);
    const flags = sortFlags(subject.flags ?? []);
    const compileFlags = [
      ...baselineFlags,
      ...sectionFlags,
      ...(await ownIncludes(request)),
      ...flags.compile,
      ...channel(request, "compile"),
      ...profileFlags(request),
    ];
    const objects: string[] = [];
    const logs: string[] = [];
    const jobs = sources.map((source) => compileJob(request, dialect, source, compileFlags));
    for (let start = 0; start < jobs.length; start += availableParallelism()) {
      const batch = jobs.slice(start, start + availableParallelism());
      const outcomes = await Promise.all(batch.map((job) => compile(request, job)));
      const failed = outcomes.find((outcome) => outcome.kind === "buildFailure");
      if (failed !== undefined) return failed;
      objects.push(...batch.map(({ object }) => object));
      logs.push(...outcomes.map((outcome) => (outcome.kind === "built" ? outcome.log : "")));
    }
    const linked = await link(request, objects);
    return linked.kind === "built" ? { kind: "built", log: [...logs, linked.log].join("") } : linked;
  };
}

interface CompileJob {
  readonly argv: Argv;
  readonly source: string;
  readonly object: string;
  /** What the compiler is told to write; becomes `object` when it is whole. */
  readonly unfinished: string;
}

function compileJob(
  request: BuildRequest,
  dialect: Dialect,
  source: string,
  flags: readonly string[],
): CompileJob {
  const { toolchain, setting, scratchDirectory } = request;
  // gcc names local symbols by chance unless it is told a seed.
  const seed = toolchain.properties["family"] === "gcc" ? [`-frandom-seed=${basename(source)}`] : [];
  const guest = dialect.guestExtensions[extname(source)] ?? [];
  const argv: Argv = [toolchain.executable, ...flags, ...seed, ...guest, "-c", source];
  const key = hashParts([...argv, ...Object.entries(setting.env).flat()]);
  const object = join(scratchDirectory, "objects", `${key.slice(0, 32)}.o`);
  const unfinished = setting.switches.includes(stableObjectNames)
    ? join(scratchDirectory, "objects", `named-${hashParts([source]).slice(0, 32)}.o`)
    : `${object}.unfinished`;
  return { argv, source, object, unfinished };
}

async function compile(request: BuildRequest, job: CompileJob): Promise<BuildOutcome> {
  if ((await stat(job.object).catch(() => undefined)) !== undefined) return { kind: "built", log: "" };
  await mkdir(dirname(job.object), { recursive: true });
  const { unfinished } = job;
  const argv: Argv = [...job.argv, "-o", unfinished];
  const result = await runIn(request, argv);
  if (result.kind !== "exited" || result.code !== 0) {
    await rm(unfinished, { force: true });
    return failure(request, argv, result);
  }
  await rename(unfinished, job.object);
  return { kind: "built", log: result.stderr };
}

async function link(request: BuildRequest, objects: readonly string[]): Promise<BuildOutcome> {
  const flags = sortFlags(request.subject.flags ?? []);
  const layout = await layoutInputs(request, objects);
  const argv: Argv = [
    request.toolchain.executable,
    ...baselineFlags,
    ...flags.link,
    ...channel(request, "link"),
    ...layout.arguments,
    ...layout.objects,
    ...flags.libraries,
    ...usualLibraries,
    "-o",
    request.outputPath,
  ];
  const result = await runIn(request, argv);
  return result.kind === "exited" && result.code === 0
    ? { kind: "built", log: result.stderr }
    : failure(request, argv, result);
}

/** The user's own command compiles and links in one; a layout seed then compiles again. */
async function buildByCommand(request: BuildRequest, sources: readonly string[]): Promise<BuildOutcome> {
  const { subject, outputPath } = request;
  const layout = await layoutInputs(request, []);
  const user = subject.flags ?? [];
  const flags = [
    ...sectionFlags,
    ...user,
    ...channel(request, "compile"),
    ...channel(request, "link"),
    ...profileFlags(request),
    ...layout.arguments,
    ...layout.objects,
  ];
  const [program, ...rest] = fillCommand(
    commandOf(request),
    { flags, sources, output: outputPath },
    shellQuote,
  );
  const argv: Argv = [program ?? request.toolchain.executable, ...rest];
  const result = await runIn(request, argv);
  if (result.kind !== "exited" || result.code !== 0) return failure(request, argv, result);
  if ((await stat(outputPath).catch(() => undefined)) !== undefined)
    return { kind: "built", log: result.stderr };
  return {
    ...(await failure(request, argv, result)),
    output: `${result.stdout}${result.stderr}\nthe command ended well but made no ${outputPath}: it must write to {output}`,
  };
}

/** The user's command; of another compiler than the user's it is that compiler's. */
function commandOf({ subject, toolchain }: BuildRequest): readonly string[] {
  const command = subject.compileCommand ?? [];
  return toolchain.properties["inPlaceOfOwn"] === "yes"
    ? [toolchain.executable, ...command.slice(1)]
    : command;
}

function channel(request: BuildRequest, name: "compile" | "link"): readonly string[] {
  return request.setting.flags[name] ?? [];
}

/** Line tables and a frame pointer: the second may move a register, so only a profile is made of this build. */
function profileFlags(request: BuildRequest): readonly string[] {
  return request.purpose === "profile" ? ["-g1", "-fno-omit-frame-pointer"] : [];
}

/** The folder itself and its include/, as most small projects expect. */
async function ownIncludes(request: BuildRequest): Promise<readonly string[]> {
  const folder = await subjectFolder(request.subject);
  if (folder !== request.subject.path) return [];
  const include = join(folder, "include");
  const found = await stat(include).catch(() => undefined);
  return [`-I${folder}`, ...(found?.isDirectory() === true ? [`-I${include}`] : [])];
}

async function runIn(request: BuildRequest, argv: Argv): Promise<CommandResult> {
  return runCommand({
    argv,
    workingDirectory: await subjectFolder(request.subject),
    // Compilers would else translate their words, and the user's environment could add flags unseen.
    env: { LC_ALL: "C", ...request.setting.env },
    ...(request.signal === undefined ? {} : { signal: request.signal }),
  });
}

async function failure(request: BuildRequest, argv: Argv, result: CommandResult): Promise<BuildFailure> {
  const { subject, setting } = request;
  const output = `${result.stdout}${result.stderr}`;
  const folder = await subjectFolder(subject);
  return {
    kind: "buildFailure",
    subject: subject.id,
    command: `cd ${shellQuote(folder)} && ${shellCommand(argv, setting.env)}`,
    output: output || `${argv[0]} ended without a word (${result.kind} ${result.reason})`,
  };
}
