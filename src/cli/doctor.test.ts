import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { cli } from "../../test/support/fake-cli.ts";
import { fakeRust, goHere } from "../../test/support/fake-language.ts";
import { estimate, host } from "../../test/support/report-parts.ts";
import { Failure } from "../base/failure.ts";

describe("doctor", () => {
  const services = { languages: () => Promise.resolve([goHere, fakeRust]) };

  it("tells of each toolchain and signal what it adds or how to mend it, and of the noise", async () => {
    const { code, out } = await cli(["doctor"], { directory: "/", services });
    expect(code).toBe(0);
    await expect(out).toMatchFileSnapshot(join(import.meta.dirname, "../../test/golden/cli/doctor.txt"));
  });

  it("calls a noisy machine noisy", async () => {
    const noisy = { ...services, contrastAgainstItself: () => Promise.resolve(estimate(0.02, 0.12)) };
    const { out } = await cli(["doctor"], { directory: "/", services: noisy });
    expect(out).toMatch(/!! {2}noise .*no more than 13 %/);
    expect(out).toContain("help: stop other work on this machine");
  });

  it("goes on where the noise cannot be measured, and ends with 3 where nothing can be built", async () => {
    const failure = new Failure({
      code: "runner",
      exit: "toolchainOrHost",
      message: "no runner here",
      help: "get one",
    });
    const broken = {
      languages: () => Promise.resolve([fakeRust]),
      contrastAgainstItself: () => Promise.reject(failure),
    };
    const { code, out } = await cli(["doctor"], { directory: "/", services: broken });
    expect(code).toBe(3);
    expect(out).toMatch(/-- {2}noise .*no runner here\n.*help: get one/);
    expect(out).toContain("No compiler was found");
  });

  it("--json gives host and lines", async () => {
    const { out } = await cli(["doctor", "--json"], { directory: "/", services });
    const parsed = JSON.parse(out) as { host: unknown; lines: { title: string }[] };
    expect(parsed.host).toEqual(host);
    expect(parsed.lines.map(({ title }) => title)).toEqual([
      "Go",
      "Rust",
      "perf 6.1",
      "hardware counters",
      "noise",
    ]);
  });
});
