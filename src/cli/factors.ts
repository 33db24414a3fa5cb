import { printable } from "../base/printable.ts";
import { didYouMean } from "../base/suggest.ts";
import type { Factor, Realization } from "../model/factor.ts";
import type { Toolchain } from "../model/toolchain.ts";
import type { Language } from "../plugin.ts";
import { columns, cut, wrap } from "../report/table.ts";
import { type CommandContext, usageFailure } from "./context.ts";
import { probeSubject } from "./probe-subject.ts";

/** What one language answers for the neutral level of one factor. */
type Answer = Realization | { readonly kind: "no toolchain"; readonly reason: string };

interface Cell {
  readonly factor: Factor;
  readonly language: Language;
  readonly answer: Answer;
}

/** Prints the matrix of factors and languages, or all about one factor. */
export async function factors(
  id: string | undefined,
  flags: { readonly json?: true },
  context: CommandContext,
): Promise<void> {
  const { services, terminal } = context;
  const factors = chosenFactors(await services.factors(), id);
  const languages = await services.languages();
  const cells = await matrix(factors, languages, context.directory);
  if (flags.json === true) terminal.out(matrixJson(cells));
  else if (id === undefined) terminal.out(matrixText(factors, languages, cells, context));
  else terminal.out(factorText(cells, context));
}

function chosenFactors(all: readonly Factor[], id: string | undefined): readonly Factor[] {
  const chosen = id === undefined ? all : all.filter((factor) => factor.id === id);
  if (chosen.length > 0) return chosen;
  const ids = all.map((factor) => factor.id);
  throw usageFailure(
    "factor",
    `"${printable(id ?? "")}" is no factor${didYouMean(id ?? "", ids)}`,
    `known: ${ids.join(", ")}`,
  );
}

async function matrix(
  factors: readonly Factor[],
  languages: readonly Language[],
  directory: string,
): Promise<readonly Cell[]> {
  const rows = languages.map(async (language) => {
    const search = await language.findToolchain(probeSubject(language, directory));
    return Promise.all(
      factors.map(async (factor) => ({
        factor,
        language,
        answer:
          search.kind === "found"
            ? await answerOf(factor, language, search.toolchain)
            : ({ kind: "no toolchain", reason: search.reason } as const),
      })),
    );
  });
  return (await Promise.all(rows)).flat();
}

function answerOf(factor: Factor, language: Language, toolchain: Toolchain): Promise<Realization> {
  return language.realize(factor.id, factor.neutral, toolchain);
}

function word(answer: Answer): string {
  if (answer.kind === "lever") return answer.stage;
  if (answer.kind === "natural") return "never";
  return answer.kind === "unsupported" ? "hole" : "?";
}

const legend =
  "build, run: the cause is switched off by another build, or another run. never: the language has no such cause. hole: it cannot be switched off there. ?: no toolchain here.";

function matrixText(
  factors: readonly Factor[],
  languages: readonly Language[],
  cells: readonly Cell[],
  { terminal }: CommandContext,
): string {
  const { outStyle, columns: width } = terminal;
  const of = (factor: Factor) => cells.filter((cell) => cell.factor === factor);
  const rows = [
    ["factor", ...languages.map(({ title }) => title)],
    ...factors.map((factor) => [factor.id, ...of(factor).map(({ answer }) => word(answer))]),
  ];
  const aligned = (titled: readonly (readonly string[])[]) =>
    columns(titled, ["left", ...languages.map(() => "left" as const)]);
  const lines = aligned(rows);
  // Ids are shorter than titles, and are what subjects are named by.
  const [head = "", ...body] = lines.every((line) => line.length <= width)
    ? lines
    : aligned([["factor", ...languages.map(({ id }) => id)], ...rows.slice(1)]);
  return `${[
    outStyle.strong(cut(head, width)),
    ...body.map((line) => cut(line, width)),
    "",
    ...wrap(legend, width),
    ...reasonSection("Holes, and why", "unsupported", cells, terminal),
    ...reasonSection("Never a cause", "natural", cells, terminal),
    ...reasonSection("No toolchain", "no toolchain", cells, terminal),
  ].join("\n")}\n`;
}

