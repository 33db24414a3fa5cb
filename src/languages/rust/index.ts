import { defineLanguage } from "../../plugin.ts";
import { loaderTraceEnv, parseLoaderTrace } from "../native/preload.ts";
import { build } from "./build.ts";
import { detect } from "./detect.ts";
import { inspect } from "./inspect.ts";
import { realize } from "./levers.ts";
import { settings } from "./settings.ts";
import { sources } from "./sources.ts";
import { findToolchain } from "./toolchain.ts";

export const rust = defineLanguage({
  id: "rust",
  title: "Rust",
  detect,
  findToolchain,
  sources,
  build,
  realize,
  inspect,
  settings,
  trace: { env: loaderTraceEnv, parse: parseLoaderTrace },
  layoutScope:
    "the order of all functions and data of the program, its dependencies and the standard library (linker option --shuffle-sections)",
});
