import { fakeExplain } from "./fake-cli.ts";
import { codegenReport } from "./report-fixture.ts";
import { temporaryFolder } from "./temporary-folder.ts";

/** Files of two programs and an input, by path. */
export const programs = { "go/go.mod": "", "rust/Cargo.toml": "", "input.txt": "" };
export const pair: readonly string[] = ["explain", "go", "rust"];

/** A folder with both programs, and a pipeline that answers with the report and keeps what it was asked. */
export function setting(report = codegenReport()) {
  const directory = temporaryFolder(programs);
  const { explain, seen } = fakeExplain(directory, report);
  return { directory, seen, services: { explain } };
}