/** Reasons with what they are given for; one that several factors share stands once. */
function reasonSection(
  title: string,
  kind: "unsupported" | "natural" | "no toolchain",
  cells: readonly Cell[],
  { outStyle, columns: width }: CommandContext["terminal"],
): readonly string[] {
  const groups = new Map<string, { language: string; reason: string; factors: string[] }>();
  for (const { factor, language, answer } of cells) {
    if (answer.kind !== kind) continue;
    const key = `${language.id} ${answer.reason}`;
    const group = groups.get(key) ?? { language: language.title, reason: answer.reason, factors: [] };
    group.factors.push(factor.id);
    groups.set(key, group);
  }
  if (groups.size === 0) return [];
  const lines = [...groups.values()].flatMap(({ language, reason, factors }) => {
    const what = kind === "no toolchain" ? language : `${language}, ${factors.join(", ")}`;
    return wrap(`${what}: ${printable(reason)}`, width, "  ", "    ");
  });
  return ["", outStyle.strong(title), ...lines];
}

function factorText(cells: readonly Cell[], { terminal }: CommandContext): string {
  const factor = cells[0]?.factor;
  if (factor === undefined) return "";
  const { outStyle, columns: width } = terminal;
  const facts: readonly (readonly [string, string])[] = [
    ["question", factor.question],
    ["group", factor.group],
    ["levels", factor.levels.join(", ")],
    ["neutral", factor.neutral],
    ["use", factor.use],
    ["ships", factor.deployable ? "some level of it may ship" : "never: for measuring only"],
    ["caveat", factor.caveat],
    ...(factor.conflicts.length === 0 ? [] : [["conflicts", factor.conflicts.join(", ")] as const]),
    ...factor.sources.map((source) => ["source", source] as const),
  ];
  const languages = cells.flatMap(({ language, answer }) => [
    "",
    outStyle.strong(language.title),
    ...answerLines(answer).flatMap((line) => wrap(line, width, "  ", "    ")),
  ]);
  return `${[
    outStyle.strong(`${factor.id}: ${factor.title}`),
    ...facts.flatMap(([name, text]) => wrap(text, width, `  ${name.padEnd(10)}`, " ".repeat(12))),
    ...languages,
  ].join("\n")}\n`;
}

function answerLines(answer: Answer): readonly string[] {
  if (answer.kind === "natural") return [`never a cause: ${answer.reason}`];
  if (answer.kind === "unsupported") return [`hole: ${answer.reason}`];
  if (answer.kind === "no toolchain") return [`unknown, no toolchain: ${answer.reason}`];
  const { build, run } = answer.patch;
  const changes = [
    ...Object.entries(build?.flags ?? {}).map(([channel, flags]) => `${channel}: ${flags.join(" ")}`),
    ...Object.entries({ ...build?.env, ...run?.env }).map(([name, value]) => `${name}=${value}`),
    ...(build?.switches ?? []),
    ...(run?.preload === undefined ? [] : ["a preloaded library"]),
    ...(run?.cpuCount === undefined ? [] : [`${run.cpuCount} processor`]),
  ];
  return [
    `switched off by another ${answer.stage}: ${changes.join("; ")}`,
    `proof: ${answer.proof.title} (${answer.proof.fact} ${answer.proof.expect})`,
    `reaches: ${answer.scope.join(", ")}; ${answer.safety}`,
    ...(answer.note === undefined ? [] : [answer.note]),
  ];
}

function matrixJson(cells: readonly Cell[]): string {
  const rows = cells.map(({ factor, language, answer }) => ({
    factor: factor.id,
    language: language.id,
    ...answer,
  }));
  return `${JSON.stringify(rows, undefined, 2)}\n`;
}
