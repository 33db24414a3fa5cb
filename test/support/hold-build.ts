import { writeFile } from "node:fs/promises";
import { openBuilder } from "../../src/build/builder.ts";
import { baselineSetting } from "../../src/model/setting.ts";
import { fakeBuiltLanguage, fakeToolchain } from "./fake-built-language.ts";

/** Program of the kill test: begins a build in the given cache, says so half way, and stays there until it is killed. */
const [cacheDirectory = "", path = ""] = process.argv.slice(2);
const language = fakeBuiltLanguage({
  id: "fake",
  machine: { seed: 1, noise: { runSd: 0, layoutSd: 0 }, programs: { sum: { seconds: 1 } } },
  onBuild: async ({ outputPath }) => {
    await writeFile(outputPath, "half a prog");
    process.stdout.write("building\n");
    await new Promise((resolve) => setTimeout(resolve, 600_000));
  },
});
const builder = await openBuilder({ cacheDirectory, languages: [language] });
await builder.build({
  subject: { id: "fake", language: "fake", path },
  toolchain: fakeToolchain("fake"),
  setting: baselineSetting.build,
  purpose: "timed",
});
