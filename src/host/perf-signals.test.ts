import { describe, expect, it } from "vitest";
import { counterSignal, type PerfFindings, profilerSignal } from "./perf-signals.ts";

const all: PerfFindings = { found: true, samples: "all", paranoid: -1, counts: true };

describe("profiler signal", () => {
  it("is ok when the kernel can be sampled too", () => {
    expect(profilerSignal(all)).toMatchObject({ id: "perf", state: "ok" });
    expect(profilerSignal(all).fix).toBeUndefined();
  });

  it("is degraded when only programs can be sampled, with the setting that mends it", () => {
    const signal = profilerSignal({ ...all, samples: "user", paranoid: 2 });
    expect(signal).toMatchObject({ state: "degraded", fix: "sudo sysctl kernel.perf_event_paranoid=1" });
    expect(signal.detail).toContain("perf_event_paranoid is 2");
  });

  it("names the setting that forbids sampling", () => {
    expect(profilerSignal({ ...all, samples: "nothing", paranoid: 4 })).toMatchObject({
      state: "missing",
      detail:
        "sampling is not allowed (perf_event_paranoid is 4): accounting is left out; causes still come from rebuilding",
      fix: "sudo sysctl kernel.perf_event_paranoid=2",
    });
  });

  it("points at the container when the setting is not to blame", () => {
    expect(profilerSignal({ ...all, samples: "nothing", paranoid: 1 }).fix).toContain("--cap-add PERFMON");
    expect(profilerSignal({ found: true, samples: "nothing", counts: false }).fix).toContain(
      "--cap-add PERFMON",
    );
  });

  it("says how to install perf where that is known", () => {
    const missing: PerfFindings = { found: false, samples: "nothing", counts: false };
    expect(profilerSignal({ ...missing, install: "sudo dnf install perf" })).toMatchObject({
      state: "missing",
      fix: "sudo dnf install perf",
    });
    expect("fix" in profilerSignal(missing)).toBe(false);
  });
});

describe("counter signal", () => {
  it("says why nothing can be counted", () => {
    const none = { ...all, counts: false };
    expect(counterSignal(all, true).state).toBe("ok");
    expect(counterSignal(none, true).detail).toMatch(/^this virtual machine does not pass them on/);
    expect(counterSignal({ ...none, samples: "nothing" }, false).detail).toMatch(/^perf may not use them/);
    expect(counterSignal(none, false).detail).toMatch(/^this processor or kernel does not offer them/);
    expect(counterSignal({ ...none, found: false }, true).detail).toMatch(/^perf is not on PATH/);
  });
});
