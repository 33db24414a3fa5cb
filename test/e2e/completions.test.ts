import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { findExecutable } from "../../src/base/find-executable.ts";
import { runCommand } from "../../src/base/subprocess.ts";
import { openSandbox, type Sandbox } from "./perfgap.ts";

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await openSandbox();
  for (const name of ["20261124-114200-k3xa", "$(touch hacked)"])
    await mkdir(join(sandbox.directory, ".perfgap/runs", name), { recursive: true });
  for (const shell of ["zsh", "fish"]) {
    const { stdout } = await sandbox.perfgap("completion", shell);
    await writeFile(join(sandbox.directory, `perfgap.${shell}`), stdout);
  }
});
afterAll(() => sandbox.remove());

/** An interactive zsh is typed into on a terminal of its own; what its completion adds is written between < and >. */
const askZsh = `zmodload zsh/zpty
zpty inner zsh -f -i
setup='PROMPT=; RPROMPT=; autoload -Uz compinit; compinit -u -D; source ./perfgap.zsh; source ./perfgap.zsh
compadd() { local -a hits; builtin compadd -A hits "$@"; (( $#hits )) && print -rl -- "<"\${^hits}">"; builtin compadd "$@" }
finish() { print "<""end>" }; comppostfuncs=(finish); zle -C capture list-choices _main_complete
bindkey "^I" capture; print "<""ready>"'
zpty -w inner "$setup"
zpty -r inner text '*<ready>*'
zpty -w -n inner "$1"$'\\t'
zpty -r inner text '*<end>*'
print -r -- "$text" | tr -d '\\r'
zpty -d inner`;

/** The candidates that a shell offers for the last word of a line. */
const ask = {
  zsh: async (line: string) => {
    const { stdout } = await run(["zsh", "-f", "-c", askZsh, "zsh", line]);
    return [...stdout.matchAll(/<([^<>]*)>/g)].map(([, word]) => word).filter((word) => word !== "end");
  },
  fish: async (line: string) => {
    const script = `source perfgap.fish; source perfgap.fish; complete -C ${JSON.stringify(line).replaceAll("$", "\\$")}`;
    const { stdout, stderr } = await run(["fish", "--no-config", "-c", script]);
    expect(stderr).toBe("");
    return stdout.split("\n").flatMap((text) => (text === "" ? [] : [text.split("\t")[0]]));
  },
} as const;

function run(argv: readonly [string, ...string[]]) {
  return runCommand({ argv, workingDirectory: sandbox.directory, env: { TERM: "dumb" }, timeoutMs: 30_000 });
}

const installed = { zsh: await findExecutable("zsh"), fish: await findExecutable("fish") };

describe.each(["zsh", "fish"] as const)("completion in a real %s", (shell) => {
  // Users of a shell have it; on a machine without it there is nothing to hold.
  const held = test.skipIf(installed[shell] === undefined);
  held.each([
    ["perfgap exp", ["explain"]],
    ["perfgap explain --export-h", ["--export-html"]],
    ["perfgap explain --color ", ["always", "auto", "never"]],
    ["perfgap completion z", ["zsh"]],
    ["perfgap help d", ["demo", "doctor"]],
    ["perfgap report 2026", ["20261124-114200-k3xa"]],
    ["perfgap compare 20261124-114200-k3xa 2026", ["20261124-114200-k3xa"]],
    ["perfgap --", ["--help", "--version"]],
  ])("%s", async (line, expected) => {
    expect((await ask[shell](line)).toSorted()).toEqual(expected.toSorted());
  });

  held("runs nothing that a folder is called", async () => {
    await ask[shell]("perfgap report $");
    const { stdout } = await run(["ls"]);
    expect(stdout).not.toContain("hacked");
  });
});
