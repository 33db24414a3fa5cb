import type { TitleOf } from "../model/case.ts";
import type { ComparisonDoubt, SubjectChange } from "../model/comparison.ts";
import type { Host } from "../model/host.ts";
import type { Report } from "../model/report.ts";
import { showFactor } from "../report/quantities.ts";
import { caseDoubts, common } from "./same-job.ts";

/** What differs between two runs besides their numbers, in the order of the checks. Pure. `name`: what people read for a subject. */
export function whatDiffers(
  before: Report,
  after: Report,
  subjects: readonly SubjectChange[],
  name: TitleOf,
): readonly ComparisonDoubt[] {
  const [job, toolchains] = [caseDoubts(before, after, name), toolchainDoubts(before, after, name)];
  return [
    ...job,
    ...hostDoubts(before.host, after.host),
    ...versionDoubts(before, after),
    ...toolchains,
    ...sourceDoubts(before, after, name),
    ...controlDoubts(subjects, [...job, ...toolchains]),
    ...factorDoubts(before, after),
    ...blockDoubts(before, after),
  ];
}

function hostDoubts(before: Host, after: Host): readonly ComparisonDoubt[] {
  const machine = (host: Host) => `${host.cpuModel}, ${host.cpuCount} processors, ${host.architecture}`;
  if (machine(before) !== machine(after))
    return [
      {
        code: "machine",
        weight: "refuses",
        message: `The runs come from two machines (${machine(before)}; ${machine(after)}): what differs may be the machine and not the change.`,
      },
    ];
  const doubts: ComparisonDoubt[] = [];
  if (before.kernel !== after.kernel)
    doubts.push({
      code: "kernel",
      weight: "serious",
      message: `The kernel was ${before.kernel} before and is ${after.kernel} after.`,
    });
  if (Math.abs(before.load1 - after.load1) > Math.max(1, before.cpuCount / 2))
    doubts.push({
      code: "load",
      weight: "serious",
      message: `The machine was not equally busy: load ${before.load1.toFixed(1)} before and ${after.load1.toFixed(1)} after, on ${before.cpuCount} processors.`,
    });
  return doubts;
}

function versionDoubts(before: Report, after: Report): readonly ComparisonDoubt[] {
  const [one, two] = [before.reproduce.version, after.reproduce.version];
  if (one === two) return [];
  return [
    {
      code: "version",
      weight: "serious",
      message: `Version ${one} measured before and version ${two} after: they may split a gap differently.`,
    },
  ];
}

function toolchainDoubts(before: Report, after: Report, name: TitleOf): readonly ComparisonDoubt[] {
  return before.subjects.flatMap(({ id, toolchain }): readonly ComparisonDoubt[] => {
    const other = after.subjects.find((one) => one.id === id);
    if (other === undefined) return [];
    const [one, two] = [before.identity?.toolchains[id], after.identity?.toolchains[id]];
    if (toolchain === other.toolchain && one === two) return [];
    const message =
      toolchain === other.toolchain
        ? `The toolchain of ${name(id)} (${toolchain}) is not the same one as before.`
        : `${name(id)} was built with ${toolchain} before and with ${other.toolchain} after.`;
    return [{ code: "toolchain", weight: "serious", subject: id, message }];
  });
}

/** One program that changed is what a comparison is for; two cannot be told apart. */
function sourceDoubts(before: Report, after: Report, name: TitleOf): readonly ComparisonDoubt[] {
  const [one, two] = [before.identity?.sources, after.identity?.sources];
  if (one === undefined || two === undefined) return [];
  const changed = common(one, two).filter((id) => one[id] !== two[id]);
  const [first] = changed;
  if (first === undefined)
    return [
      {
        code: "no-change",
        weight: "note",
        message:
          "The sources are the same in both runs: what differs below comes from the session or from what is named above.",
      },
    ];
  if (changed.length === 1)
    return [
      {
        code: "source",
        weight: "note",
        subject: first,
        message: `The sources of ${name(first)} changed, those of the others did not.`,
      },
    ];
  return [
    {
      code: "sources",
      weight: "serious",
      message: `The sources of ${changed.map(name).join(" and ")} changed: which change did what can be told only side by side.`,
    },
  ];
}

const givenOtherWork: ReadonlySet<string> = new Set(["case", "arguments", "input"]);

/**
 * A program that nobody changed and that runs at another speed shows how far the sessions are apart, unless it was
 * given other work or built by another compiler.
 */
function controlDoubts(
  subjects: readonly SubjectChange[],
  told: readonly ComparisonDoubt[],
): readonly ComparisonDoubt[] {
  if (told.some(({ code, weight }) => givenOtherWork.has(code) && weight !== "note")) return [];
  const rebuilt = new Set(told.flatMap(({ code, subject }) => (code === "toolchain" ? [subject] : [])));
  return subjects
    .filter(({ metric, sameSource }) => metric === "cpuTime" && sameSource === true)
    .filter(({ subject }) => !rebuilt.has(subject))
    .flatMap(({ subject, title, typical: { verdict, difference } }): readonly ComparisonDoubt[] => {
      if (difference === undefined || verdict === "unchanged" || verdict === "undetermined") return [];
      const { value: times } = showFactor(difference);
      return [
        {
          code: "session",
          weight: "serious",
          subject,
          message: `${title} was not changed and took ${times} times as long as before: the sessions differ by that much. Go by the gap and its causes, not by the seconds.`,
        },
      ];
    });
}

function factorDoubts(before: Report, after: Report): readonly ComparisonDoubt[] {
  const phrases = (report: Report) =>
    new Map(
      report.attributions.flatMap(({ contributions }) =>
        contributions.map(({ factor, phrase }) => [factor, phrase]),
      ),
    );
  const [one, two] = [phrases(before), phrases(after)];
  const only = [
    ...[...one].filter(([factor]) => !two.has(factor)).map(([, phrase]) => `${phrase} only before`),
    ...[...two].filter(([factor]) => !one.has(factor)).map(([, phrase]) => `${phrase} only after`),
  ];
  if (only.length === 0) return [];
  return [
    {
      code: "factors",
      weight: "note",
      message: `Not the same causes were measured (${only.join(", ")}): the shares of causes that depend on these can move by that alone.`,
    },
  ];
}

const fewBlocks = 4;

function blockDoubts(before: Report, after: Report): readonly ComparisonDoubt[] {
  return [
    { report: before, run: "first" },
    { report: after, run: "second" },
  ].flatMap(({ report, run }): readonly ComparisonDoubt[] => {
    const blocks = report.attributions[0]?.diagnostics.blocks;
    if (blocks === undefined || blocks >= fewBlocks) return [];
    return [
      {
        code: "few-blocks",
        weight: "serious",
        message: `Only ${blocks} ${blocks === 1 ? "block stands" : "blocks stand"} behind the ${run} run.`,
      },
    ];
  });
}
