import type { ShippableSetting, UnavailableSetting } from "../../plugin.ts";

const named = { id: "pgo", title: "profile-guided optimisation" } as const;

/** Profile-guided optimisation: the setting of every language that has it. */
export function profileGuided(parts: Pick<ShippableSetting, "change" | "patch">): ShippableSetting {
  return {
    kind: "setting",
    ...named,
    dimension: "pgo",
    stage: "build",
    costs: [
      "A profile has to be taken and kept, and taken again when the program changes much.",
      "What a profile of other input would give is not known: work that it does not show may get slower.",
    ],
    deployable: true,
    promise: 14,
    // What one compiler's instruments counted means nothing to another.
    conflicts: ["toolchain"],
    ...parts,
  };
}

export function notProfileGuided(reason: string, fix?: string): UnavailableSetting {
  return { kind: "unavailable", ...named, reason, ...(fix === undefined ? {} : { fix }) };
}
