import { go } from "../../src/languages/go/index.ts";
import { describeLanguage } from "./language-suite.ts";

describeLanguage({
  language: go,
  program: "go",
  mistake: {
    file: "main.go",
    text: "package main\nfunc main() { undefinedName() }\n",
    words: /main\.go:2:\d+: undefined: undefinedName/,
    command: "go build",
  },
  answers: {
    "bounds-checks": "lever",
    "overflow-checks": "natural",
    inlining: "lever",
    vectorisation: "natural",
    unrolling: "natural",
    "loop-idioms": "natural",
    "if-conversion": "lever",
    "optimisation-level": "natural",
    "target-cpu": ["lever", "unsupported"],
    gc: "lever",
    "memory-reclamation": "lever",
    allocator: "unsupported",
    cores: "lever",
    "stdout-buffering": "lever",
    layout: "lever",
  },
  isUserFunction: (name) => name.startsWith("main.") || name.startsWith("example.org/contract/"),
});
