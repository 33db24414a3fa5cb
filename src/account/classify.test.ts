import { expect, test } from "vitest";
import type { ProfileFrame } from "../model/profile.ts";
import { createClassifier } from "./classify.ts";

const program = "/app/prog";
const libc = "/usr/lib/x86_64-linux-gnu/libc.so.6";

function frames(...texts: readonly string[]): readonly ProfileFrame[] {
  return texts.map((text) => {
    const [symbol = "", module = "prog"] = text.split("@");
    return { symbol, module: { prog: program, libc, kernel: "[kernel]", vdso: "[vdso]" }[module] ?? module };
  });
}

/** "component: mechanism <- cause" of a stack, leaf first. */
function read(language: string, ...texts: readonly string[]): string {
  const classifier = createClassifier({
    language,
    executable: program,
    ...(language === "rust" ? { ownPackages: ["prog"] } : {}),
  });
  const found = classifier.stack(frames(...texts));
  if (found === undefined) return "unexplained";
  const detail = found.mechanism.detail ?? found.mechanism.component;
  return `${found.component}: ${detail} <- ${found.cause?.component ?? "nothing"}`;
}

const fault = ["clear_page_erms@kernel", "handle_mm_fault@kernel", "asm_exc_page_fault@kernel"] as const;
const futex = ["futex_wait@kernel", "__x64_sys_futex@kernel", "do_syscall_64@kernel"] as const;

test.each([
  ["go", ["main.work", "main.main"], "user: user <- user"],
  ["go", ["runtime.memmove", "main.work", "main.main"], "copy: copy <- user"],
  ["go", ["runtime.memclrNoHeapPointers", "runtime.mallocgc", "main.work"], "alloc: clear <- alloc"],
  [
    "go",
    [...fault, "runtime.memclrNoHeapPointers", "runtime.(*mheap).grow", "main.f"],
    "alloc: page fault <- alloc",
  ],
  ["go", [...fault, "main.touch", "main.main"], "page-faults: page fault <- user"],
  ["go", ["runtime.gcDrainN", "runtime.gcAssistAlloc1", "runtime.mallocgc", "main.f"], "gc: mark <- gc"],
  [
    "go",
    [...futex, "runtime.futex", "runtime.notesleep", "runtime.stopm", "runtime.mcall"],
    "scheduler: futex, threads and signals <- scheduler",
  ],
  [
    "go",
    ["runtime.reentersyscall", "runtime.entersyscall", "runtime.cgocall", "main._Cfunc_f", "main.main"],
    "foreign-calls: leaving and entering Go <- foreign-calls",
  ],
  [
    "go",
    ["runtime.exitsyscall", "syscall.Syscall", "internal/poll.(*FD).Read"],
    "io: leaving and entering Go <- io",
  ],
  ["go", ["_cgo_b28d6f659fff_Cfunc_f"], "foreign-calls: foreign-calls <- foreign-calls"],
  ["go", ["runtime.lock2", "runtime.(*mcentral).cacheSpan", "main.f"], "alloc: lock <- alloc"],
  ["go", ["internal/runtime/maps.(*Iter).Next", "main.f"], "hash: hash <- hash"],
  [
    "go",
    ["example.com/lib/v2.(*T[go.shape.int]).Run", "main.f"],
    "dependencies: dependencies <- dependencies",
  ],
  ["go", ["slices.pdqsortOrdered[go.shape.int]", "main.f"], "std: std <- std"],
  ["go", ["runtime.somethingNew"], "runtime: runtime <- runtime"],
  ["rust", ["prog::inner::work", "prog::main"], "user: user <- user"],
  [
    "rust",
    ["<prog::Node as core::ops::drop::Drop>::drop", "prog::main"],
    "drop-glue: drop-glue <- drop-glue",
  ],
  ["rust", ["core::ptr::drop_in_place<prog::Node>", "prog::main"], "drop-glue: drop-glue <- drop-glue"],
  [
    "rust",
    ["_int_free@libc", "cfree@GLIBC_2.2.5@libc", "core::ptr::drop_in_place<prog::Node>"],
    "alloc: alloc <- alloc",
  ],
  ["rust", ["<core::hash::sip::Hasher<S> as core::hash::Hasher>::write", "prog::main"], "hash: hash <- hash"],
  [
    "rust",
    ["<T as serde::de::Deserialize>::deserialize", "prog::main"],
    "dependencies: dependencies <- dependencies",
  ],
  ["rust", ["<alloc::vec::Vec<T> as core::iter::FromIterator<T>>::from_iter"], "std: std <- std"],
  ["rust", ["__memmove_avx_unaligned_erms@libc", "std::rt::lang_start"], "copy: copy <- startup"],
  [
    "rust",
    [
      "vfs_write@kernel",
      "ksys_write@kernel",
      "do_syscall_64@kernel",
      "__libc_write@libc",
      "std::io::Write::write_all",
    ],
    "io: files and network <- io",
  ],
  ["c", ["work", "main"], "user: user <- user"],
  ["c", ["count", "main"], "user: user <- user"],
  ["c", ["_int_malloc@libc", "malloc@libc", "build"], "alloc: alloc <- alloc"],
  ["c", ["__vfprintf_internal@libc", "printf@libc", "main"], "format: format <- format"],
  ["c", ["deflate@/usr/lib/libz.so.1.2.13", "main"], "dependencies: dependencies <- dependencies"],
  ["cpp", ["std::_Hashtable<int, int>::_M_find_before_node", "main"], "hash: hash <- hash"],
  ["cpp", ["void std::__introsort_loop<int*>", "main"], "std: std <- std"],
  ["cpp", ["app::Engine::step()", "main"], "user: user <- user"],
  ["cpp", ["count(std::unordered_map<int, int>&)", "main"], "user: user <- user"],
  ["cpp", ["std::default_delete<app::Tree>::operator()", "main"], "drop-glue: drop-glue <- drop-glue"],
  ["cpp", ["app::Tree::~Tree()", "main"], "drop-glue: drop-glue <- drop-glue"],
  ["rust", ["<str>::to_lowercase", "prog::main"], "std: std <- std"],
  ["rust", ["<std::sys::sync::mutex::futex::Mutex>::lock_contended", "prog::main"], "sync: sync <- sync"],
  [
    "rust",
    ["__memmove_avx_unaligned_erms@libc", "std::sys::backtrace::__rust_begin_short_backtrace"],
    "copy: copy <- startup",
  ],
  ["cpp", ["_IO_default_xsputn@libc", "main"], "format: format <- format"],
  ["cpp", ["_IO_new_file_xsputn@libc", "main"], "io: io <- io"],
  ["rust", ["<[prog::Node]>::sort_by", "prog::main"], "std: std <- std"],
  ["rust", ["core::num::<impl u64>::pow", "prog::main"], "std: std <- std"],
  ["rust", ["core::num::<impl u64>::from_str_radix", "prog::main"], "format: format <- format"],
  ["cpp", ["operator new(unsigned long)@/usr/lib/libstdc++.so.6", "app::f()"], "alloc: alloc <- alloc"],
  [
    "go",
    ["sysvec_apic_timer_interrupt@kernel", "asm_sysvec_apic_timer_interrupt@kernel", "main.f"],
    "user: user <- user",
  ],
  ["go", ["[unknown]@[unknown]", "main.f"], "unexplained"],
  ["c", ["[unknown]@/usr/lib/libfoo.so.2", "main"], "dependencies: dependencies <- dependencies"],
] as const)("%s %j", (language, stack, expected) => {
  expect(read(language, ...stack.map((text) => text.replace("cfree@GLIBC_2.2.5@libc", "cfree@libc")))).toBe(
    expected,
  );
});

