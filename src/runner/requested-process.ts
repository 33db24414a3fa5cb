import type { RunRequest } from "../model/run.ts";

/** Descriptor under which a program finds the file for what it reports. */
const probeDescriptor = 3;

/** The child's arguments, its program by a path as much longer as was asked for. */
export function requestedArgv({ argv, pathPaddingBytes = 0 }: RunRequest): RunRequest["argv"] {
  const [program, ...args] = argv;
  const name = (program?.lastIndexOf("/") ?? -1) + 1;
  if (program === undefined || name === 0) return argv;
  return [program.slice(0, name) + "/".repeat(pathPaddingBytes) + program.slice(name), ...args];
}

/** The child's environment with the asked-for padding, and the descriptor to report on, as variables more. */
export function requestedEnvironment(request: RunRequest): Readonly<Record<string, string>> {
  const bytes = request.environmentPaddingBytes ?? 0;
  return {
    ...request.env,
    ...(bytes === 0 ? {} : { PERFGAP_PADDING: "x".repeat(bytes) }),
    ...(request.probePath === undefined ? {} : { PERFGAP_FD: String(probeDescriptor) }),
  };
}
