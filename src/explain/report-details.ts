import { createClassifier } from "../account/classify.ts";
import { components } from "../account/components.ts";
import { Failure } from "../base/failure.ts";
import type { Profile } from "../model/profile.ts";
import type { Report, ReportSubject } from "../model/report.ts";
import type { ProfileDetail, ReportDetails } from "../model/report-details.ts";
import { readPlanDocument } from "../runs/documents.ts";
import { readProfile } from "../runs/profiles.ts";
import { readObservations } from "../runs/run.ts";
import { readTuningLog } from "../runs/tuning-log.ts";

/** What the run folder holds behind the report. A part that is missing or damaged is left out: the report stands without it. */
export async function readReportDetails(runDirectory: string, report: Report): Promise<ReportDetails> {
  const plan = await orNothing(readPlanDocument(runDirectory));
  const observations = await orNothing(readObservations(runDirectory));
  const profiles: ProfileDetail[] = [];
  for (const subject of report.subjects) {
    const profile = await orNothing(readProfile(runDirectory, subject.id));
    if (profile !== undefined) profiles.push(profileDetail(profile, subject));
  }
  return {
    profiles,
    blocks: observations?.blocks ?? [],
    rounds: await readTuningLog(runDirectory),
    componentTitles: components,
    ...(plan === undefined ? {} : { plan: plan.plan }),
  };
}

function profileDetail(profile: Profile, { language }: ReportSubject): ProfileDetail {
  const classifier = createClassifier({ language, executable: profile.executable }, profile);
  return {
    profile,
    components: profile.frames.map((frame) => {
      const found = classifier.frame(frame);
      return found?.component ?? "";
    }),
  };
}

async function orNothing<T>(reading: Promise<T>): Promise<T | undefined> {
  try {
    return await reading;
  } catch (error) {
    if (error instanceof Failure) return undefined;
    throw error;
  }
}
