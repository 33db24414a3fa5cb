import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Failure } from "../base/failure.ts";
import { findExecutable } from "../base/find-executable.ts";
import { runCommand } from "../base/subprocess.ts";
import { cardSize } from "../report/render-svg.ts";

interface Paths {
  readonly svg: string;
  readonly png: string;
  readonly folder: string;
}

/** Programs that turn SVG into PNG, the ones that draw text best first. */
interface Converter {
  readonly names: readonly string[];
  readonly args: (paths: Paths) => readonly string[];
}

const converters: readonly Converter[] = [
  {
    names: ["rsvg-convert"],
    args: ({ svg, png }) => ["--width", String(cardSize.width), "--output", png, svg],
  },
  {
    names: ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"],
    args: ({ svg, png, folder }) => [
      "--headless",
      "--disable-gpu",
      "--hide-scrollbars",
      // Its sandbox cannot be set up by root; the page is our own and holds no script.
      ...(process.getuid?.() === 0 ? ["--no-sandbox"] : []),
      `--user-data-dir=${join(folder, "profile")}`,
      `--window-size=${cardSize.width},${cardSize.height}`,
      `--screenshot=${png}`,
      `file://${svg}`,
    ],
  },
  { names: ["magick", "convert"], args: ({ svg, png }) => [`svg:${svg}`, `png:${png}`] },
];

const timeoutMs = 60_000;

/** The first converter on PATH. Throws Failure (exit "toolchainOrHost") that says what to install where there is none. */
export async function findConverter(): Promise<(svg: string) => Promise<Uint8Array>> {
  const reasons: string[] = [];
  for (const { names, args } of converters) {
    for (const name of names) {
      const executable = await findExecutable(name);
      if (executable !== undefined) return (svg) => convert(svg, (paths) => [executable, ...args(paths)]);
      reasons.push(name);
    }
  }
  throw new Failure({
    code: "no-converter",
    exit: "toolchainOrHost",
    message: `--export-png needs a program that draws SVG, and none of ${reasons.join(", ")} is on PATH.`,
    help: "install one (apt install librsvg2-bin), or take --export-svg, which needs none",
  });
}

async function convert(
  svg: string,
  argvOf: (paths: Paths) => readonly [string, ...string[]],
): Promise<Uint8Array> {
  const folder = await mkdtemp(join(tmpdir(), "perfgap-png-"));
  const paths = { svg: join(folder, "card.svg"), png: join(folder, "card.png"), folder };
  try {
    await writeFile(paths.svg, svg);
    const argv = argvOf(paths);
    const { kind, code, stderr } = await runCommand({ argv, timeoutMs });
    const made = await stat(paths.png).catch(() => undefined);
    if (made !== undefined && made.size > 0) return await readFile(paths.png);
    throw new Failure({
      code: "png-failed",
      exit: "toolchainOrHost",
      message: `${argv[0]} made no picture (${kind === "exited" ? `it ended with ${code}` : kind}).`,
      detail: stderr.trim(),
      help: "--export-svg needs no such program",
    });
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  }
}
