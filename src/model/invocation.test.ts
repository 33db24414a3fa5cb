import { expect, test } from "vitest";
import { randomPadding } from "./invocation.ts";

test("stack and heap of a built program move, by less than a line of the cache; the name of a prebuilt one stays", () => {
  const built = { id: "go", language: "go", path: "/p" };
  expect(randomPadding(built, 4095)).toEqual({ environmentPaddingBytes: 4095, pathPaddingBytes: 63 });
  expect(randomPadding(built, 64)).toEqual({ environmentPaddingBytes: 64, pathPaddingBytes: 0 });
  expect(randomPadding({ ...built, command: ["./p"] }, 4095)).toEqual({ environmentPaddingBytes: 4095 });
});
