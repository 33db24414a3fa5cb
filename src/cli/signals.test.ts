import { EventEmitter } from "node:events";
import { describe, expect, it } from "vitest";
import { cli, runEvents } from "../../test/support/fake-cli.ts";
import { pair, setting } from "../../test/support/pair-setting.ts";
import { codegenReport } from "../../test/support/report-fixture.ts";
import { Failure } from "../base/failure.ts";
import type { ExplainOptions } from "../model/progress.ts";

describe("signals", () => {
  function interrupted(
    signals: readonly ("SIGINT" | "SIGTERM")[],
    ends: "answers" | "fails",
    after: "planMade" | "runOpened" | "gapKnown" = "planMade",
  ) {
    const { directory } = setting();
    const source = new EventEmitter();
    const aborted: boolean[] = [];
    const explain = (
      options: ExplainOptions,
      listener: (event: ReturnType<typeof runEvents>[number]) => void,
    ) => {
      const events = runEvents(directory);
      for (const event of events.slice(0, 1 + events.findIndex(({ kind }) => kind === after)))
        listener(event);
      for (const signal of signals) source.emit(signal);
      aborted.push(options.stop.aborted, options.kill.aborted);
      return ends === "answers"
        ? Promise.resolve(codegenReport())
        : Promise.reject(new Failure({ code: "interrupted", exit: "interrupted", message: "stopped" }));
    };
    return { aborted, run: cli(pair, { directory, services: { explain }, signals: source }) };
  }

  it("Ctrl-C once: stops cleanly, prints what is known, says how to go on", async () => {
    const { aborted, run } = interrupted(["SIGINT"], "answers");
    const { code, out, err } = await run;
    expect(code).toBe(130);
    expect(aborted).toEqual([true, false]);
    expect(out).toContain("Rust is 9.4x faster");
    expect(err).toContain("stopping after this block; Ctrl-C again stops now");
    expect(err).toContain(
      "interrupted; nothing measured is lost. Go on with:\n  perfgap resume 20261124-114200-abcd",
    );
  });

  it("Ctrl-C twice: stops now", async () => {
    const { aborted, run } = interrupted(["SIGINT", "SIGINT"], "fails");
    const { code, out, err } = await run;
    expect({ code, out, aborted }).toEqual({ code: 130, out: "", aborted: [true, true] });
    expect(err).toContain("perfgap resume 20261124-114200-abcd");
  });

  it("Ctrl-C once before there is a plan: no block can be finished, so it stops now", async () => {
    const { aborted, run } = interrupted(["SIGINT"], "fails", "runOpened");
    const { code, err } = await run;
    expect({ code, aborted }).toEqual({ code: 130, aborted: [true, true] });
    expect(err).toContain("stopping now");
    expect(err).not.toContain("after this block");
  });

  it("before there is a plan: does not send to a resume that would be refused", async () => {
    const { err } = await interrupted(["SIGINT", "SIGINT"], "fails", "runOpened").run;
    expect(err).toContain("interrupted before anything was measured\n");
    expect(err).not.toContain("perfgap resume");
  });

  it("after the first look and before a plan: says that it is lost, and how to start again", async () => {
    const { err } = await interrupted(["SIGINT"], "fails", "gapKnown").run;
    expect(err).toMatch(
      /interrupted after the first look, of which nothing is kept\. Start again with:\n {2}perfgap explain .* --seed \d+\n/,
    );
    expect(err).not.toContain("before anything was measured");
    expect(err).not.toContain("perfgap resume");
  });

  it("tune: says with which command it starts again", async () => {
    const source = new EventEmitter();
    const tune = () => {
      source.emit("SIGINT");
      return Promise.reject(new Failure({ code: "interrupted", exit: "interrupted", message: "stopped" }));
    };
    const { directory } = setting();
    const { code, err } = await cli(["tune", "go"], { directory, services: { tune }, signals: source });
    expect(code).toBe(130);
    expect(err).toMatch(/it starts again with:\n {2}perfgap tune go --seed \d+\n/);
  });

  it("SIGTERM: stops now, 143", async () => {
    const { aborted, run } = interrupted(["SIGTERM"], "fails");
    expect((await run).code).toBe(143);
    expect(aborted).toEqual([true, true]);
  });

  it("ends the process when the work does not end by itself", async () => {
    const signals = new EventEmitter();
    const forced = new Promise<number>((resolve) => {
      void cli(pair, {
        ...setting(),
        signals,
        forceExit: resolve,
        services: {
          explain: () => {
            signals.emit("SIGTERM");
            return new Promise(() => undefined);
          },
        },
      });
    });
    expect(await forced).toBe(143);
  });

  it("a failure that is none of the signal's doing is told as it is", async () => {
    const signals = new EventEmitter();
    const explain = () => {
      signals.emit("SIGINT");
      return Promise.reject(new Failure({ code: "build", exit: "build", message: "no" }));
    };
    expect((await cli(pair, { ...setting(), signals, services: { explain } })).code).toBe(4);
  });
});
