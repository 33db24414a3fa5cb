/** What C and C++ differ in for a compiler driver. */
export interface Dialect {
  readonly id: "c" | "cpp";
  readonly title: string;
  /** Of files that make a folder a program in this language. */
  readonly sourceExtensions: readonly string[];
  /** Of files that are compiled along, by the same driver, with what tells it their language. */
  readonly guestExtensions: Readonly<Record<string, readonly string[]>>;
  /** Of files beside which a folder is another dialect's. */
  readonly rivalExtensions: readonly string[];
  /** Drivers in the order in which they are looked for. */
  readonly compilers: readonly string[];
  readonly aptPackage: string;
}

export const plusPlusExtensions: readonly string[] = [".cpp", ".cc", ".cxx", ".c++", ".C"];

export const headerExtensions: readonly string[] = [
  ".h",
  ".hh",
  ".hpp",
  ".hxx",
  ".h++",
  ".inc",
  ".inl",
  ".ipp",
  ".tcc",
  ".def",
];

/** What a careful user would type without being asked; what the case says comes behind it and wins. */
export const baselineFlags: readonly string[] = ["-O2"];
