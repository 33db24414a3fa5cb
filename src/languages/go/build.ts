import { mkdir, rm, symlink } from "node:fs/promises";
import { basename, dirname, join, relative } from "node:path";
import { runCommand, shellCommand, shellQuote } from "../../base/subprocess.ts";
import type { BuildOutcome, BuildRequest } from "../../plugin.ts";
import { findModuleRoot } from "./detect.ts";
import { combineGcflags, combineLdflags, type GoFlags, sortFlags, splitQuoted } from "./flags.ts";
import { bufferedStdout } from "./levers.ts";
import { writeOverlay } from "./overlay.ts";
import { subjectFolder } from "./toolchain.ts";

/** Where the go command runs, and what it is told to build there. */
interface Place {
  readonly folder: string;
  readonly target: string;
  readonly kind: "package" | "file";
}

/**
 * One `go build`. The user's own build cache is used: it is keyed by content and flags, so variants live side by side,
 * and another layout seed is another link. Paths are not trimmed: evidence points into the user's files.
 */
export async function build(request: BuildRequest): Promise<BuildOutcome> {
  const { subject, toolchain, setting, scratchDirectory } = request;
  const place = await findPlace(request);
  const overlay = setting.switches.includes(bufferedStdout)
    ? await writeOverlay(toolchain.properties["GOROOT"] ?? "", join(scratchDirectory, "overlay"))
    : undefined;
  if (overlay !== undefined && !overlay.ok) {
    return { kind: "buildFailure", subject: subject.id, command: "go build", output: overlay.error };
  }
  const argv: [string, ...string[]] = [
    toolchain.executable,
    "build",
    "-buildvcs=false",
    ...buildFlags(request, place.kind),
    ...(overlay === undefined ? [] : [`-overlay=${overlay.value}`]),
    "-o",
    request.outputPath,
    place.target,
  ];
  const result = await runCommand({
    argv,
    workingDirectory: place.folder,
    env: { ...setting.env, PWD: place.folder },
    ...(request.signal === undefined ? {} : { signal: request.signal }),
  });
  const log = `${result.stdout}${result.stderr}`;
  if (result.kind === "exited" && result.code === 0) return { kind: "built", log };
  return {
    kind: "buildFailure",
    subject: subject.id,
    command: `cd ${shellQuote(place.folder)} && ${shellCommand(argv, setting.env)}`,
    output: log || `go build ended without a word (${result.kind} ${result.reason})`,
  };
}

/** The user's flags (of the environment, of the case), then the setting's; those that the go command takes only once are merged. */
function buildFlags(request: BuildRequest, target: Place["kind"]): readonly string[] {
  const { subject, toolchain, setting, layoutSeed } = request;
  const fromEnvironment = sortFlags(splitQuoted(toolchain.properties["GOFLAGS"] ?? ""));
  const fromCase = sortFlags(subject.flags ?? []);
  const all = (name: keyof GoFlags): readonly string[] => [
    // The go command reads GOFLAGS itself; only flags that the command line would replace are repeated.
    ...(name === "build" ? [] : fromEnvironment[name]),
    ...fromCase[name],
    ...(setting.flags[name] ?? []),
  ];
  return [
    ...all("build"),
    ...combineGcflags(all("gcflags"), target),
    ...combineLdflags(all("ldflags"), layoutSeed),
  ];
}

async function findPlace(request: BuildRequest): Promise<Place> {
  const { subject, scratchDirectory } = request;
  const folder = (await subjectFolder(subject)) ?? dirname(subject.path);
  const kind = folder === subject.path ? "package" : "file";
  const target = kind === "package" ? "." : `./${basename(subject.path)}`;
  if (!/[\r\n]/.test(folder)) return { folder, target, kind };
  // The go command refuses folders with a line break in their name, but not a link to one.
  const root = (await findModuleRoot(folder)) ?? folder;
  const link = join(scratchDirectory, "source");
  await mkdir(scratchDirectory, { recursive: true });
  await rm(link, { force: true });
  await symlink(root, link);
  return { folder: join(link, relative(root, folder)), target, kind };
}
