import { expect, test } from "vitest";
import { profileOfFlags } from "./release-profile.ts";

test.each([
  [[], {}],
  [["-Cdebuginfo=1", "-g"], {}],
  [["-C", "overflow-checks=on"], { overflowChecks: "on" }],
  [["-Coverflow-checks"], { overflowChecks: "on" }],
  [["--codegen=overflow-checks=yes", "-C", "overflow-checks=off"], { overflowChecks: "off" }],
  [["-Cdebug-assertions=y"], { overflowChecks: "on" }],
  [["-Cdebug-assertions=y", "-Coverflow-checks=n"], { overflowChecks: "off" }],
  [["--codegen", "opt-level=s"], { optLevel: "s" }],
  [["-Clto", "-Ccodegen-units=4", "-C", "panic=abort"], { lto: "fat", codegenUnits: "4", panic: "abort" }],
  [["-Clto=thin"], { lto: "thin" }],
  [["-Clto=off"], { lto: "off" }],
  [["-C"], {}],
])("%j says %j", (flags, profile) => {
  expect(profileOfFlags(flags)).toEqual(profile);
});
