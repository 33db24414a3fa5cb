import { expect, test } from "vitest";
import { preloadProblem } from "./preload-path.ts";

test.each([
  ["/home/a b/.cache/perfgap", "a blank"],
  ["/home/a:b/.cache/perfgap", "a colon"],
])("%s has %s, at which the dynamic linker ends a path", (folder, what) => {
  expect(preloadProblem(folder)).toBe(
    `LD_PRELOAD takes no path with ${what}, and perfgap's cache is ${folder}: set PERFGAP_CACHE to a folder without one`,
  );
});

test("any other path is one that can be loaded from", () => {
  expect(preloadProblem("/home/a-b_ü;c/.cache/perfgap")).toBeUndefined();
});
