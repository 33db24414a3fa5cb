import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { goProbePatch } from "../account/go-probe.ts";
import { packageDirectory } from "../base/directories.ts";
import { hashParts } from "../base/hash.ts";
import { err, ok, type Result } from "../base/result.ts";
import type { Artifact } from "../model/artifact.ts";
import { applyPatches, baselineSetting } from "../model/setting.ts";
import { buildVariant } from "./baselines.ts";
import type { Contender, Workbench } from "./workbench.ts";

/** A Go subject with perfgap's probe in it, from the cache where it was built before. The error says why there is none. */
export async function buildWithProbe(
  bench: Workbench,
  contender: Contender,
): Promise<Result<Artifact, string>> {
  const { subject, toolchain } = contender;
  const probe = await readFile(join(packageDirectory(), "probes", "go-probe", "perfgap_probe.go"));
  const source = await bench.builder.sourceDigest(subject, toolchain);
  // The builder's key holds the path of the overlay and not what stands in it.
  const state = hashParts([subject.path, source, toolchain.digest, probe]).slice(0, 32);
  const patch = await goProbePatch({
    subjectPath: subject.path,
    goRoot: toolchain.properties["GOROOT"] ?? "",
    workDirectory: join(bench.cacheDirectory, "go-probe", state),
  });
  if (!patch.ok) return patch;
  const built = await buildVariant(bench, contender, applyPatches(baselineSetting, [patch.value]));
  if (built.ok) return ok(built.value);
  const words = built.error.output.trim().split("\n").at(-1) ?? "";
  return err(`it does not build with the probe in it${words === "" ? "" : `: ${words}`}`);
}
