import type { ComponentRule, RuleSet } from "../components.ts";
import { libcRules } from "./native.ts";

/** Demangled names of rustc 1.60 to 1.95, legacy and v0 mangling. */
const rustRules: readonly ComponentRule[] = [
  {
    component: "alloc",
    symbols: [
      "__rust_*alloc*",
      "__rdl_*",
      "__rg_*",
      "__rustc::__rust_*",
      "__rustc::__rdl_*",
      "__rustc::__rg_*",
      "alloc::alloc::*",
      "std::sys::alloc*",
      "alloc::raw_vec*",
      "<alloc::raw_vec*",
      "<alloc::alloc::Global*",
      "*as core::alloc::GlobalAlloc>*",
      "*as core::alloc::global::GlobalAlloc>*",
      "mimalloc::*",
      "tikv_jemallocator::*",
      "jemallocator::*",
    ],
  },
  {
    component: "drop-glue",
    symbols: [
      "core::ptr::drop_in_place*",
      "*as core::ops::drop::Drop>::drop*",
      "alloc::sync::Arc<*>::drop_slow",
      "alloc::rc::Rc<*>::drop_slow",
      "<alloc::vec::Vec<*as core::ops::drop*",
    ],
  },
  {
    component: "hash",
    inlined: true,
    symbols: [
      "hashbrown::*",
      "<hashbrown::*",
      "*as core::hash::*",
      "core::hash::*",
      "<core::hash::*",
      "std::collections::hash*",
      "<std::collections::hash*",
      "std::hash::*",
      "<std::hash::*",
      "*rustc_entry*",
      "ahash::*",
      "<ahash::*",
      "foldhash::*",
      "<foldhash::*",
      "fxhash::*",
      "<fxhash::*",
      "rustc_hash::*",
      "<rustc_hash::*",
      "indexmap::*",
      "<indexmap::*",
      "alloc::collections::btree*",
      "<alloc::collections::btree*",
      "dashmap::*",
    ],
  },
  {
    component: "thread-pool",
    symbols: ["rayon*", "<rayon*", "crossbeam*", "<crossbeam*"],
  },
  {
    component: "async-runtime",
    symbols: [
      "tokio*",
      "<tokio*",
      "mio::*",
      "<mio::*",
      "futures*",
      "<futures*",
      "async_std::*",
      "smol::*",
      "async_executor::*",
    ],
  },
  {
    component: "format",
    inlined: true,
    symbols: [
      "core::fmt::*",
      "<core::fmt::*",
      // The rest of core::num is arithmetic, which every loop has inlined.
      "core::num::fmt*",
      "core::num::flt2dec*",
      "core::num::dec2flt*",
      "core::num::bignum*",
      "core::num::diy_float*",
      "core::num::imp::*",
      "core::num::*from_str*",
      "core::num::*from_ascii*",
      "alloc::fmt::*",
      "core::str::*parse*",
      "*as core::fmt::*",
      "*as core::str::traits::FromStr>*",
      "*as alloc::string::ToString>*",
      "*as alloc::string::SpecToString>*",
      "ryu::*",
      "<ryu::*",
      "itoa::*",
      "<itoa::*",
      "core::char::methods::*encode_utf8*",
      "zmij::*",
    ],
  },
  {
    component: "startup",
    symbols: ["std::rt::*", "<std::rt::*", "std::sys::backtrace::*", "main", "_start"],
  },
  {
    component: "sync",
    symbols: [
      "std::sync::*",
      "<std::sync::*",
      "std::sys::sync::*",
      "<std::sys::sync::*",
      "parking_lot*",
      "<parking_lot*",
      "core::sync::atomic*",
      "<core::sync::atomic*",
      "std::sys::pal::unix::futex*",
      "std::thread::*park*",
      "std::thread::local*",
    ],
  },
  {
    component: "scheduler",
    symbols: [
      "std::thread::*",
      "<std::thread::*",
      "std::sys::thread*",
      "<std::sys::thread*",
      "std::sys::pal::unix::thread*",
      "<std::sys::pal::unix::thread*",
    ],
  },
  {
    component: "io",
    symbols: [
      "std::io::*",
      "<std::io::*",
      "std::fs::*",
      "<std::fs::*",
      "std::net::*",
      "std::path::*",
      "std::sys::*",
      "<std::sys::*",
      "std::os::*",
      "*as std::io::*",
      "std::env::*",
    ],
  },
  {
    component: "stack",
    detail: "unwinding",
    symbols: [
      "core::panicking*",
      "std::panicking*",
      "std::panic*",
      "rust_eh_personality",
      "core::result::unwrap_failed*",
      "core::option::*_failed*",
      "gimli::*",
      "addr2line::*",
      "std::backtrace*",
    ],
  },
  {
    component: "copy",
    detail: "copy",
    neutral: true,
    symbols: ["compiler_builtins::mem*", "compiler_builtins::mem::*"],
  },
  {
    component: "copy",
    detail: "compare",
    neutral: true,
    symbols: [
      "memchr::*",
      "<memchr::*",
      "core::slice::memchr*",
      "core::slice::cmp*",
      "<*as core::slice::cmp*",
    ],
  },
  ...libcRules,
];

const standardCrates = new Set([
  "core",
  "alloc",
  "std",
  "compiler_builtins",
  "panic_unwind",
  "std_detect",
  "rustc_demangle",
  "miniz_oxide",
  "object",
  "adler2",
  "__rustc",
]);

export const rustRuleSet: RuleSet = {
  rules: rustRules,
  packageOf: crateOf,
  isStandard: (name) => standardCrates.has(name),
  bare: "dependencies",
};

/**
 * The crate that wrote a function. "<a::T as b::Trait>::f" is of crate a; where the type is a parameter or built
 * in ("<T as b::Trait>", "<[u8] as ...>") it is the trait's. Methods of built-in types ("<str>::trim") are the language's.
 */
function crateOf(symbol: string): string | undefined {
  if (/^<(?:str|bool|char|[iu]\d+|[iu]size|f\d+|\[[^\]]*\]|\*(?:const|mut) .*)>::/.test(symbol))
    return "core";
  const plain = firstCrate(symbol);
  if (plain !== undefined) return plain;
  const trait = symbol.indexOf(" as ");
  return trait === -1 ? undefined : firstCrate(symbol.slice(trait + 4));
}

function firstCrate(text: string): string | undefined {
  return /^(?:[<&([*]|mut |const |dyn |impl )*([A-Za-z_]\w*)(?:\[[0-9a-f]+\])?::/.exec(text)?.[1];
}
