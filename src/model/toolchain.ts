import type { LanguageId } from "./case.ts";

/** A compiler with everything that decides what it makes. */
export interface Toolchain {
  readonly language: LanguageId;
  /** For people: "go 1.26.8", "rustc 1.95.0 (LLVM 22.1.2)". */
  readonly title: string;
  readonly version: string;
  /** Absolute path of the driver. */
  readonly executable: string;
  /** Equal for toolchains that make the same code; part of every artifact's key. */
  readonly digest: string;
  /** Facts that levers ask for, e.g. { "llvm.major": "22", "linker": "/.../ld.lld" }. */
  readonly properties: Readonly<Record<string, string>>;
}

export interface ToolchainMissing {
  readonly kind: "missing";
  readonly tool: string;
  readonly reason: string;
  readonly help: string;
}

export type ToolchainSearch = { readonly kind: "found"; readonly toolchain: Toolchain } | ToolchainMissing;
