import type { Command } from "commander";
import type { CommandContext } from "./context.ts";

export type DefineCommand = (context: CommandContext) => Command;

/** Each command in the order of the help, its line there, and how to get the rest of it. */
export interface CommandEntry {
  readonly name: string;
  /** Its arguments, as the help shows them. */
  readonly words?: string;
  readonly summary: string;
  readonly load: () => Promise<DefineCommand>;
}

/** The help of the program needs names and summaries only; what a command is made of is loaded when it is called. */
export const commandTable: readonly CommandEntry[] = [
  {
    name: "explain",
    words: "[programs...]",
    summary: "how far apart two or more programs are, why, and what would close it",
    load: async () => (await import("./commands/explain.ts")).explainCommand,
  },
  {
    name: "tune",
    words: "[program]",
    summary: "which settings make one program faster, measured on it, and at what price",
    load: async () => (await import("./commands/tune.ts")).tuneCommand,
  },
  {
    name: "demo",
    summary: "see it work: explains the shipped sum-array case",
    load: async () => (await import("./commands/demo.ts")).demoCommand,
  },
  {
    name: "doctor",
    summary: "what this machine can and cannot show, and how to mend it",
    load: async () => (await import("./commands/doctor.ts")).doctorCommand,
  },
  {
    name: "factors",
    words: "[factor]",
    summary: "the possible causes, and in which language each can be switched off",
    load: async () => (await import("./commands/factors.ts")).factorsCommand,
  },
  {
    name: "init",
    words: "<programs...>",
    summary: "write a case file for the given programs",
    load: async () => (await import("./commands/init.ts")).initCommand,
  },
  {
    name: "resume",
    words: "[run]",
    summary: "go on with a run that was interrupted",
    load: async () => (await import("./commands/resume.ts")).resumeCommand,
  },
  {
    name: "runs",
    summary: "the runs of this folder, latest first",
    load: async () => (await import("./commands/runs.ts")).runsCommand,
  },
  {
    name: "report",
    words: "[run]",
    summary: "show or export the answer of a finished run",
    load: async () => (await import("./commands/report.ts")).reportCommand,
  },
  {
    name: "compare",
    words: "[before] [after]",
    summary: "what a change did, cause by cause: two finished runs side by side",
    load: async () => (await import("./commands/compare.ts")).compareCommand,
  },
  {
    name: "serve",
    summary: "a local page with the runs of this folder; follows one that is measured",
    load: async () => (await import("./commands/serve.ts")).serveCommand,
  },
  {
    name: "completion",
    words: "<shell>",
    summary: "print a completion script for bash, zsh or fish",
    load: async () => (await import("./commands/completion.ts")).completionCommand,
  },
];
