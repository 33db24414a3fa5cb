import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { cli } from "../../test/support/fake-cli.ts";
import { fakeLanguages } from "../../test/support/fake-language.ts";
import { temporaryFolder } from "../../test/support/temporary-folder.ts";

describe("completion", () => {
  it.each(["bash", "zsh", "fish"])("%s", async (shell) => {
    const { code, out } = await cli(["completion", shell], { directory: "/" });
    expect(code).toBe(0);
    await expect(out).toMatchFileSnapshot(
      join(import.meta.dirname, `../../test/golden/cli/completion.${shell}`),
    );
  });

  it.each([
    [["perfgap", "exp"], ["explain"]],
    [
      ["perfgap", "explain", "--exp"],
      [
        "--export-html",
        "--export-json",
        "--export-md",
        "--export-svg",
        "--export-png",
        "--export-pprof",
        "--export-speedscope",
        "--export-folded",
      ],
    ],
    [
      ["perfgap", "explain", "--color", ""],
      ["auto", "always", "never"],
    ],
    [["perfgap", "completion", "z"], ["zsh"]],
    [
      ["perfgap", "help", "d"],
      ["demo", "doctor"],
    ],
    [["perfgap", "explain", "$(touch hacked)", "--stri"], ["--strict"]],
    [["perfgap", "explain", "$(touch hacked)"], []],
    [["perfgap", "*"], []],
    [["perfgap", "report", "2026"], ["20261124-114200-k3xa"]],
    [["perfgap", "report", "$("], ["$(touch hacked)"]],
  ])("bash completes %j, twice sourced, and runs nothing of it", async (words, expected) => {
    const directory = temporaryFolder({
      ".perfgap/runs/20261124-114200-k3xa/case.json": "",
      ".perfgap/runs/$(touch hacked)/case.json": "",
    });
    const { out } = await cli(["completion", "bash"], { directory });
    writeFileSync(join(directory, "perfgap.bash"), out);
    const script = `set -eu
source ./perfgap.bash; source ./perfgap.bash
COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1))
_perfgap || true
printf '%s\\n' "\${COMPREPLY[@]:-}"; ls`;
    const text = execFileSync("bash", ["-c", script, "bash", ...words], { cwd: directory, encoding: "utf8" });
    expect(text.split("\n").filter((line) => line !== "")).toEqual([...expected, "perfgap.bash"]);
  });

  it("knows every command", async () => {
    const { out } = await cli(["completion", "fish"], {
      directory: "/",
      services: { languages: () => Promise.resolve(fakeLanguages) },
    });
    for (const name of [
      "explain",
      "demo",
      "doctor",
      "factors",
      "init",
      "resume",
      "runs",
      "report",
      "compare",
      "serve",
      "tune",
      "completion",
    ])
      expect(out).toContain(`-a ${name} -d`);
  });
});
