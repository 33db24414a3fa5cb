import { defineLanguage } from "../../plugin.ts";
import { parseTrace, traceEnvironment } from "../native/gctrace.ts";
import { build } from "./build.ts";
import { detect } from "./detect.ts";
import { inspect } from "./inspect.ts";
import { realize } from "./levers.ts";
import { settings } from "./settings.ts";
import { sources } from "./sources.ts";
import { findToolchain } from "./toolchain.ts";

export const go = defineLanguage({
  id: "go",
  title: "Go",
  detect,
  findToolchain,
  sources,
  build,
  realize,
  inspect,
  settings,
  trace: { env: traceEnvironment, parse: parseTrace },
  layoutScope:
    "the order of all functions of the program, its dependencies and the runtime (linker option -randlayout)",
});
