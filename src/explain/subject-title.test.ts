import { afterEach, beforeEach, expect, test } from "vitest";
import { fakeBuiltLanguage } from "../../test/support/fake-built-language.ts";
import { fakeExplainOptions, fakeFactor, fakeWorld } from "../../test/support/fake-explain.ts";
import type { FakeMachine } from "../../test/support/fake-machine.ts";
import { createFakeProject, type FakeProject } from "../../test/support/fake-project.ts";
import { explain } from "../explain.ts";
import { titlesOf } from "./subject-title.ts";

let project: FakeProject;
beforeEach(async () => {
  project = await createFakeProject();
});
afterEach(() => project.remove());

const machine: FakeMachine = {
  seed: 11,
  noise: { runSd: 0.01, layoutSd: 0.005 },
  programs: {
    slow: {
      seconds: 0.01,
      effects: { checks: -0.3, collector: -0.2, vectors: -0.1 },
      exit: ({ neutralised }) =>
        neutralised.size === 3 ? { kind: "signaled", signal: "SIGSEGV" } : undefined,
    },
    fast: { seconds: 0.005 },
  },
};

function contender(language: string, id = language) {
  return { subject: { id, language, path: "/p" }, language: fakeBuiltLanguage({ id: language, machine }) };
}

test.each([
  ["the language where the id is its own", [contender("left"), contender("right")], "Fake left"],
  ["what the user chose", [contender("right"), contender("right", "left")], "left"],
  ["the id where two would be called the same", [contender("left"), contender("right", "Fake left")], "left"],
  ["the id of one that is not there", [contender("right")], "left"],
])("a subject is called by %s", (_, contenders, expected) => {
  expect(titlesOf(contenders)("left")).toBe(expected);
});

test("doubts of every stage call a program what its report calls it", async () => {
  const subjects = [await project.addSubject("left", "slow"), await project.addSubject("right", "fast")];
  const world = fakeWorld(project, {
    machine,
    factors: ["checks", "collector", "vectors"].map((id) => fakeFactor(id)),
  });
  const { warnings } = await explain(fakeExplainOptions(project, subjects), () => undefined, world);
  const aboutLeft = warnings.filter(({ appliesTo }) => appliesTo.split(", ")[0] === "left");
  expect([...new Set(aboutLeft.map(({ code }) => code))].toSorted()).toEqual(
    expect.arrayContaining(["missing-variants", "short-runs", "too-short", "variant-not-run"]),
  );
  for (const { message } of aboutLeft) expect(message).toContain("Fake left");
});
