import { defineLanguage } from "../../plugin.ts";
import { createCFamilyLanguage } from "../native/c-family/c-family.ts";
import { plusPlusExtensions } from "../native/c-family/dialect.ts";

export const c = defineLanguage(
  createCFamilyLanguage({
    id: "c",
    title: "C",
    sourceExtensions: [".c"],
    rivalExtensions: plusPlusExtensions,
    guestExtensions: {},
    compilers: ["gcc", "clang", "cc"],
    aptPackage: "gcc",
  }),
);
