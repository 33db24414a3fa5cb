import { describe, it } from "vitest";
import { c } from "../../src/languages/c/index.ts";
import { isUserFunction } from "../../src/languages/native/c-family/inspect.ts";
import { findClang } from "./find-clang.ts";
import { describeLanguage } from "./language-suite.ts";
import type { LanguageContract } from "./language-world.ts";

const contract: LanguageContract = {
  language: c,
  title: "C, gcc",
  program: "c",
  mistake: {
    file: "main.c",
    text: "int main(void) { return undeclared; }\n",
    words: /main\.c:1:\d+: error: .undeclared. undeclared/,
    command: "-c",
  },
  answers: {
    "bounds-checks": "natural",
    "overflow-checks": "natural",
    inlining: "lever",
    vectorisation: "lever",
    unrolling: "lever",
    "loop-idioms": "lever",
    "if-conversion": "lever",
    "optimisation-level": "lever",
    "target-cpu": ["lever", "unsupported"],
    gc: "natural",
    "memory-reclamation": "lever",
    allocator: ["lever", "unsupported"],
    cores: "lever",
    "stdout-buffering": "lever",
    layout: "lever",
  },
  isUserFunction,
};

describeLanguage({ ...contract, subject: { compiler: "gcc" } });

const clang = await findClang();
if (clang === undefined) {
  describe("C, clang", () => it.skip("clang is not installed", () => undefined));
} else {
  describeLanguage({
    ...contract,
    title: "C, clang",
    subject: { compiler: clang, flags: ["-O3", "-DNDEBUG"] },
    mistake: {
      ...contract.mistake,
      words: /main\.c:1:\d+: error: use of undeclared identifier 'undeclared'/,
    },
    answers: { ...contract.answers, "optimisation-level": "natural" },
  });
}
