import { defineLanguage } from "../../plugin.ts";
import { inspect } from "./inspect.ts";
import { realize } from "./levers.ts";
import { settings } from "./settings.ts";
import { findToolchain } from "./toolchain.ts";
import { parseTrace, traceEnvironment } from "./trace.ts";

/** A program that is built already: only how it is run can be changed. */
export const cmd = defineLanguage({
  id: "cmd",
  title: "prebuilt command",
  // A command is never found by its path: the user says that it is one.
  detect: () => Promise.resolve({ kind: "no" }),
  findToolchain,
  sources: (subject) => Promise.resolve(subject.command?.slice(0, 1) ?? []),
  build: ({ subject }) =>
    Promise.resolve({
      kind: "buildFailure",
      subject: subject.id,
      command: subject.command?.join(" ") ?? "",
      output: "a prebuilt command is run as it is, so it cannot be built in another way",
    }),
  realize,
  inspect,
  settings,
  trace: { env: traceEnvironment, parse: parseTrace },
  layoutScope: "nothing: a prebuilt program has the placement that it was linked with",
});
