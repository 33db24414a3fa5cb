import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { cli } from "../../test/support/fake-cli.ts";
import { cHere, fakeGo, goHere, rustHere } from "../../test/support/fake-language.ts";

const golden = (name: string) => join(import.meta.dirname, "../../test/golden/cli", name);

describe("factors", () => {
  const services = { languages: () => Promise.resolve([goHere, rustHere, cHere, fakeGo]) };

  it("prints the matrix with the reason of every hole", async () => {
    const { out } = await cli(["factors"], { directory: "/", services });
    await expect(out).toMatchFileSnapshot(golden("factors.txt"));
  });

  it("prints all about one factor", async () => {
    const { out } = await cli(["factors", "gc"], { directory: "/", services });
    await expect(out).toMatchFileSnapshot(golden("factors-gc.txt"));
  });

  it("--json gives one object for each cell", async () => {
    const { out } = await cli(["factors", "--json"], { directory: "/", services });
    expect(JSON.parse(out)).toHaveLength(8);
  });

  it("heads its columns with ids where titles are too wide for the terminal", async () => {
    const long = { ...cHere, id: "cmd", title: "prebuilt command of any kind whatever" };
    const wide = { languages: () => Promise.resolve([goHere, long]) };
    const { out } = await cli(["factors"], { directory: "/", services: wide, columns: 48 });
    expect(out.split("\n")[0]).toMatch(/^ *factor +go +cmd$/);
  });
});
