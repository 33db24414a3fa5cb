import { chmodSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, it, vi } from "vitest";
import { cli } from "../../test/support/fake-cli.ts";
import { codegenReport } from "../../test/support/report-fixture.ts";
import { temporaryFolder } from "../../test/support/temporary-folder.ts";
import { renderJson } from "../report/render-json.ts";
import { renderSvg } from "../report/render-svg.ts";
import { findConverter } from "./export-png.ts";

afterEach(() => vi.unstubAllEnvs());

function withConverter(name: string, script: string): void {
  const folder = temporaryFolder({ [name]: `#!/bin/sh\n${script}\n` });
  chmodSync(join(folder, name), 0o755);
  vi.stubEnv("PATH", `${folder}:/usr/bin:/bin`);
}

describe("PNG export", () => {
  it("hands the picture to the first converter there is and takes what it made", async () => {
    withConverter("rsvg-convert", 'cat "$5" > "$4"');
    const convert = await findConverter();
    expect(Buffer.from(await convert(renderSvg(codegenReport()))).toString()).toBe(
      renderSvg(codegenReport()),
    );
  });

  it("says what went wrong when the converter makes nothing", async () => {
    withConverter("rsvg-convert", "echo cannot draw >&2; exit 3");
    const convert = await findConverter();
    await expect(convert("<svg/>")).rejects.toMatchObject({
      message: expect.stringMatching(/rsvg-convert made no picture \(it ended with 3\)/) as string,
      detail: "cannot draw",
    });
  });

  it("refuses before anything is measured where there is none, and names the way out", async () => {
    vi.stubEnv("PATH", "/nowhere");
    const directory = temporaryFolder({ "r.json": renderJson(codegenReport()) });
    const { code, out, err } = await cli(["report", "r.json", "--export-png", "x.png"], { directory });
    expect({ code, out }).toEqual({ code: 3, out: "" });
    expect(err).toContain("none of rsvg-convert, chromium");
    expect(err).toContain("help: install one (apt install librsvg2-bin), or take --export-svg");
  });
});
