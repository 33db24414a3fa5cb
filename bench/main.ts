import { readdirSync } from "node:fs";
import { Failure } from "../src/base/failure.ts";

interface Bench {
  /** Prints a table for people on stderr and gives the object for stdout. */
  run(args: readonly string[]): Promise<object>;
}

const names = readdirSync(import.meta.dirname)
  .filter((file) => file.endsWith(".ts") && file !== "main.ts")
  .map((file) => file.slice(0, -".ts".length));

const [name, ...args] = process.argv.slice(2);
if (name === undefined || !names.includes(name)) {
  console.error(`usage: npm run bench -- NAME [options]; NAME is one of ${names.join(", ")}`);
  process.exitCode = 2;
} else {
  const bench = (await import(`./${name}.ts`)) as Bench;
  try {
    process.stdout.write(`${JSON.stringify(await bench.run(args), undefined, 2)}\n`);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    console.error([error.message, error.help, error.detail].filter(Boolean).join("\n"));
    process.exitCode = 3;
  }
}
