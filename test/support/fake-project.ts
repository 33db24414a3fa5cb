import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Subject } from "../../src/model/case.ts";

/** A folder of its own for one test, with a cache and the sources of fake programs. */
export interface FakeProject {
  readonly directory: string;
  readonly cacheDirectory: string;
  /** Writes the source of a fake program and names it as a subject. */
  addSubject(language: string, program: string, id?: string): Promise<Subject>;
  remove(): Promise<void>;
}

export async function createFakeProject(): Promise<FakeProject> {
  const directory = await mkdtemp(join(tmpdir(), "perfgap-test-"));
  return {
    directory,
    cacheDirectory: join(directory, "cache"),
    addSubject: async (language, program, id = language) => {
      const path = join(directory, id);
      await mkdir(path, { recursive: true });
      await writeFile(join(path, "fake.json"), JSON.stringify({ program }));
      return { id, language, path };
    },
    remove: () => rm(directory, { recursive: true, force: true }),
  };
}
