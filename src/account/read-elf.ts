import { readFile } from "node:fs/promises";
import { type Elf, parseElf } from "../base/elf.ts";

/** A program's file; undefined where it cannot be read, or not as ELF. */
export async function readElf(path: string): Promise<Elf | undefined> {
  const bytes = await readFile(path).catch(() => undefined);
  const parsed = bytes === undefined ? undefined : parseElf(bytes);
  return parsed?.ok === true ? parsed.value : undefined;
}
