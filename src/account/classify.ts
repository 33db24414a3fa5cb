import type { LanguageId } from "../model/case.ts";
import type { Profile, ProfileFrame } from "../model/profile.ts";
import type { ComponentId, ComponentRule, RuleSet } from "./components.ts";
import { codeComponents } from "./components.ts";
import { compileGlobs, type Globs } from "./globs.ts";
import { goRuleSet } from "./rules/go.ts";
import { interruptRules, kernelRules } from "./rules/kernel.ts";
import { nativeRules } from "./rules/native.ts";
import { rustRuleSet } from "./rules/rust.ts";

/** What one frame is. */
export interface FrameClass {
  readonly component: ComponentId;
  readonly detail?: string;
  readonly neutral: boolean;
  /** Package, crate or library, for code that no rule names. */
  readonly package?: string;
}

/** Where a sample's time goes. */
export interface SampleClass {
  /** What the processor was doing: the class of the leaf. */
  readonly mechanism: FrameClass;
  /** Why: the first frame outward that is not neutral; absent where the stack has none. */
  readonly cause?: FrameClass;
  /** The one component that the sample counts for. */
  readonly component: ComponentId;
}

export interface Classifier {
  /** undefined: the sample cannot be explained. */
  stack(frames: readonly ProfileFrame[]): SampleClass | undefined;
  frame(frame: ProfileFrame): FrameClass | undefined;
}

export interface ClassifierOptions {
  readonly language: LanguageId;
  /** Path of the program: bare C names in it are the user's. */
  readonly executable: string;
  /** Go packages (or prefixes of them) and crates that are the user's; found from the profile where absent. */
  readonly ownPackages?: readonly string[];
}

const ruleSets: Readonly<Record<string, RuleSet>> = {
  go: goRuleSet,
  rust: rustRuleSet,
  c: nativeRules,
  cpp: nativeRules,
};

interface CompiledRule {
  readonly rule: ComponentRule;
  readonly symbols: Globs;
  readonly modules: Globs | undefined;
  readonly inClass: FrameClass;
}

/** The classifier of one program. A prebuilt program is read by the rules of the compiler that made it. */
export function createClassifier(options: ClassifierOptions, profile?: Profile): Classifier {
  const language = ruleSets[options.language] === undefined ? (profile?.origin ?? "c") : options.language;
  const ruleSet = ruleSets[language] ?? nativeRules;
  const rules = ruleSet.rules.map(compileRule);
  const kernel = kernelRules.map(compileRule);
  const interrupt = compileGlobs(interruptRules);
  const own = options.ownPackages ?? ownPackagesOf(language, profile);
  const cache = new Map<ProfileFrame, FrameClass | "unknown">();

  const place = (frame: ProfileFrame): FrameClass | undefined => {
    if (frame.module === "[kernel]") return kernelClass(kernel, [frame]);
    if (frame.module === "[vdso]") return { component: "kernel", detail: "clock", neutral: true };
    return (
      inlinedClass(rules, frame) ?? namedClass(rules, frame) ?? packageClass(ruleSet, own, options, frame)
    );
  };
  const frameClass = (frame: ProfileFrame): FrameClass | undefined => {
    const known = cache.get(frame) ?? place(frame) ?? "unknown";
    cache.set(frame, known);
    return known === "unknown" ? undefined : known;
  };
  return {
    frame: frameClass,
    stack: (frames) => {
      const user = frames.findIndex((frame) => frame.module !== "[kernel]");
      const kernelPart = user === -1 ? frames : frames.slice(0, user);
      const outside = user === -1 ? [] : frames.slice(user);
      const interrupted =
        outside.length > 0 &&
        kernelPart.some((frame) => interrupt(frame.symbol)) &&
        !isSystemCall(kernelPart);
      const leaf = interrupted || kernelPart.length === 0 ? undefined : kernelClass(kernel, kernelPart);
      return sampleClass(leaf, outside, frameClass);
    },
  };
}

