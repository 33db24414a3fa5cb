import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { shellCommand } from "../base/subprocess.ts";
import { splitShellWords } from "./shell-words.ts";

describe("splitShellWords", () => {
  it.each([
    ["./a  -n 3", ["./a", "-n", "3"]],
    [`./a 'two words' "three \\"quoted\\" words"`, ["./a", "two words", 'three "quoted" words']],
    ["./a one\\ word ''", ["./a", "one word", ""]],
    [`pre'mid'"post"`, ["premidpost"]],
    [`"keeps \\n and \\$HOME"`, ["keeps \\n and $HOME"]],
    ["a#b x=~y", ["a#b", "x=~y"]],
    ["   ", []],
  ])("%s", (line, words) => {
    expect(splitShellWords(line)).toEqual({ ok: true, value: words });
  });

  it.each(["a | sort", "a > out", "a; b", "echo $HOME", "a `b`", "ls *.c", "~/a", "a && b"])(
    "refuses what only a shell can do: %s",
    (line) => expect(splitShellWords(line).ok).toBe(false),
  );

  it.each(["a 'b", 'a "b', 'a "b\\'])("refuses an open quote: %s", (line) => {
    const words = splitShellWords(line);
    expect(words.ok).toBe(false);
    expect(words.ok ? "" : words.error).toContain("never closed");
  });

  it("reads back what shellCommand quotes", () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: "grapheme" }), { minLength: 1 }), (argv) => {
        expect(splitShellWords(shellCommand(argv))).toEqual({ ok: true, value: argv });
      }),
      { seed: 20261124 },
    );
  });
});
