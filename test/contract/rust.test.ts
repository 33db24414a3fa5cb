import { rust } from "../../src/languages/rust/index.ts";
import { describeLanguage } from "./language-suite.ts";

describeLanguage({
  language: rust,
  program: "rust",
  mistake: {
    file: "src/main.rs",
    text: "fn main() { undefined_name(); }\n",
    words: /cannot find function `undefined_name`[\s\S]*src\/main\.rs:1:13/,
    command: "cargo build --release",
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
  isUserFunction: (name) => /^contract_(program|lib)::/.test(name),
});
