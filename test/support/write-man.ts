import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { buildProgram } from "../../src/cli/program.ts";
import { fakeContext } from "./fake-cli.ts";
import { manPage } from "./man-page.ts";

/** Writes man/perfgap.1 anew: `npx tsx test/support/write-man.ts`. A test holds it against the tree of commands. */
writeFileSync(join(import.meta.dirname, "../../man/perfgap.1"), manPage(await buildProgram(fakeContext())));
