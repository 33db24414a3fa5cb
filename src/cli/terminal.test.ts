import { describe, expect, it } from "vitest";
import { openTerminal, usesColour } from "./terminal.ts";

describe("colour is decided once", () => {
  it.each<[Parameters<typeof usesColour>[0], Record<string, string>, boolean, boolean]>([
    ["auto", {}, true, true],
    ["auto", {}, false, false],
    ["auto", { TERM: "dumb" }, true, false],
    ["auto", { NO_COLOR: "1" }, true, false],
    ["auto", { NO_COLOR: "" }, true, true],
    ["auto", { FORCE_COLOR: "1" }, false, true],
    ["auto", { FORCE_COLOR: "" }, false, true],
    ["auto", { FORCE_COLOR: "0" }, true, false],
    ["auto", { FORCE_COLOR: "1", TERM: "dumb" }, false, true],
    ["auto", { FORCE_COLOR: "1", NO_COLOR: "1" }, true, false],
    ["always", { NO_COLOR: "1" }, false, true],
    ["never", { FORCE_COLOR: "1" }, true, false],
  ])("--color %s with %j, terminal %s: %s", (choice, env, tty, expected) => {
    expect(usesColour(choice, env, tty)).toBe(expected);
  });
});

function open(env: Record<string, string>, stream: { isTTY?: boolean; columns?: number } = {}) {
  const write = () => true;
  return openTerminal({ stdout: { ...stream, write }, stderr: { ...stream, write }, env, colour: "auto" });
}

describe("what the terminal can show", () => {
  it.each([
    [undefined, 80],
    [0, 80],
    [20, 40],
    [200, 200],
  ])("%s columns count as %d", (columns, expected) => {
    expect(open({}, columns === undefined ? {} : { columns }).columns).toBe(expected);
  });

  it.each([
    [{}, false],
    [{ LANG: "C" }, false],
    [{ LANG: "de_DE.UTF-8" }, true],
    [{ LANG: "de_DE.UTF-8", LC_ALL: "C" }, false],
    [{ LC_ALL: "", LANG: "C.utf8" }, true],
    [{ LANG: "C.UTF-8", TERM: "dumb" }, false],
  ])("%j: block characters %s", (env, expected) => expect(open(env).unicode).toBe(expected));

  it("paints over lines only on a terminal, never in CI", () => {
    expect(open({}, { isTTY: true }).live).toBe(true);
    expect(open({ CI: "true" }, { isTTY: true }).live).toBe(false);
    expect(open({ TERM: "dumb" }, { isTTY: true }).live).toBe(false);
    expect(open({}).live).toBe(false);
  });
});
