import type { NativeLanguage } from "../base/native.ts";
import type { RunnerRung } from "../model/run.ts";

export type RungId = RunnerRung["id"];

/** One way of running programs, with what it cannot do; the first that works is taken. */
export interface RungDescription {
  readonly rung: RunnerRung;
  /** The launcher's source in probes/launcher; absent: no launcher. */
  readonly source?: { readonly file: string; readonly language: NativeLanguage };
}

export const ladder: readonly RungDescription[] = [
  {
    rung: { id: "launcher", title: "native launcher (C)", lost: [] },
    source: { file: "launcher.c", language: "c" },
  },
  {
    rung: {
      id: "launcher-rust",
      title: "native launcher (Rust)",
      lost: ["every run takes about 0.1 ms longer, because this launcher forks"],
    },
    source: { file: "launcher.rs", language: "rust" },
  },
  {
    rung: {
      id: "launcher-go",
      title: "native launcher (Go)",
      lost: [
        "the end of a run is seen late by a varying time, which is not known",
        "peak memory below about 3 MB reads as 3 MB",
        "a memory limit adds about 1 ms to the run",
      ],
    },
    source: { file: "launcher.go", language: "go" },
  },
  {
    rung: {
      id: "spawn",
      title: "started by Node",
      lost: [
        "CPU time, memory, page faults, context switches and system calls are not known",
        "every run takes about 0.7 ms longer, and its end is seen late by a varying time",
        "descendants with a session of their own are not found",
        "arguments and paths that are not UTF-8 cannot be passed",
      ],
    },
  },
];

export function isRungId(id: string): id is RungId {
  return ladder.some(({ rung }) => rung.id === id);
}
