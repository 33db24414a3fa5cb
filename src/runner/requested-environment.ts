import type { RunRequest } from "../model/run.ts";

/** The child's environment with the asked-for padding as one more variable. */
export function requestedEnvironment(request: RunRequest): Readonly<Record<string, string>> {
  const bytes = request.environmentPaddingBytes ?? 0;
  return bytes === 0 ? request.env : { ...request.env, PERFGAP_PADDING: "x".repeat(bytes) };
}
