/** Parts of a profile that time is accounted to. */
export const components = {
  user: "the program's own code",
  dependencies: "code of dependencies",
  std: "standard library",
  alloc: "memory allocation",
  gc: "garbage collection",
  "write-barrier": "write barriers of the garbage collector",
  "drop-glue": "destructors",
  copy: "copying, clearing and comparing memory",
  hash: "maps and hashing",
  format: "formatting and conversion",
  reflect: "interfaces and reflection",
  sync: "locks and channels",
  scheduler: "scheduler and threads",
  "foreign-calls": "calls between Go and C",
  "thread-pool": "thread pool",
  "async-runtime": "async runtime",
  stack: "stack growth, defer and unwinding",
  io: "input and output",
  "page-faults": "page faults and memory mapping",
  startup: "start and end of the process",
  runtime: "language runtime, other",
  kernel: "kernel, other",
} as const;

export type ComponentId = keyof typeof components;

export const componentIds = Object.keys(components) as readonly ComponentId[];

/** Code that says where time is, and not what for: a cause that must give way to what the leaf does. */
export const codeComponents: ReadonlySet<ComponentId> = new Set(["user", "dependencies", "std", "startup"]);

export interface ComponentRule {
  readonly component: ComponentId;
  /** A finer name inside the component, e.g. "mark" of gc. */
  readonly detail?: string;
  /** Names of functions; `*` stands for any text. */
  readonly symbols: readonly string[];
  /** Only in binaries with such a path; absent: in every binary. */
  readonly modules?: readonly string[];
  /**
   * The function says what is done and not why (copying, a lock, a system call): time counts for the first caller
   * that says why, and for `component` where none does.
   */
  readonly neutral?: true;
  /** The rule holds for inlined copies of the function too. */
  readonly inlined?: true;
}

/** A symbol that no rule names is placed by the package it belongs to. */
export interface RuleSet {
  readonly rules: readonly ComponentRule[];
  /** Package, crate or namespace of a symbol; undefined where the name has none. */
  packageOf(symbol: string): string | undefined;
  isStandard(packageName: string): boolean;
  /** What a name without a package is: C's functions are the user's, in Go and Rust they come from assembly or C. */
  readonly bare: ComponentId;
}
