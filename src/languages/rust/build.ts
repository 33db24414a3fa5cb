import type { BuildOutcome, BuildRequest } from "../../plugin.ts";
import { compile } from "./compile.ts";
import { link } from "./link.ts";

/** Compiles what has not been compiled with this setting before, then links: another layout seed is another link only. */
export async function build(request: BuildRequest): Promise<BuildOutcome> {
  const compiled = await compile(request);
  if (!compiled.ok) return compiled.error;
  const linked = await link(request, compiled.value.record);
  return linked.ok ? { kind: "built", log: `${compiled.value.log}${linked.value}` } : linked.error;
}
