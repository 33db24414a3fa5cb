import { describe, expect, it } from "vitest";
import { packageClause } from "./package-clause.ts";

describe("packageClause", () => {
  it.each([
    ["package main\n", "main"],
    ["\uFEFF// a\n/* package x */ package main // y\nfunc main() {}", "main"],
    ["//go:build linux\n\npackage main", "main"],
    ["//go:build ignore\n\npackage main", undefined],
    ["// +build ignore\n\npackage main", undefined],
    ["package /* odd */ main", undefined],
    ["/* never closed package main", undefined],
    ["// package main", undefined],
    ["", undefined],
    ["package größe", "größe"],
    ["packagemain", undefined],
  ])("%j", (text, name) => expect(packageClause(text)).toBe(name));

  it("takes linear time on a comment that never ends", () => {
    expect(packageClause(`/*${"*".repeat(1_000_000)}`)).toBeUndefined();
    expect(packageClause("//\n".repeat(200_000))).toBeUndefined();
  });
});
