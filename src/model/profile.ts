import type { SubjectId } from "./case.ts";

/** How samples were taken; each lower rung loses something, named in `Profile.lost`. */
export type ProfilerRung = "perf" | "perf-user" | "go-probe" | "none";

/** One place in code, as the profiler named it. */
export interface ProfileFrame {
  /** Demangled, without compiler hashes; "[unknown]" where the binary has no symbol. */
  readonly symbol: string;
  /** Path of the binary; "[kernel]" for the kernel, "[vdso]", or "" when it is not known. */
  readonly module: string;
  /** Address as linked in the module, where it could be told. */
  readonly address?: number;
  /** Functions that the compiler inlined here, innermost first; the last one is the function that was compiled. */
  readonly inlined?: readonly InlinedFrame[];
}

export interface InlinedFrame {
  readonly symbol: string;
  readonly file?: string;
  readonly line?: number;
}

/** A call stack that samples were seen in. */
export interface ProfileStack {
  /** Indexes into `Profile.frames`, leaf first. */
  readonly frames: readonly number[];
  /** Samples per run, in the order of `Profile.runs`. */
  readonly counts: readonly number[];
}

export interface ProfiledRun {
  readonly samples: number;
  /** Samples whose text could not be read. */
  readonly malformed: number;
  readonly wallTimeNs: number;
  readonly stdoutHash: string;
}

/** Samples of the CPU time of one subject over several runs. */
export interface Profile {
  readonly subject: SubjectId;
  readonly rung: ProfilerRung;
  readonly lost: readonly string[];
  /** The program the samples belong to. */
  readonly executable: string;
  /** Which compiler made the program, by what stands in the file: the only hint for prebuilt programs. */
  readonly origin?: "go" | "rust" | "native";
  /** CPU time that one sample stands for. */
  readonly periodNs: number;
  readonly frames: readonly ProfileFrame[];
  readonly stacks: readonly ProfileStack[];
  readonly runs: readonly ProfiledRun[];
}

/** A function with the samples that fell in it, hottest first in every list. */
export interface HotFunction {
  readonly symbol: string;
  readonly module: string;
  /** Share of all samples with this function at the leaf. */
  readonly selfShare: number;
  /** Share of all samples with this function anywhere in the stack. */
  readonly totalShare: number;
  readonly selfSamples: number;
  readonly lines: readonly HotLine[];
  /** Addresses (as linked) with their samples: where in the machine code the time is. */
  readonly addresses: readonly { readonly address: number; readonly samples: number }[];
}

export interface HotLine {
  readonly file: string;
  readonly line: number;
  readonly samples: number;
}
