import { chmod, mkdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Facts } from "../../src/model/evidence.ts";
import type { FactorId, Lever } from "../../src/model/factor.ts";
import type { Toolchain } from "../../src/model/toolchain.ts";
import {
  type BuildRequest,
  defineLanguage,
  type Language,
  type Realization,
  type ShippableSetting,
  type UnavailableSetting,
} from "../../src/plugin.ts";
import {
  type FakeExecutable,
  type FakeMachine,
  neutralFlag,
  neutralVariable,
  traceVariable,
} from "./fake-machine.ts";

export interface FakeBuiltLanguageOptions {
  readonly id: string;
  readonly machine: FakeMachine;
  /** Factors that are reached by another run, not another build. `cores` always is. */
  readonly runFactors?: readonly FactorId[];
  /** Answers that replace the usual lever, by factor, or by "factor=level" for one level of it. */
  readonly realizations?: Readonly<Record<FactorId, Realization>>;
  /** Settings that ship; by default nothing can be set. */
  readonly settings?: readonly (ShippableSetting | UnavailableSetting)[];
  /** Called at the start of every build. */
  readonly onBuild?: (request: BuildRequest) => Promise<void> | void;
}

/** A program in it is a folder (or file) with `fake.json`: {"program": NAME}. */
export function fakeBuiltLanguage(options: FakeBuiltLanguageOptions): Language {
  return defineLanguage({
    id: options.id,
    title: `Fake ${options.id}`,
    detect: async (path) =>
      (await stat(join(path, "fake.json")).catch(() => undefined)) === undefined
        ? { kind: "no" }
        : { kind: "yes", subject: { id: options.id, language: options.id, path } },
    findToolchain: () => Promise.resolve({ kind: "found", toolchain: fakeToolchain(options.id) }),
    sources: (subject) => Promise.resolve([subject.path]),
    build: (request) => build(options, request),
    realize: (factor, level) => {
      const { realizations = {} } = options;
      return Promise.resolve(
        realizations[`${factor}=${level}`] ?? realizations[factor] ?? fakeLever(options, factor),
      );
    },
    inspect: async (artifact) => inspect(options, await readExecutable(artifact.executable)),
    trace: {
      env: { [traceVariable]: "1" },
      parse: (stderr) => {
        const json = /\{.*\}\s*$/s.exec(stderr)?.[0];
        return json === undefined ? {} : (JSON.parse(json) as Facts);
      },
    },
    ...(options.settings === undefined ? {} : { settings: () => Promise.resolve(options.settings ?? []) }),
    layoutScope: "nothing that exists",
  });
}

export function fakeToolchain(language: string): Toolchain {
  return {
    language,
    title: `${language}c 1.0`,
    version: "1.0",
    executable: "/nowhere/fakec",
    digest: `${language}-1.0`,
    properties: {},
  };
}

/** A setting that switches a factor of the fake machine, by build or by run. */
export function fakeSetting(
  id: string,
  parts: Partial<ShippableSetting> & { readonly dimension: string },
): ShippableSetting {
  const stage = parts.stage ?? "build";
  return {
    kind: "setting",
    id,
    title: id.toUpperCase(),
    stage,
    change: { [`${stage} settings`]: id },
    costs: [`${id} has its price.`],
    deployable: true,
    promise: 1,
    ...(stage === "build"
      ? {}
      : { proof: { fact: `fake.${id}`, expect: "zero", title: `marks of ${id}` } as const }),
    patch:
      stage === "build"
        ? { build: { flags: { compile: [`${neutralFlag}${id}`] } } }
        : { run: { env: { [`${neutralVariable}${id}`]: "1" } } },
    ...parts,
  };
}

/** The lever a fake language has for every factor: one flag or one variable, and a count that falls to zero. */
function fakeLever(options: FakeBuiltLanguageOptions, factor: FactorId): Lever {
  const stage = factor === "cores" || options.runFactors?.includes(factor) === true ? "run" : "build";
  const patch = {
    build: { build: { flags: { compile: [`${neutralFlag}${factor}`] } } },
    run: { run: factor === "cores" ? { cpuCount: 1 } : { env: { [`${neutralVariable}${factor}`]: "1" } } },
  }[stage];
  return {
    kind: "lever",
    patch: factor === "layout" ? {} : patch,
    stage,
    proof: { fact: `fake.${factor}`, expect: "zero", title: `marks of ${factor}` },
    scope: ["user"],
    safety: "safe",
    deployable: true,
  };
}

async function build(options: FakeBuiltLanguageOptions, request: BuildRequest) {
  await options.onBuild?.(request);
  const { subject, setting } = request;
  const source = JSON.parse(await readFile(join(subject.path, "fake.json"), "utf8")) as { program: string };
  const neutralised = Object.values(setting.flags)
    .flat()
    .filter((flag) => flag.startsWith(neutralFlag))
    .map((flag) => flag.slice(neutralFlag.length));
  const fails = options.machine.programs[source.program]?.buildFails ?? {};
  const broken = neutralised.find((factor) => fails[factor] !== undefined);
  const command = `fakec ${neutralised.join(" ")} ${subject.path}`;
  if (broken !== undefined)
    return { kind: "buildFailure", subject: subject.id, command, output: fails[broken] ?? "" } as const;
  const executable: FakeExecutable = {
    fake: source.program,
    neutralised,
    layoutSeed: request.layoutSeed,
    purpose: request.purpose,
  };
  await mkdir(request.scratchDirectory, { recursive: true });
  await writeFile(request.outputPath, JSON.stringify(executable));
  await chmod(request.outputPath, 0o755);
  return { kind: "built", log: `$ ${command}\n` } as const;
}

async function readExecutable(path: string): Promise<FakeExecutable> {
  return JSON.parse(await readFile(path, "utf8")) as FakeExecutable;
}

function inspect(options: FakeBuiltLanguageOptions, executable: FakeExecutable): Facts {
  const program = options.machine.programs[executable.fake];
  const marks = Object.keys(program?.effects ?? {}).map(
    (factor) => [`fake.${factor}`, executable.neutralised.includes(factor) ? 0 : 7] as const,
  );
  return { ...program?.facts, ...Object.fromEntries(marks) };
}
