import { defineLanguage } from "../../plugin.ts";
import { createCFamilyLanguage } from "../native/c-family/c-family.ts";
import { plusPlusExtensions } from "../native/c-family/dialect.ts";

export const cpp = defineLanguage(
  createCFamilyLanguage({
    id: "cpp",
    title: "C++",
    sourceExtensions: plusPlusExtensions,
    rivalExtensions: [],
    guestExtensions: { ".c": ["-x", "c"] },
    compilers: ["g++", "clang++", "c++"],
    aptPackage: "g++",
  }),
);
