import { readFile } from "node:fs/promises";
import { join } from "node:path";
import * as v from "valibot";
import { Failure } from "../base/failure.ts";
import { hashParts } from "../base/hash.ts";
import { errorCode } from "../base/storage.ts";
import type { SubjectId } from "../model/case.ts";
import type { Profile } from "../model/profile.ts";
import type { Run } from "./run.ts";

const schemaId = "perfgap/profile@1";

const count = v.pipe(v.number(), v.integer(), v.minValue(0));
const amount = v.pipe(v.number(), v.finite(), v.minValue(0));
const address = v.pipe(v.number(), v.minValue(0));

const header = v.object({ schema: v.literal(schemaId) });

const document = v.object({
  subject: v.string(),
  rung: v.picklist(["perf", "perf-user", "go-probe", "none"]),
  lost: v.array(v.string()),
  executable: v.string(),
  origin: v.exactOptional(v.picklist(["go", "rust", "native"])),
  periodNs: amount,
  frames: v.array(
    v.object({
      symbol: v.string(),
      module: v.string(),
      address: v.exactOptional(address),
      inlined: v.exactOptional(
        v.array(
          v.object({
            symbol: v.string(),
            file: v.exactOptional(v.string()),
            line: v.exactOptional(count),
          }),
        ),
      ),
    }),
  ),
  stacks: v.array(v.object({ frames: v.array(count), counts: v.array(count) })),
  runs: v.array(v.object({ samples: count, malformed: count, wallTimeNs: amount, stdoutHash: v.string() })),
}) satisfies v.GenericSchema<unknown, Profile>;

/** Keeps the profile of a baseline in the run folder: `profiles/<subject>.json`. Gives the absolute path. */
export function writeProfile(run: Pick<Run, "writeFile">, profile: Profile): Promise<string> {
  return run.writeFile(["profiles", fileName(profile.subject)], encodeProfile(profile));
}

/**
 * The profile of a subject's baseline in a run folder; undefined where none was taken. Rejects with a Failure when the
 * file is not what perfgap wrote.
 */
export async function readProfile(runDirectory: string, subject: SubjectId): Promise<Profile | undefined> {
  const path = join(runDirectory, "profiles", fileName(subject));
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (error) {
    if (errorCode(error) === "ENOENT" || errorCode(error) === "ENOTDIR") return undefined;
    throw error;
  }
  return decodeProfile(text, path);
}

export function encodeProfile(profile: Profile): string {
  return `${JSON.stringify({ schema: schemaId, ...profile })}\n`;
}

/** Throws a Failure for text that is no profile; one that is accepted never names a frame or a run that it lacks. Pure. */
export function decodeProfile(text: string, path: string): Profile {
  const value = parseJson(text);
  const told = v.safeParse(header, value);
  const parsed = v.safeParse(document, value);
  const [issue] = told.issues ?? parsed.issues ?? [];
  if (issue !== undefined || !parsed.success) throw damaged(path, issueText(issue));
  const profile = parsed.output;
  const loose = profile.stacks.some(
    ({ frames, counts }) =>
      counts.length !== profile.runs.length || frames.some((index) => index >= profile.frames.length),
  );
  if (loose) throw damaged(path, "a stack names a frame or a run that is not in it");
  return profile;
}

function issueText(issue: v.BaseIssue<unknown> | undefined): string {
  const place = issue === undefined ? null : v.getDotPath(issue);
  return issue === undefined || place === null
    ? "it is no JSON object, or cut off"
    : `${place}: ${issue.message}`;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Names that a file cannot have get a hash: "a/b" and "a:b" must not be one file. */
function fileName(subject: SubjectId): string {
  const harmless = subject.replaceAll(/[^\w-]/g, "_");
  return harmless === subject ? `${subject}.json` : `${harmless}-${hashParts([subject]).slice(0, 8)}.json`;
}

function damaged(path: string, why: string): Failure {
  return new Failure({
    code: "profile-damaged",
    exit: "usage",
    message: `${path} is not a profile that perfgap wrote: ${why}.`,
    help: "measure again: perfgap explain ...   (the report itself needs no profile)",
  });
}
