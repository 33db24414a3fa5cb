import { mkdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { packageDirectory } from "../../base/directories.ts";
import { err, ok, type Result } from "../../base/result.ts";

/** A place in package os: the head of a function, and the statement that is put behind its brace. */
interface Insertion {
  readonly file: string;
  readonly head: RegExp;
  readonly statement: string;
}

const flush = "perfgapFlushIfStdout(f);";
const release = "perfgapReleaseIfStdout(f);";

/** Statements go on the line of the brace, so that line numbers in traces stay as they are. */
const insertions: readonly Insertion[] = [
  {
    file: "file_posix.go",
    head: /^func \(f \*File\) write\(b \[\]byte\) \(n int, err error\) \{$/m,
    statement: "if n, err, taken := perfgapWrite(f, b); taken { return n, err };",
  },
  { file: "file_posix.go", head: /^func \(f \*File\) pwrite\([^\n]*\{$/m, statement: flush },
  { file: "file_posix.go", head: /^func \(f \*File\) Sync\([^\n]*\{$/m, statement: flush },
  { file: "file_posix.go", head: /^func \(f \*File\) Truncate\([^\n]*\{$/m, statement: flush },
  { file: "file_posix.go", head: /^func \(f \*File\) Close\([^\n]*\{$/m, statement: release },
  { file: "file.go", head: /^func \(f \*File\) ReadFrom\([^\n]*\{$/m, statement: flush },
  { file: "file.go", head: /^func \(f \*File\) Seek\([^\n]*\{$/m, statement: flush },
  { file: "file.go", head: /^func \(f \*File\) SyscallConn\([^\n]*\{$/m, statement: release },
  { file: "FD", head: /^func \(f \*File\) Fd\([^\n]*\{$/m, statement: release },
  { file: "exec.go", head: /^func StartProcess\([^\n]*\{$/m, statement: "perfgapRelease();" },
];

/** Fd moved between files with the releases of Go. */
const filesWithFd = ["file.go", "file_unix.go"] as const;

/** The files of package os with the insertions, or which place was not found. Pure; `sources` by file name. */
export function insertBuffer(
  sources: ReadonlyMap<string, string>,
): Result<ReadonlyMap<string, string>, string> {
  const changed = new Map<string, string>();
  for (const { file, head, statement } of insertions) {
    const candidates = file === "FD" ? filesWithFd : [file];
    const name = candidates.find((each) => head.test(sources.get(each) ?? ""));
    if (name === undefined) return err(`${candidates.join(" or ")} of package os has no ${head.source}`);
    const text = changed.get(name) ?? sources.get(name) ?? "";
    changed.set(
      name,
      text.replace(head, (line) => `${line} ${statement}`),
    );
  }
  return ok(changed);
}

/** Whether this Go's package os can be given the buffer; the error says what is in the way. */
export async function checkOverlay(goRoot: string): Promise<Result<ReadonlyMap<string, string>, string>> {
  const hooks = await stat(join(goRoot, "src", "internal", "runtime", "exithook")).catch(() => undefined);
  if (hooks === undefined) return err("this Go has no exit hooks (they came with Go 1.23)");
  return insertBuffer(await readSources(goRoot));
}

async function readSources(goRoot: string): Promise<ReadonlyMap<string, string>> {
  const names = new Set([
    ...insertions.map(({ file }) => file).filter((file) => file !== "FD"),
    ...filesWithFd,
  ]);
  const texts = await Promise.all(
    [...names].map(
      async (name) =>
        [name, await readFile(join(goRoot, "src", "os", name), "utf8").catch(() => "")] as const,
    ),
  );
  return new Map(texts);
}

/** Writes the changed files and the list of them that `go build -overlay` takes; gives the list's path. */
export async function writeOverlay(goRoot: string, directory: string): Promise<Result<string, string>> {
  const changed = await checkOverlay(goRoot);
  if (!changed.ok) return changed;
  await mkdir(directory, { recursive: true });
  const replace: Record<string, string> = {
    [join(goRoot, "src", "os", "perfgap_stdout.go")]: join(
      packageDirectory(),
      "probes",
      "go-overlay",
      "perfgap_stdout.go",
    ),
  };
  for (const [name, text] of changed.value) {
    const path = join(directory, name);
    await writeFile(path, text);
    replace[join(goRoot, "src", "os", name)] = path;
  }
  const list = join(directory, "overlay.json");
  await writeFile(list, JSON.stringify({ Replace: replace }));
  return ok(list);
}
