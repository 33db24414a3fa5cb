import type { Lever, ShippableSetting } from "../../plugin.ts";

type Variables = Readonly<Record<string, string>>;

const proof = {
  fact: "processors.allowed",
  expect: "decreases",
  title: "processors that it may use",
  part: { fact: "cpu.parallelism", title: "kept busy" },
} as const;

/** One processor; `variables` tell pools of workers not to start more than that one can serve. */
export function oneProcessorLever(variables: Variables, note?: string): Lever {
  return {
    kind: "lever",
    patch: { run: { cpuCount: 1, env: variables } },
    stage: "run",
    proof,
    scope: ["process"],
    safety: "safe",
    deployable: false,
    ...(note === undefined ? {} : { note }),
  };
}

/**
 * The same as a setting, for programs whose threads cost each other more than they do at once. None on a machine of one
 * processor.
 */
export function oneProcessorSettings(variables: Variables, processors: number): readonly ShippableSetting[] {
  if (processors < 2) return [];
  const environment = Object.entries(variables)
    .map(([name, value]) => `${name}=${value}`)
    .join(" ");
  return [
    {
      kind: "setting",
      id: "one-processor",
      title: "one processor",
      dimension: "processors",
      stage: "run",
      change: { "run as": "taskset --cpu-list 0 PROGRAM", environment },
      costs: [
        `The program uses 1 of ${processors} processors, also when there is more to do, and waits when others use that one.`,
      ],
      deployable: true,
      promise: 6,
      proof,
      patch: { run: { cpuCount: 1, env: variables } },
    },
  ];
}
