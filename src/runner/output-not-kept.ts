import { Failure } from "../base/failure.ts";
import { errorCode, storageFailure } from "../base/storage.ts";

/** The failure of a run whose output could not be written to the file that was asked for. */
export function outputNotKept(error: unknown, program: string, path: string): Error {
  const known = storageFailure(error, `What ${program} printed`, path);
  if (known instanceof Failure) return known;
  return new Failure({
    code: "not-writable",
    exit: "toolchainOrHost",
    message: `What ${program} printed cannot be written (${errorCode(error) ?? String(error)}: ${path}).`,
    help: "check that the folder exists and may be written to",
  });
}

/** The same from an error name that another process reported. */
export function outputNotKeptByErrno(errno: string, program: string, path: string): Error {
  return outputNotKept(Object.assign(new Error(errno), { code: errno }), program, path);
}
