import { mkdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseElf } from "../../../base/elf.ts";
import { createRandom } from "../../../base/random.ts";
import { runCommand } from "../../../base/subprocess.ts";
import type { BuildRequest } from "../../../plugin.ts";
import { sectionOrder, shuffleArguments } from "../linkers.ts";
import { type LayoutMeans, layoutMeans } from "./toolchain.ts";

/** What the link is given so that code stands where the seed says. */
export interface LayoutInputs {
  readonly arguments: readonly string[];
  readonly objects: readonly string[];
}

/** Without a seed the compiler's own linker places code as it likes. */
export async function layoutInputs(request: BuildRequest, objects: readonly string[]): Promise<LayoutInputs> {
  const { layoutSeed } = request;
  if (layoutSeed === undefined) return { arguments: [], objects };
  const means = meansFor(request);
  // gold is told an order of sections, which only objects that are there have.
  if (means.kind === "padding" || (means.kind === "gold" && objects.length === 0)) {
    return padded(request, layoutSeed, objects);
  }
  const order = means.kind === "gold" ? await writeSectionOrder(request, layoutSeed, objects) : undefined;
  return { arguments: [...means.driverArguments, ...shuffleArguments(means, layoutSeed, order)], objects };
}

/** Objects of gcc's link-time optimiser mean something to gcc's own linkers only. */
function meansFor({ toolchain, setting }: BuildRequest): LayoutMeans {
  const optimises = (setting.flags["link"] ?? []).some((flag) => flag.startsWith("-flto"));
  return optimises && toolchain.properties["family"] !== "clang"
    ? { kind: "padding" }
    : layoutMeans(toolchain);
}

async function writeSectionOrder(
  request: BuildRequest,
  seed: number,
  objects: readonly string[],
): Promise<string> {
  const names: string[] = [];
  for (const object of objects) {
    const elf = parseElf(await readFile(object));
    if (elf.ok) names.push(...elf.value.sections.map(({ name }) => name));
  }
  const path = join(request.scratchDirectory, "section-order.txt");
  await mkdir(request.scratchDirectory, { recursive: true });
  await writeFile(path, sectionOrder(names, seed));
  return path;
}

const paddingSteps = 256;
const stepBytes = 16;

/**
 * The weakest means: an object without use, of a size drawn by the seed, before all others, which themselves are put
 * in a drawn order. Functions of one file keep their order.
 */
async function padded(
  request: BuildRequest,
  seed: number,
  objects: readonly string[],
): Promise<LayoutInputs> {
  const random = createRandom(seed);
  const bytes = stepBytes * (1 + random.integer(paddingSteps));
  const folder = join(request.scratchDirectory, "padding");
  const path = join(folder, `padding-${bytes}.o`);
  if ((await stat(path).catch(() => undefined)) === undefined) {
    await mkdir(folder, { recursive: true });
    const text = `.text\n.p2align 4\n.globl perfgap_padding\n.type perfgap_padding, @function\nperfgap_padding:\n.skip ${bytes}\n.size perfgap_padding, ${bytes}\n.section .note.GNU-stack,"",@progbits\n`;
    const result = await runCommand({
      argv: [request.toolchain.executable, "-x", "assembler", "-c", "-", "-o", path],
      stdin: text,
      timeoutMs: 60_000,
    });
    if (result.code !== 0) return { arguments: [], objects: random.shuffle(objects) };
  }
  return { arguments: [], objects: [path, ...random.shuffle(objects)] };
}
