import { readdir } from "node:fs/promises";
import type { Factor } from "../../src/plugin.ts";

const folder = new URL("../../src/factors/", import.meta.url);

/** Every factor that src/factors defines, so that none can be forgotten by a list. */
export async function loadFactors(): Promise<readonly Factor[]> {
  const files = (await readdir(folder)).filter((name) => name.endsWith(".ts") && !name.endsWith(".test.ts"));
  const modules = await Promise.all(
    files.map(
      async (file) => (await import(new URL(file, folder).href)) as Readonly<Record<string, unknown>>,
    ),
  );
  return modules.flatMap((module) => Object.values(module).filter(isFactor));
}

function isFactor(value: unknown): value is Factor {
  return typeof value === "object" && value !== null && "relevantWhen" in value;
}
