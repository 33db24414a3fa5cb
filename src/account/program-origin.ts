import type { Elf } from "../base/elf.ts";
import type { Profile } from "../model/profile.ts";

/** Which compiler made a program. Go leaves its build information even when stripped; Rust is told by its symbols only. */
export function programOrigin(elf: Elf): NonNullable<Profile["origin"]> {
  if (elf.sections.some(({ name }) => name === ".go.buildinfo" || name === ".gopclntab")) return "go";
  return elf.symbols.some(({ name }) => /rust_begin_unwind|rust_eh_personality|^_RNv|__rust_alloc/.test(name))
    ? "rust"
    : "native";
}
