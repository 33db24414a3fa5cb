import { findExecutable } from "../../src/base/find-executable.ts";

/** The newest clang on PATH by the names that distributions give it, or undefined. */
export async function findClang(): Promise<string | undefined> {
  for (const name of [
    "clang",
    "clang-22",
    "clang-19",
    "clang-18",
    "clang-17",
    "clang-16",
    "clang-15",
    "clang-14",
  ]) {
    if ((await findExecutable(name)) !== undefined) return name;
  }
  return undefined;
}
