import { expect, test } from "vitest";
import { hasV0StandardLibrary, instantiatingCrate, isCompiledHere } from "./symbols.ts";

test.each([
  ["_RNvCs1234_4heap4sift", "heap"],
  ["_RNvNtCsgEmfK2I1SDS_4core9panicking18panic_bounds_check", "core"],
  ["_RINvMNtCsgEmfK2I1SDS_4core3stre18trim_start_matchesReECsgY6Mt91CT9J_14rustc_demangle", "rustc_demangle"],
  [
    "_RINvNtCsgEmfK2I1SDS_4core3ptr13drop_in_placeNtNtCslNYArtu3iFV_5alloc6string6StringECsjrHSEGnQ3l9_3std",
    "std",
  ],
  ["_RINvMs5_NtNtCsjrHSEGnQ3l9_3std2io5errorNtB6_5Error3newReEBa_", "std"],
  [
    "_RINvMs4_NtCsgY6Mt91CT9J_14rustc_demangle2v0NtB6_7Printer13print_backrefNvB2_10print_typeEB8_",
    "rustc_demangle",
  ],
  [
    "_RNvYNvNtNtNtCsjrHSEGnQ3l9_3std3sys2fs4unix4statINtNtNtCsgEmfK2I1SDS_4core3ops8function2FnTRNtNtNtBQ_3ffi5c_str4CStrEE4callBa_",
    "std",
  ],
  ["_ZN4heap4sift17h85000cd3eb194b09E", undefined],
  ["_RNvC99999999999_x", undefined],
  ["_R", undefined],
  ["main", undefined],
])("%s was made by %s", (symbol, crate) => {
  expect(instantiatingCrate(symbol)).toBe(crate);
});

test("generic code of the standard library is the program's where the program made the instance", () => {
  const instance =
    "_RINvNtCsgEmfK2I1SDS_4core3ptr13drop_in_placeNtNtCslNYArtu3iFV_5alloc6string6StringECs9_4heap";
  expect(isCompiledHere("core::ptr::drop_in_place", [instance], true)).toBe(true);
  const precompiled =
    "_RINvNtCsgEmfK2I1SDS_4core3ptr13drop_in_placeNtNtCslNYArtu3iFV_5alloc6string6StringECsjrHSEGnQ3l9_3std";
  expect(isCompiledHere("core::ptr::drop_in_place", [precompiled], true)).toBe(false);
});

test("an old name is the program's where the standard library has new ones, else by its crate", () => {
  const symbols = ["_ZN4core3ptr13drop_in_place17h85000cd3eb194b09E"];
  expect(isCompiledHere("core::ptr::drop_in_place", symbols, true)).toBe(true);
  expect(isCompiledHere("core::ptr::drop_in_place", symbols, false)).toBe(false);
  expect(isCompiledHere("<heap::Sift as core::fmt::Debug>::fmt", ["_ZN52_$LT$heap..Sift17hE"], false)).toBe(
    true,
  );
  expect(isCompiledHere("main", ["main"], true)).toBe(false);
});

test("the scheme of the standard library is read from its own names", () => {
  expect(hasV0StandardLibrary(["main", "_RNvCs1234_4heap4sift"])).toBe(false);
  expect(hasV0StandardLibrary(["_RNvNtCsgEmfK2I1SDS_4core9panicking5panic"])).toBe(true);
});
