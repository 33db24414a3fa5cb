import { EventEmitter } from "node:events";
import { describe, expect, it } from "vitest";
import { cli } from "../../test/support/fake-cli.ts";
import { temporaryFolder } from "../../test/support/temporary-folder.ts";

describe("serve", () => {
  it("says where it listens, and Ctrl-C is how it ends: code 0, and no word of a block", async () => {
    const signals = new EventEmitter();
    const factors = () => {
      signals.emit("SIGINT");
      return Promise.resolve([]);
    };
    const result = await cli(["serve"], { directory: temporaryFolder(), signals, services: { factors } });
    expect(result.code).toBe(0);
    expect(result.out).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/\n$/);
    expect(result.err).toBe("serving the runs of this folder to this machine; Ctrl-C ends it\n");
  });

  it.each(["-1", "65536", "http"])("refuses port %s", async (port) => {
    const { code, err } = await cli(["serve", "--port", port], { directory: "/" });
    expect(code).toBe(2);
    expect(err).toContain("Write a port from 1 to 65535");
  });
});