function sampleClass(
  kernelLeaf: FrameClass | undefined,
  frames: readonly ProfileFrame[],
  frameClass: (frame: ProfileFrame) => FrameClass | undefined,
): SampleClass | undefined {
  const first = frames[0];
  const mechanism = kernelLeaf ?? (first === undefined ? undefined : frameClass(first));
  if (mechanism === undefined) return undefined;
  if (!mechanism.neutral) return { mechanism, cause: mechanism, component: mechanism.component };
  const cause = frames.map(frameClass).find((one) => one !== undefined && !one.neutral);
  if (cause === undefined) return { mechanism, component: mechanism.component };
  const component = codeComponents.has(cause.component) ? mechanism.component : cause.component;
  return { mechanism, cause, component };
}

function compileRule(rule: ComponentRule): CompiledRule {
  return {
    rule,
    symbols: compileGlobs(rule.symbols),
    modules: rule.modules === undefined ? undefined : compileGlobs(rule.modules),
    inClass: {
      component: rule.component,
      ...(rule.detail === undefined ? {} : { detail: rule.detail }),
      neutral: rule.neutral === true,
    },
  };
}

/** The outermost frame of the kernel that a rule names. */
function kernelClass(rules: readonly CompiledRule[], frames: readonly ProfileFrame[]): FrameClass {
  for (const frame of frames.toReversed())
    for (const { symbols, inClass } of rules) if (symbols(frame.symbol)) return inClass;
  return { component: "kernel", neutral: true };
}

function isSystemCall(frames: readonly ProfileFrame[]): boolean {
  return frames.some((frame) => /^(?:entry_SYSCALL|do_syscall|el0t?_.*svc|.*sys_)/.test(frame.symbol));
}

/** Library code that was inlined into the user's function and that a rule asks to see there. */
function inlinedClass(rules: readonly CompiledRule[], frame: ProfileFrame): FrameClass | undefined {
  for (const { symbol } of frame.inlined?.slice(0, -1) ?? [])
    for (const { rule, symbols, inClass } of rules)
      if (rule.inlined === true && symbols(symbol)) return inClass;
  return undefined;
}

function namedClass(rules: readonly CompiledRule[], frame: ProfileFrame): FrameClass | undefined {
  if (frame.symbol === "[unknown]" || frame.symbol === "") return undefined;
  return rules.find(
    ({ symbols, modules }) => symbols(frame.symbol) && (modules === undefined || modules(frame.module)),
  )?.inClass;
}

function packageClass(
  ruleSet: RuleSet,
  own: readonly string[],
  options: ClassifierOptions,
  frame: ProfileFrame,
): FrameClass | undefined {
  const library = /\/([^/]+\.so)(?:\.[\d.]+)?$/.exec(frame.module)?.[1];
  if (frame.symbol === "[unknown]" || frame.symbol === "")
    return library === undefined
      ? undefined
      : { component: "dependencies", neutral: false, package: library };
  const name = ruleSet.packageOf(frame.symbol);
  if (name === undefined) {
    if (library !== undefined && frame.module !== options.executable)
      return { component: "dependencies", neutral: false, package: library };
    if (ruleSet === goRuleSet && isForeign(frame)) return { component: "dependencies", neutral: false };
    return { component: ruleSet.bare, neutral: false };
  }
  if (own.some((one) => name === one || name.startsWith(`${one}/`)))
    return { component: "user", neutral: false, package: name };
  if (ruleSet.isStandard(name)) return { component: "std", neutral: false, package: name };
  // C++ namespaces in the program itself are the user's own; a library's stand in a module of their own.
  const component = ruleSet === nativeRules && frame.module === options.executable ? "user" : "dependencies";
  return { component, neutral: false, package: name };
}

/** Whether the source of a compiled function is C or another language that cgo links. */
function isForeign({ inlined }: ProfileFrame): boolean {
  return /\.(c|cc|cpp|cxx|m|rs)$/i.test(inlined?.at(-1)?.file ?? "");
}

/** Go: package main. Rust: the crates whose `main` stands in a stack, or was inlined there. */
function ownPackagesOf(language: LanguageId, profile: Profile | undefined): readonly string[] {
  if (language === "go") return ["main"];
  if (language !== "rust" || profile === undefined) return [];
  const names = profile.frames.flatMap((frame) => [
    frame.symbol,
    ...(frame.inlined ?? []).map((one) => one.symbol),
  ]);
  const mains = names.flatMap((name) => /^([a-z_]\w*)::main(?:::\{\{closure\}\})?$/.exec(name)?.[1] ?? []);
  return [...new Set(mains)].filter((name) => !rustRuleSet.isStandard(name));
}
