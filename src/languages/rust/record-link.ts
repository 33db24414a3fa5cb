import { chmod, mkdir, readdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";

/** The final link of a program as rustc asked for it, with its inputs kept. */
export interface LinkRecord {
  /** Arguments of the compiler driver; inputs that rustc deletes are replaced by the kept ones. */
  readonly args: readonly string[];
  readonly workingDirectory: string;
}

/** Names of the variables that the recording linker reads. */
export const recordVariables = { directory: "PERFGAP_LINK_RECORD", linker: "PERFGAP_LINKER" } as const;

/**
 * A linker for rustc that does not link programs: it keeps the arguments and the inputs, of which rustc deletes the
 * objects, and leaves an empty file. The real link, and every further one with another layout, is done from the
 * record. Libraries are linked as always. Its file is called cc, because rustc concludes from the name how to talk to
 * a linker and whether its own lld may be used.
 */
const script = `#!/bin/sh
out=
previous=
if [ $# -eq 1 ] && [ "\${1#@}" != "$1" ]; then
  list=\${1#@}
  shift
  # Backslashes are how rustc escapes blanks in argument files: read takes them away.
  while IFS= read argument; do set -- "$@" "$argument"; done < "$list"
fi
for word do
  [ "$previous" = -o ] && out=$word
  [ "$word" = -shared ] && exec "$${recordVariables.linker}" "$@"
  previous=$word
done
record=$${recordVariables.directory}/\${out##*/}
rm -rf "$record"
mkdir -p "$record/inputs" || exit 1
index=0
for word do
  path=$word
  case $word in -Wl,--version-script=*|-Wl,--dynamic-list=*) path=\${word#*=} ;; esac
  case $path in
    */lib/rustlib/*) ;;
    *) if [ -f "$path" ] && [ "$path" != "$out" ]; then
         kept=$record/inputs/$index-\${path##*/}
         ln "$path" "$kept" 2>/dev/null || cp "$path" "$kept" || exit 1
       fi ;;
  esac
  index=$((index + 1))
done
printf '%s\\0' "$@" > "$record/args" && printf '%s' "$PWD" > "$record/folder" && : > "$out" && chmod 755 "$out"
`;

/** Writes the recording linker; gives its path. */
export async function writeRecordingLinker(directory: string): Promise<string> {
  await mkdir(directory, { recursive: true });
  const path = join(directory, "cc");
  await writeFile(path, script);
  await chmod(path, 0o755);
  return path;
}

/** The newest record of a crate's link in a folder of records, or undefined when it was never linked. */
export async function findLinkRecord(directory: string, crate: string): Promise<LinkRecord | undefined> {
  const names = (await readdir(directory).catch(() => [])).filter(
    (name) =>
      name === crate || (name.startsWith(`${crate}-`) && /^[0-9a-f]{16}$/.test(name.slice(crate.length + 1))),
  );
  const dated = await Promise.all(
    names.map(async (name) => {
      const status = await stat(join(directory, name, "folder")).catch(() => undefined);
      return { name, mtimeMs: status?.mtimeMs ?? 0 };
    }),
  );
  const newest = dated
    .filter((each) => each.mtimeMs > 0)
    .sort((left, right) => right.mtimeMs - left.mtimeMs)[0];
  return newest === undefined ? undefined : readLinkRecord(join(directory, newest.name));
}

async function readLinkRecord(directory: string): Promise<LinkRecord> {
  const [args, workingDirectory, inputs] = await Promise.all([
    readFile(join(directory, "args"), "utf8"),
    readFile(join(directory, "folder"), "utf8"),
    readdir(join(directory, "inputs")),
  ]);
  const kept = new Map(inputs.map((name) => [Number.parseInt(name, 10), join(directory, "inputs", name)]));
  return {
    args: args
      .split("\0")
      .slice(0, -1)
      .map((word, index) => withKeptInput(word, kept.get(index))),
    workingDirectory,
  };
}

function withKeptInput(word: string, kept: string | undefined): string {
  if (kept === undefined) return word;
  const option = /^-Wl,--(version-script|dynamic-list)=/.exec(word)?.[0] ?? "";
  return `${option}${kept}`;
}

/** The recorded arguments with another output. */
export function argumentsFor(record: LinkRecord, outputPath: string): readonly string[] {
  return record.args.map((word, index) => (record.args[index - 1] === "-o" ? outputPath : word));
}
