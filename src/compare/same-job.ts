import { shellQuote } from "../base/subprocess.ts";
import type { TitleOf } from "../model/case.ts";
import type { ComparisonDoubt } from "../model/comparison.ts";
import type { Report, ReportIdentity } from "../model/report.ts";

/** Whether both runs asked the same question: case, arguments, input, output. `name`: what people read for a subject. */
export function caseDoubts(before: Report, after: Report, name: TitleOf): readonly ComparisonDoubt[] {
  const [one, two] = [before.identity, after.identity];
  const names =
    before.case.name === after.case.name
      ? undefined
      : `the first run is about the case ${before.case.name}, the second about ${after.case.name}`;
  if (one === undefined || two === undefined) {
    const unknown: ComparisonDoubt = {
      code: "identity-unknown",
      weight: "serious",
      message:
        "A report of an older version does not say what its programs and its input were: whether sources, compiler or input differ cannot be told.",
    };
    return names === undefined
      ? [unknown]
      : [
          {
            code: "case",
            weight: "refuses",
            message: `${capital(names)}; nothing says that they are the same job.`,
          },
          unknown,
        ];
  }
  const job = jobDoubts(one, two, name);
  if (names === undefined) return job;
  return job.length === 0
    ? [
        {
          code: "case",
          weight: "note",
          message: `${capital(names)}; input and output are the same.`,
        },
      ]
    : [
        {
          code: "case",
          weight: "refuses",
          message: `${capital(names)}, and they do not do the same job.`,
        },
        ...job,
      ];
}

function jobDoubts(one: ReportIdentity, two: ReportIdentity, name: TitleOf): readonly ComparisonDoubt[] {
  const words = ({ args }: ReportIdentity) =>
    args.length === 0 ? "no argument" : args.map(shellQuote).join(" ");
  const doubts: ComparisonDoubt[] = [];
  if (JSON.stringify(one.args) !== JSON.stringify(two.args))
    doubts.push({
      code: "arguments",
      weight: "serious",
      message: `The programs were given other arguments: ${words(one)} before, ${words(two)} after. Times and causes differ by that too.`,
    });
  if (one.input !== two.input)
    doubts.push({
      code: "input",
      weight: "serious",
      message:
        "The programs were given another standard input or environment. Times and causes differ by that too.",
    });
  if (doubts.length > 0) return doubts;
  const other = common(one.outputs, two.outputs).filter((id) => one.outputs[id] !== two.outputs[id]);
  return other.map((subject) => ({
    code: "output",
    weight: "serious",
    subject,
    message: `${name(subject)} prints something else than before on the same input: either its job has changed, or its output is not the same in every run.`,
  }));
}

/** Subjects that both have. */
export function common(
  one: Readonly<Record<string, string>>,
  two: Readonly<Record<string, string>>,
): readonly string[] {
  return Object.keys(one).filter((id) => two[id] !== undefined);
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
