import { join } from "node:path";
import { err, ok, type Result } from "../../base/result.ts";
import { runCommand, shellCommand, shellQuote } from "../../base/subprocess.ts";
import type { BuildFailure, BuildRequest } from "../../plugin.ts";
import { findShufflingLinkers, lldIn, type ShufflingLinker, shuffleArguments } from "../native/linkers.ts";
import { boundsStub } from "./bounds-stub.ts";
import { llvmChannel, switches } from "./channels.ts";
import { argumentsFor, type LinkRecord } from "./record-link.ts";
import { propertiesOf } from "./toolchain.ts";

/** Links a recorded program to the request's output path; gives the linker's own words. */
export async function link(request: BuildRequest, record: LinkRecord): Promise<Result<string, BuildFailure>> {
  const failure = (command: string, output: string): Result<string, BuildFailure> =>
    err({ kind: "buildFailure", subject: request.subject.id, command, output });
  const additions = await linkAdditions(request);
  if (!additions.ok) return failure("the preparation of the link", additions.error);
  const argv: [string, ...string[]] = [
    propertiesOf(request.toolchain).linker,
    ...additions.value.before,
    ...argumentsFor(record, request.outputPath),
    ...additions.value.after,
  ];
  const result = await runCommand({
    argv,
    workingDirectory: record.workingDirectory,
    ...(request.signal === undefined ? {} : { signal: request.signal }),
  });
  const words = `${result.stderr}${result.stdout}`;
  return result.kind === "exited" && result.code === 0
    ? ok(words)
    : failure(
        `cd ${shellQuote(record.workingDirectory)} && ${shellCommand(argv)}`,
        words || `${result.kind} ${result.reason}`,
      );
}

interface Additions {
  readonly before: readonly string[];
  readonly after: readonly string[];
}

async function linkAdditions(request: BuildRequest): Promise<Result<Additions, string>> {
  const { setting, layoutSeed } = request;
  const optimises = setting.switches.includes(switches.linkTimeOptimiser);
  const stub = setting.switches.includes(switches.noBoundsChecks) ? await stubFor(request) : ok("");
  if (!stub.ok) return stub;
  const own = setting.flags["link"] ?? [];
  const linker = optimises || layoutSeed !== undefined ? await chooseLinker(request, optimises) : undefined;
  if (linker === undefined) {
    if (optimises || layoutSeed !== undefined)
      return err("no linker that can do this link is here: neither rustc's own lld nor lld or mold on PATH");
    return ok({ before: [], after: own });
  }
  return ok({
    before: stub.value === "" ? [] : [stub.value],
    after: [
      ...linker.driverArguments,
      ...(optimises ? optimiserArguments(request) : []),
      ...(stub.value === "" ? [] : ["-Wl,--allow-multiple-definition"]),
      ...(layoutSeed === undefined ? [] : shuffleArguments(linker, layoutSeed)),
      ...own,
    ],
  });
}

/**
 * The cache makes a link with another layout a matter of placing code: what was optimised once is not optimised again.
 * Traps behind what cannot be reached are rustc's own default; they also stop a program of which a removed check,
 * called by precompiled code, would have failed.
 */
function optimiserArguments({ setting, scratchDirectory }: BuildRequest): readonly string[] {
  const options = setting.flags[llvmChannel] ?? [];
  return [
    "-Xlinker",
    `--thinlto-cache-dir=${join(scratchDirectory, "lto-cache")}`,
    ...["-trap-unreachable", ...options].map((option) => `-Wl,-mllvm,${option}`),
  ];
}

async function stubFor({ toolchain, scratchDirectory }: BuildRequest): Promise<Result<string, string>> {
  return boundsStub({
    rustc: toolchain.executable,
    target: propertiesOf(toolchain).target,
    directory: join(scratchDirectory, "bounds-stub"),
  });
}

/** rustc's own lld, whose LLVM is rustc's; any other shuffling linker only where no bitcode is to be read. */
async function chooseLinker(request: BuildRequest, optimises: boolean): Promise<ShufflingLinker | undefined> {
  const { lld } = propertiesOf(request.toolchain);
  if (lld !== "") return lldIn(lld);
  if (optimises) return undefined;
  return (await findShufflingLinkers()).find((linker) => linker.kind !== "gold");
}
