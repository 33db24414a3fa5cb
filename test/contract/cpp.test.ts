import { cpp } from "../../src/languages/cpp/index.ts";
import { isUserFunction } from "../../src/languages/native/c-family/inspect.ts";
import { describeLanguage } from "./language-suite.ts";

describeLanguage({
  language: cpp,
  title: "C++, g++ with checked containers",
  program: "cpp",
  // Given as a C compiler: the C++ driver of the same family must be found.
  subject: { compiler: "gcc", flags: ["-O3", "-D_GLIBCXX_ASSERTIONS", "-s"] },
  mistake: {
    file: "main.cpp",
    text: "int main() { return undeclared; }\n",
    words: /main\.cpp:1:\d+: error: .undeclared. was not declared/,
    command: "-c",
  },
  answers: {
    "bounds-checks": "lever",
    "overflow-checks": "natural",
    inlining: "lever",
    vectorisation: "lever",
    unrolling: "lever",
    "loop-idioms": "lever",
    "if-conversion": "lever",
    "optimisation-level": "natural",
    "target-cpu": ["lever", "unsupported"],
    gc: "natural",
    "memory-reclamation": "lever",
    allocator: ["lever", "unsupported"],
    cores: "lever",
    "stdout-buffering": "lever",
    layout: "lever",
  },
  isUserFunction,
});
