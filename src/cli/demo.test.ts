import { describe, expect, it } from "vitest";
import { cli, fakeExplain } from "../../test/support/fake-cli.ts";
import {
  cHere,
  fakeC,
  fakeGo,
  fakeLanguage,
  fakeRust,
  goHere,
  rustHere,
} from "../../test/support/fake-language.ts";
import { temporaryFolder } from "../../test/support/temporary-folder.ts";
import type { Language } from "../plugin.ts";

describe("demo", () => {
  async function subjectsWith(languages: readonly Language[], flags: readonly string[] = []) {
    const directory = temporaryFolder();
    const { explain, seen } = fakeExplain(directory);
    const result = await cli(["demo", ...flags], {
      directory,
      services: { explain, languages: () => Promise.resolve(languages) },
    });
    return { ...result, seen };
  }
  const cpp = fakeLanguage({ id: "cpp", title: "C++", extension: ".cpp", manifest: "main.cpp" });

  it("explains the first two programs whose toolchains are here, with a fixed seed", async () => {
    const { code, err, seen } = await subjectsWith([goHere, rustHere, cHere, cpp]);
    expect(code).toBe(0);
    expect(seen[0]?.case.subjects.map(({ id }) => id)).toEqual(["go", "rust"]);
    expect(seen[0]?.seed).toBe(20261124);
    expect(err).toContain("next    perfgap explain");
  });

  it.each([
    [
      [fakeGo, rustHere, cHere, cpp],
      ["rust", "c"],
    ],
    [
      [fakeGo, fakeRust, cHere, cpp],
      ["c-o2", "c-o3"],
    ],
  ])("makes do with less", async (languages, ids) => {
    const { seen } = await subjectsWith(languages);
    expect(seen[0]?.case.subjects.map(({ id }) => id)).toEqual(ids);
  });

  it.each([
    [[], 100_000],
    [["--quick"], 60_000],
    [["--budget", "5m"], 300_000],
  ])("takes what its help says: %j", async (flags, budgetMs) => {
    const { seen } = await subjectsWith([goHere, rustHere, cHere, cpp], flags);
    expect(seen[0]?.budgetMs).toBe(budgetMs);
  });

  it("says what to install where there is too little", async () => {
    const { code, err } = await subjectsWith([fakeGo, fakeRust, fakeC, cpp]);
    expect(code).toBe(3);
    expect(err).toContain("error: The demo needs two toolchains");
    expect(err).toContain("help: use a real one");
  });
});
