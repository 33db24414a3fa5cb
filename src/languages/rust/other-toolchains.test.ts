import { expect, test } from "vitest";
import { parseToolchainList } from "./other-toolchains.ts";

test.each([
  [
    "stable-x86_64-unknown-linux-gnu (active, default)\n1.80.0-x86_64-unknown-linux-gnu\nmy-build\n",
    ["stable-x86_64-unknown-linux-gnu", "1.80.0-x86_64-unknown-linux-gnu", "my-build"],
  ],
  ["stable-aarch64-unknown-linux-gnu (default)\n", ["stable-aarch64-unknown-linux-gnu"]],
  ["no installed toolchains\n", []],
  ["", []],
])("%j", (text, names) => {
  expect(parseToolchainList(text)).toEqual(names);
});
