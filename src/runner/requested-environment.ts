import type { RunRequest } from "../model/run.ts";

/** Descriptor under which a program finds the file for what it reports. */
const probeDescriptor = 3;

/** The child's environment with the asked-for padding, and the descriptor to report on, as variables more. */
export function requestedEnvironment(request: RunRequest): Readonly<Record<string, string>> {
  const bytes = request.environmentPaddingBytes ?? 0;
  return {
    ...request.env,
    ...(bytes === 0 ? {} : { PERFGAP_PADDING: "x".repeat(bytes) }),
    ...(request.probePath === undefined ? {} : { PERFGAP_FD: String(probeDescriptor) }),
  };
}
