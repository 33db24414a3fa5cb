import { constants } from "node:os";
import { getSystemErrorName } from "node:util";

/** Name of a positive errno; 0 is "unknown". */
export function errnoName(errno: number): string {
  // Node names only what its own calls meet; starting a program meets this one too.
  if (errno === constants.errno.ENOEXEC) return "ENOEXEC";
  return errno === 0 ? "unknown" : getSystemErrorName(-errno);
}
