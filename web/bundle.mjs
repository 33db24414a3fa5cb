import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { build } from "esbuild";

const root = join(import.meta.dirname, "..");
const target = join(root, "dist", "web", "report.js");

const { outputFiles } = await build({
  entryPoints: [join(root, "web", "main.ts")],
  bundle: true,
  minify: true,
  format: "iife",
  target: "es2022",
  charset: "ascii",
  legalComments: "none",
  write: false,
});
const script = outputFiles[0]?.text.trim() ?? "";
// The script stands inside an element of the page: nothing in it may end that element or open a comment there.
if (script === "" || /<\/script|<!--/i.test(script)) throw new Error("the bundle cannot stand in a page");
await mkdir(dirname(target), { recursive: true });
await writeFile(target, script);
