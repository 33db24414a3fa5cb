import { availableParallelism } from "node:os";
import type { ShippableSetting, Subject, Toolchain, UnavailableSetting } from "../../plugin.ts";
import { collectorSettings, processorSettings } from "../native/go-runtime-settings.ts";
import { memorySettings, noMemorySettings } from "../native/memory-settings.ts";
import { oneProcessorSettings } from "../native/one-processor.ts";
import { oneWorker } from "./levers.ts";
import type { Runtime } from "./toolchain.ts";

/** What can be set from outside a program that is built already. */
export async function settings(
  _subject: Subject,
  toolchain: Toolchain,
): Promise<readonly (ShippableSetting | UnavailableSetting)[]> {
  const runtime = toolchain.properties["runtime"] as Runtime | undefined;
  if (runtime === "go") return [...collectorSettings(), ...processorSettings(availableParallelism())];
  const memory =
    runtime === "dynamic"
      ? await memorySettings(() => ({}))
      : noMemorySettings(
          runtime === "static"
            ? "the program is linked statically, so no allocator can be put in its place from outside"
            : "what runs is a script or of a kind that is not known, so what it allocates with is not known either",
        );
  return [...memory, ...oneProcessorSettings(oneWorker, availableParallelism())];
}
