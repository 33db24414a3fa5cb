import { expect, test } from "vitest";
import type { Profile } from "../model/profile.ts";
import { disturbs, perturbationOf, profilePerturbation } from "./perturbation.ts";

const ordinary = { cpuTimeNs: 1e9, sd: 0.01, runs: 5 };

test("a probe disturbs when it surely costs more than a tenth", () => {
  const ratioOf = (times: readonly number[], sd = 0.01) => perturbationOf(times, { ...ordinary, sd });
  expect(ratioOf([1.2e9, 1.3e9, 1.25e9])?.ratio).toBeCloseTo(1.25, 12);
  const told = (times: readonly number[], sd?: number) => {
    const perturbation = ratioOf(times, sd);
    return perturbation !== undefined && disturbs(perturbation);
  };
  expect(told([1.25e9, 1.25e9, 1.25e9])).toBe(true);
  expect(told([1.05e9])).toBe(false);
  expect(told([1.25e9], 0.2)).toBe(false);
  expect(perturbationOf([], ordinary)).toBeUndefined();
  expect(perturbationOf([1], undefined)).toBeUndefined();
});

test("a profile by perf costs what its samples add up to; a program that samples itself cannot tell", () => {
  const profile: Profile = {
    subject: "c",
    rung: "perf",
    lost: [],
    executable: "/c",
    periodNs: 1e6,
    frames: [],
    stacks: [],
    runs: [1180, 1220].map((samples) => ({ samples, malformed: 0, wallTimeNs: 1, stdoutHash: "" })),
  };
  expect(profilePerturbation(profile, ordinary)?.ratio).toBeCloseTo(1.2, 12);
  expect(profilePerturbation({ ...profile, rung: "go-probe" }, ordinary)).toBeUndefined();
  expect(profilePerturbation({ ...profile, runs: [] }, ordinary)).toBeUndefined();
});
