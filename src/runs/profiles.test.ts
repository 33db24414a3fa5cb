import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { Failure } from "../base/failure.ts";
import type { Profile } from "../model/profile.ts";
import { decodeProfile, encodeProfile, readProfile, writeProfile } from "./profiles.ts";

const profile: Profile = {
  subject: "go",
  rung: "perf",
  lost: ["time in the kernel"],
  executable: "/x/go",
  origin: "go",
  periodNs: 1_001_001,
  frames: [
    { symbol: "main.main", module: "/x/go" },
    {
      symbol: "main.sum",
      module: "/x/go",
      address: 0x4a10,
      inlined: [{ symbol: "main.add", file: "/x/main.go", line: 7 }, { symbol: "main.sum" }],
    },
  ],
  stacks: [{ frames: [1, 0], counts: [3, 4] }],
  runs: [
    { samples: 3, malformed: 0, wallTimeNs: 5e6, stdoutHash: "ab" },
    { samples: 4, malformed: 1, wallTimeNs: 5.5e6, stdoutHash: "ab" },
  ],
};

test("a profile comes back from the run folder as it was, whatever its subject is called", async () => {
  const directory = await mkdtemp(join(tmpdir(), "perfgap profiles-"));
  const folder = {
    writeFile: async (name: readonly [string, ...string[]], content: string | Uint8Array) => {
      const path = join(directory, ...name);
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, content);
      return path;
    },
  };
  const subjects = ["go", "go-2", "a/b", "a_b", "a:b", "../../../etc/passwd", "ünï"];
  const paths = await Promise.all(subjects.map((subject) => writeProfile(folder, { ...profile, subject })));
  expect(new Set(paths).size).toBe(subjects.length);
  expect(paths.every((path) => dirname(path) === join(directory, "profiles"))).toBe(true);
  for (const subject of subjects)
    expect(await readProfile(directory, subject)).toEqual({ ...profile, subject });
  expect(await readProfile(directory, "rust")).toBeUndefined();
  expect(await readProfile(join(directory, "nowhere"), "go")).toBeUndefined();
  await rm(directory, { recursive: true });
});

test("a profile that names what it does not have is refused with the reason", () => {
  const reasonOf = (changed: object) => {
    try {
      decodeProfile(JSON.stringify({ ...JSON.parse(encodeProfile(profile)), ...changed }), "p.json");
      return "accepted";
    } catch (error) {
      return error instanceof Failure ? error.message : "crashed";
    }
  };
  expect(reasonOf({})).toBe("accepted");
  expect(reasonOf({ stacks: [{ frames: [2], counts: [1, 1] }] })).toContain("a stack names a frame");
  expect(reasonOf({ stacks: [{ frames: [0], counts: [1] }] })).toContain("a stack names a frame");
  expect(reasonOf({ stacks: [{ frames: [-1], counts: [1, 1] }] })).toContain("stacks.0.frames.0");
  expect(reasonOf({ periodNs: null })).toContain("periodNs");
  expect(reasonOf({ schema: "perfgap/profile@9" })).toContain("schema");
});

test("whatever is done to the file, it is read as a profile or refused, never anything else", () => {
  const text = encodeProfile(profile);
  const check = (changed: string) => {
    try {
      const read = decodeProfile(changed, "p.json");
      for (const { frames, counts } of read.stacks) {
        expect(counts).toHaveLength(read.runs.length);
        for (const index of frames) expect(read.frames[index]).toBeDefined();
      }
    } catch (error) {
      expect(error).toBeInstanceOf(Failure);
    }
  };
  for (let length = 0; length < text.length; length++) check(text.slice(0, length));
  fc.assert(
    fc.property(fc.nat(text.length), fc.string({ unit: "binary", maxLength: 30 }), (place, junk) =>
      check(text.slice(0, place) + junk + text.slice(place + junk.length)),
    ),
    { numRuns: 500, seed: 31 },
  );
  fc.assert(fc.property(fc.json(), check), { numRuns: 300, seed: 32 });
});
