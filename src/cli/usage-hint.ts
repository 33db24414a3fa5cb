import type { CommanderError } from "commander";
import { shellCommand } from "../base/subprocess.ts";

/** What someone who typed these words most likely wants, where commander's own message cannot tell. */
export function usageHint({ code }: CommanderError, words: readonly string[]): string | undefined {
  const [first = "", ...rest] = words;
  if (code === "commander.unknownCommand" && /[/.:]/.test(first))
    return `programs follow a command: perfgap explain ${shellCommand(words)}`;
  const programs = rest.filter((word) => !word.startsWith("-"));
  if (code === "commander.excessArguments" && first === "tune")
    return `tune looks at one program; the gap between two: perfgap explain ${shellCommand(programs.slice(0, 2))}`;
  return undefined;
}
