/** What is changed in a build: by channel, as the language names its channels. */
export interface BuildPatch {
  /**
   * Flags by channel. go: "gcflags" (a full pattern=flags word), "ldflags", "build"; rust: "rustflags", "link";
   * c and cpp: "compile", "link". Flags of several patches are concatenated in factor order.
   */
  readonly flags?: Readonly<Record<string, readonly string[]>>;
  readonly env?: Readonly<Record<string, string>>;
  /** Mechanisms that only the language itself understands, e.g. "linker-plugin-lto". */
  readonly switches?: readonly string[];
}

/** What is changed in how an artifact is run. */
export interface RunPatch {
  /** Values of the variables in `joinedVariables` are joined; any other variable may be set once. */
  readonly env?: Readonly<Record<string, string>>;
  /** Absolute paths of shared objects for LD_PRELOAD. */
  readonly preload?: readonly string[];
  /** Number of processors the subject may use. */
  readonly cpuCount?: number;
}

/** The change that one level of a factor makes in one language. */
export interface SettingPatch {
  readonly build?: BuildPatch;
  readonly run?: RunPatch;
}

/** All changes of one variant, merged: everything a build and a run need besides the subject. */
export interface Setting {
  readonly build: Required<BuildPatch>;
  readonly run: Required<Omit<RunPatch, "cpuCount">> & Pick<RunPatch, "cpuCount">;
}

export const baselineSetting: Setting = {
  build: { flags: {}, env: {}, switches: [] },
  run: { env: {}, preload: [] },
};

/** Variables that carry a list, with the separator of that list. */
export const joinedVariables: Readonly<Record<string, string>> = {
  GODEBUG: ",",
  GOEXPERIMENT: ",",
  GLIBC_TUNABLES: ":",
};

/** Applies patches in order. Throws on two patches that set one variable to different values: a plan's bug. */
export function applyPatches(base: Setting, patches: readonly SettingPatch[]): Setting {
  return patches.reduce(applyPatch, base);
}

/** The first variable that two patches set to different values, so that they cannot be applied together. */
export function conflictOf(patches: readonly SettingPatch[]): string | undefined {
  const seen = new Map<string, string>();
  for (const { build, run } of patches) {
    const values = [
      ...Object.entries(build?.env ?? {}).map(([name, value]) => [`build ${name}`, name, value] as const),
      ...Object.entries(run?.env ?? {}).map(([name, value]) => [`run ${name}`, name, value] as const),
    ];
    for (const [key, name, value] of values) {
      if (joinedVariables[name] !== undefined) continue;
      if (seen.has(key) && seen.get(key) !== value) return name;
      seen.set(key, value);
    }
  }
  return undefined;
}

function applyPatch(setting: Setting, patch: SettingPatch): Setting {
  const { build, run } = setting;
  const cpuCount = patch.run?.cpuCount ?? run.cpuCount;
  return {
    build: {
      flags: mergeFlags(build.flags, patch.build?.flags ?? {}),
      env: mergeEnv(build.env, patch.build?.env ?? {}),
      switches: [...new Set([...build.switches, ...(patch.build?.switches ?? [])])],
    },
    run: {
      env: mergeEnv(run.env, patch.run?.env ?? {}),
      preload: [...new Set([...run.preload, ...(patch.run?.preload ?? [])])],
      ...(cpuCount === undefined ? {} : { cpuCount }),
    },
  };
}

function mergeFlags(
  left: Readonly<Record<string, readonly string[]>>,
  right: Readonly<Record<string, readonly string[]>>,
): Readonly<Record<string, readonly string[]>> {
  const merged: Record<string, readonly string[]> = { ...left };
  for (const [channel, flags] of Object.entries(right)) {
    merged[channel] = [...(merged[channel] ?? []), ...flags];
  }
  return merged;
}

function mergeEnv(
  left: Readonly<Record<string, string>>,
  right: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const merged: Record<string, string> = { ...left };
  for (const [name, value] of Object.entries(right)) {
    const before = merged[name];
    const separator = joinedVariables[name];
    if (before === undefined || before === value) merged[name] = value;
    else if (separator !== undefined) merged[name] = `${before}${separator}${value}`;
    else throw new Error(`two factors set ${name}: ${before} and ${value}`);
  }
  return merged;
}
