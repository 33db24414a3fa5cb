import { exitCodes, Failure } from "../base/failure.ts";
import { printable } from "../base/printable.ts";
import type { HostSignal } from "../model/host.ts";
import type { Language } from "../plugin.ts";
import { percentText } from "../report/quantities.ts";
import { wrap } from "../report/table.ts";
import type { CommandContext } from "./context.ts";
import { probeSubject } from "./probe-subject.ts";

interface DoctorLine {
  readonly state: HostSignal["state"];
  readonly title: string;
  readonly detail: string;
  readonly fix?: string;
}

const marks: Readonly<Record<DoctorLine["state"], string>> = { ok: "ok", degraded: "!!", missing: "--" };

/** Looks at the machine, measures its noise and prints what was found. */
export async function doctor(
  flags: { readonly json?: true; readonly quiet?: true },
  context: CommandContext,
): Promise<void> {
  const { terminal, services, interruption } = context;
  const host = await services.describeHost();
  const languages = (await services.languages()).filter(isBuilt);
  const toolchains = await Promise.all(languages.map((language) => toolchainLine(language, context)));
  if (flags.quiet !== true) terminal.err("measuring the noise of this machine ...\n");
  const noise = await noiseLine(context);
  const lines = [...toolchains, ...host.signals, noise];
  const found = languages.filter((_language, index) => toolchains[index]?.state === "ok");
  const title = `perfgap ${context.version} on ${host.os} ${host.kernel}, ${host.cpuModel}, ${host.cpuCount} cores${host.virtualised ? " (virtual machine)" : ""}`;
  if (flags.json === true) terminal.out(`${JSON.stringify({ host, lines }, undefined, 2)}\n`);
  else terminal.out(doctorText(title, lines, found, context));
  context.exitWith(
    interruption.exitCode() ?? (found.length > 0 ? exitCodes.answered : exitCodes.toolchainOrHost),
  );
}

/** Prebuilt commands need no toolchain, so there is nothing to look for. */
function isBuilt({ id }: Language): boolean {
  return id !== "cmd";
}

async function toolchainLine(language: Language, context: CommandContext): Promise<DoctorLine> {
  const search = await language.findToolchain(probeSubject(language, context.directory));
  return search.kind === "found"
    ? { state: "ok", title: language.title, detail: search.toolchain.title }
    : { state: "missing", title: language.title, detail: search.reason, fix: search.help };
}

async function noiseLine({ services, interruption }: CommandContext): Promise<DoctorLine> {
  try {
    const { low, high } = await services.contrastAgainstItself(interruption.stop);
    const floor = (high - low) / 2;
    return {
      state: floor > 0.05 ? "degraded" : "ok",
      title: "noise",
      detail: `a program against itself differed by no more than ${percentText(floor)}: smaller causes need more blocks`,
      ...(floor > 0.05 ? { fix: "stop other work on this machine" } : {}),
    };
  } catch (error) {
    if (interruption.stop.aborted) return { state: "missing", title: "noise", detail: "interrupted" };
    if (!(error instanceof Failure)) throw error;
    return {
      state: "missing",
      title: "noise",
      detail: error.message,
      ...(error.help === undefined ? {} : { fix: error.help }),
    };
  }
}

function doctorText(
  title: string,
  lines: readonly DoctorLine[],
  found: readonly Language[],
  { terminal }: CommandContext,
): string {
  const { outStyle, columns } = terminal;
  const paint = { ok: outStyle.good, degraded: outStyle.doubt, missing: outStyle.bad };
  const width = Math.max(...lines.map(({ title: name }) => name.length)) + 2;
  const body = lines.flatMap((line) => {
    const head = `  ${marks[line.state]}  ${printable(line.title).padEnd(width)}`;
    const text = printable(line.detail);
    const rest = " ".repeat(6 + width);
    return [
      ...wrap(text, columns, head, rest).map((wrapped, index) =>
        index === 0
          ? `  ${paint[line.state](marks[line.state])}${wrapped.slice(2 + marks[line.state].length)}`
          : wrapped,
      ),
      ...(line.fix === undefined || line.state === "ok"
        ? []
        : wrap(printable(line.fix), columns, `${rest}help: `, `${rest}      `)),
    ];
  });
  const can =
    found.length > 0
      ? `You can explain: ${found.map(({ title: name }) => name).join(", ")}.   Next: perfgap demo`
      : "No compiler was found; prebuilt programs still work: perfgap explain cmd:./a cmd:./b";
  return `${[...wrap(printable(title), columns), ...body, can].join("\n")}\n`;
}
