import type { Facts } from "../../plugin.ts";
import { traceEnvironment as goTrace, parseTrace as parseGcTrace } from "../native/gctrace.ts";
import { loaderTraceEnv, parseLoaderTrace } from "../native/preload.ts";

/** A Go program also tells of its package initialisers: that is how it is known to be one. */
export const traceEnvironment = { GODEBUG: `${goTrace.GODEBUG},inittrace=1`, ...loaderTraceEnv };

/** Without a word of Go's runtime nothing is known of a collector, so no fact of one is given: not even none. */
export function parseTrace(stderr: string): Facts {
  const collector = parseGcTrace(stderr);
  const isGo = (collector["gc.cycles"] ?? 0) > 0 || /^init \S+ @[\d.]+ ms, /m.test(stderr);
  return { ...parseLoaderTrace(stderr), ...(isGo ? collector : {}) };
}
