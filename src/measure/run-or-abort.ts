import type { Runner, RunRequest, RunResult } from "../model/run.ts";

/** One run, or "aborted" when the signal ended it or came before it; nothing of it is left then. */
export async function runOrAbort(
  runner: Runner,
  request: RunRequest,
  signal: AbortSignal | undefined,
): Promise<RunResult | "aborted"> {
  if (signal?.aborted === true) return "aborted";
  try {
    const result = await runner.run(request, signal);
    // What was measured while the user pressed Ctrl-C is not worth telling from what was not.
    return wasAborted(signal) ? "aborted" : result;
  } catch (error) {
    if (wasAborted(signal)) return "aborted";
    throw error;
  }
}

function wasAborted(signal: AbortSignal | undefined): boolean {
  return signal?.aborted === true;
}
