import { runChecklist } from "../evidence/checklist.ts";
import { buildFacts } from "../evidence/checklist-build-facts.ts";
import type { Facts } from "../model/evidence.ts";
import type { Checklist } from "../model/report.ts";
import type { Findings } from "./gather-facts.ts";
import type { Workbench } from "./workbench.ts";

/** Level that a language's own default command has, where the user says nothing. */
const defaultLevels: Readonly<Record<string, string>> = { c: "2", cpp: "2" };

/** How the program was built, as far as it can be told. */
export function readBuildFacts({ baseline, profile }: Findings): Promise<Facts> {
  const { contender, artifact } = baseline;
  const { subject, language, toolchain } = contender;
  const defaultLevel = subject.compileCommand === undefined ? defaultLevels[language.id] : undefined;
  return buildFacts({
    language: language.id,
    executable: artifact.executable,
    properties: toolchain.properties,
    flags: [...(subject.compileCommand ?? []), ...(subject.flags ?? [])],
    ...(profile?.origin === undefined ? {} : { origin: profile.origin }),
    ...(defaultLevel === undefined ? {} : { defaultLevel }),
  });
}

/** The list of common faults for one subject. */
export function checkSubject(bench: Workbench, { baseline, profile }: Findings, facts: Facts): Checklist {
  const { subject, language } = baseline.contender;
  return runChecklist(subject.id, {
    language: language.id,
    facts,
    cpuFlags: bench.host.cpuFlags,
    ...(profile === undefined ? {} : { profile }),
  });
}