test("map code that was inlined into the user's function counts as map code; other library code as the user's", () => {
  const classifier = createClassifier({ language: "rust", executable: program, ownPackages: ["prog"] });
  const inlined = (symbol: string): ProfileFrame => ({
    symbol: "prog::main",
    module: program,
    inlined: [{ symbol }, { symbol: "prog::main", file: "main.rs", line: 3 }],
  });
  expect(classifier.frame(inlined("hashbrown::raw::find"))?.component).toBe("hash");
  expect(classifier.frame(inlined("core::iter::range::next"))?.component).toBe("user");
  expect(classifier.frame(inlined("core::num::int_macros::overflowing_add"))?.component).toBe("user");
  expect(classifier.frame(inlined("core::num::flt2dec::strategy::grisu::format_exact"))?.component).toBe(
    "format",
  );
});

test("Rust's own crates are found by their main", () => {
  const frame: ProfileFrame = { symbol: "tool_core::main", module: program };
  const profile = { frames: [frame] } as unknown as Parameters<typeof createClassifier>[1];
  const classifier = createClassifier({ language: "rust", executable: program }, profile);
  expect(classifier.frame({ symbol: "tool_core::deep::f", module: program })?.component).toBe("user");
  expect(classifier.frame({ symbol: "serde::f", module: program })?.component).toBe("dependencies");
});

test("a C function that Go calls is code like any other, and not Go's runtime", () => {
  const classifier = createClassifier({ language: "go", executable: program });
  const frame = (symbol: string, file: string) => ({
    symbol,
    module: program,
    inlined: [{ symbol, file, line: 4 }],
  });
  expect(classifier.frame(frame("mix", "/src/mix.c"))).toMatchObject({ component: "dependencies" });
  expect(classifier.frame(frame("callRet", "/usr/local/go/src/runtime/asm_amd64.s"))).toMatchObject({
    component: "runtime",
  });
});
