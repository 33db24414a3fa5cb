import type { BlockRecord } from "./observation.ts";
import type { Plan } from "./plan.ts";
import type { Profile } from "./profile.ts";

/** What lies behind a report's numbers and is too much for report.json; every part may be missing. */
export interface ReportDetails {
  readonly profiles: readonly ProfileDetail[];
  readonly blocks: readonly BlockRecord[];
  readonly plan?: Plan;
  /** The search for settings, in the order in which it was measured. */
  readonly rounds: readonly SettingsRound[];
  /** Words for components of a profile, by id. */
  readonly componentTitles: Readonly<Record<string, string>>;
}

/** A round of the search for settings, or the final comparison of the best set: its plan, and what was measured. */
export interface SettingsRound {
  /** "go, alone", "go, together" or "final". */
  readonly name: string;
  readonly plan: Plan;
  readonly blocks: readonly BlockRecord[];
}

export interface ProfileDetail {
  readonly profile: Profile;
  /** Component that each frame belongs to, by its index in `profile.frames`; "" where no rule names it. */
  readonly components: readonly string[];
}

/** What the script of the HTML report works on; it stands in the page as JSON. */
export interface PageData {
  readonly flames: readonly FlameData[];
  readonly runs: RunData;
}

/** A call tree of one subject, frames below a threshold merged into rows that say so. */
export interface FlameData {
  /** Place of the subject in the report. */
  readonly subject: number;
  readonly title: string;
  /** CPU seconds of one run that one sample stands for. */
  readonly secondsPerSample: number;
  readonly samples: number;
  /** Longest total of all subjects, seconds: the width that all graphs share. */
  readonly scaleSeconds: number;
  readonly names: readonly string[];
  /** Words for the component of each name, and which of the page's four kinds it is drawn as. */
  readonly components: readonly string[];
  readonly kinds: readonly number[];
  /** Depth first: depth, index of the name, samples to the left, samples in it and below; flat, four numbers a frame. */
  readonly rows: readonly number[];
}

/** All timed runs in the order in which they were made, one array a column. */
export interface RunData {
  readonly columns: readonly string[];
  /** What the runs belong to: "" for the causes, or a round of the search for settings. */
  readonly rounds: readonly string[];
  /** Index into `rounds`. */
  readonly round: readonly number[];
  readonly block: readonly number[];
  /** Index into `columns`. */
  readonly column: readonly number[];
  /** Microseconds; -1 where it was not had. */
  readonly cpuUs: readonly number[];
  readonly wallUs: readonly number[];
  readonly maxRssKiB: readonly number[];
}
