import { readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { toSpeedscope } from "../../src/account/exports/speedscope.ts";
import { findExecutable } from "../../src/base/find-executable.ts";
import { err, ok, type Result } from "../../src/base/result.ts";
import { runCommand } from "../../src/base/subprocess.ts";
import type { Profile } from "../../src/model/profile.ts";
import { type LoadTimes, timeLoads } from "./load-times.ts";

export const speedscopeVersion = "1.25.0";

/** Takes speedscope from the package registry into a folder; the error says why that could not be done. */
export async function fetchSpeedscope(directory: string): Promise<Result<string, string>> {
  const npm = await findExecutable("npm");
  const tar = await findExecutable("tar");
  if (npm === undefined || tar === undefined) return err("npm and tar are needed to fetch it");
  const packed = await runCommand({
    argv: [npm, "pack", `speedscope@${speedscopeVersion}`, "--silent", "--pack-destination", directory],
    timeoutMs: 120_000,
  });
  const archive = (await readdir(directory)).find((name) => name.endsWith(".tgz"));
  if (packed.code !== 0 || archive === undefined)
    return err(`npm pack failed: ${packed.stderr.trim().split("\n").at(-1) ?? ""}`);
  const unpacked = await runCommand({
    argv: [tar, "-xzf", join(directory, archive), "-C", directory],
    timeoutMs: 60_000,
  });
  return unpacked.code === 0
    ? ok(join(directory, "package", "dist", "release", "index.html"))
    : err("the archive could not be unpacked");
}

/** Until speedscope shows one profile, opened the way its own command line opens one: a script beside the page. */
export async function timeSpeedscope(
  browser: Browser,
  site: string,
  profile: Profile,
  loads: number,
): Promise<{ readonly times: LoadTimes; readonly bytes: number }> {
  const content = toSpeedscope(profile);
  const path = join(site, "..", `${profile.subject}.js`);
  const base64 = Buffer.from(content).toString("base64");
  await writeFile(path, `speedscope.loadFileFromBase64(${JSON.stringify(profile.subject)}, "${base64}")`);
  const times = await timeLoads(
    browser,
    {
      path: site,
      hash: `#localProfilePath=${path}`,
      ready: `document.title.includes(${JSON.stringify(profile.subject)}) && document.querySelector("canvas") !== null`,
    },
    loads,
  );
  return { times, bytes: Buffer.byteLength(content) };
}
