import { canonicalJson, hashFile, hashParts } from "../base/hash.ts";
import type { ReportIdentity } from "../model/report.ts";
import type { Verification } from "../verify/verify-outputs.ts";
import type { Workbench } from "./workbench.ts";

/**
 * What was compared, by content. Environment and standard input are kept as one digest: a report is passed on, and
 * their words may be nobody's business.
 */
export async function identityOf(bench: Workbench, { references }: Verification): Promise<ReportIdentity> {
  const { args, env, stdinPath } = bench.options.case.workload;
  // What was read once is known to be readable; a file that is gone since must not end a run that has its answer.
  const stdin = stdinPath === undefined ? "none" : await hashFile(stdinPath).catch(() => "unreadable");
  const sources = await Promise.all(
    bench.contenders.map(
      async ({ subject, toolchain }) =>
        [subject.id, await bench.builder.contentDigest(subject, toolchain)] as const,
    ),
  );
  return {
    sources: Object.fromEntries(sources),
    toolchains: Object.fromEntries(
      bench.contenders.map(({ subject, toolchain }) => [subject.id, toolchain.digest]),
    ),
    outputs: Object.fromEntries(references.map(({ subject, hash }) => [subject, hash])),
    args,
    input: hashParts([canonicalJson(env), stdin]),
  };
}
