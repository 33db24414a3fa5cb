import { mkdtemp, readdir, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { hasEnded, ownIdentity, tryLock, waitForLock } from "./file-lock.ts";

let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "perfgap-lock-"));
  path = join(folder, "a lock");
});
afterEach(() => rm(folder, { recursive: true }));

const owner = async (changes: object) =>
  writeFile(path, JSON.stringify({ ...(await ownIdentity()), sinceMs: 1, token: "t", ...changes }));

test("one holder at a time; the next learns who it is; release leaves nothing", async () => {
  const first = await tryLock(path);
  const second = await tryLock(path);
  expect(second).toMatchObject({ kind: "busy", owner: { pid: process.pid } });
  if (first.kind !== "held") throw new Error("not held");
  await first.lock.release();
  expect((await tryLock(path)).kind).toBe("held");
  expect(await readdir(folder)).toEqual(["a lock"]);
});

test.each([
  ["another process had the id before", { startTicks: "1" }],
  ["the machine was restarted", { boot: "an earlier one" }],
  ["the process is gone", { pid: 2 ** 22 + 1 }],
])("a dead owner's lock is taken over: %s", async (_name, changes) => {
  await owner(changes);
  expect((await tryLock(path)).kind).toBe("held");
});

test("an owner in another pid namespace counts as alive", async () => {
  await owner({ namespace: "pid:[1]", pid: 1, startTicks: "7" });
  expect((await tryLock(path)).kind).toBe("busy");
});

test("a torn lock file is busy while it may be fresh and free when it is old", async () => {
  await writeFile(path, '{"pid":');
  expect(await tryLock(path)).toEqual({ kind: "busy" });
  await utimes(path, 1000, 1000);
  expect((await tryLock(path)).kind).toBe("held");
});

test("of many that find one dead owner exactly one gets the lock", async () => {
  for (let round = 0; round < 20; round++) {
    await rm(path, { force: true });
    await owner({ startTicks: "1" });
    const attempts = await Promise.all(Array.from({ length: 8 }, () => tryLock(path)));
    expect(attempts.filter(({ kind }) => kind === "held").length).toBeLessThanOrEqual(1);
    const after = await tryLock(path);
    expect(attempts.some(({ kind }) => kind === "held") ? after.kind : "held").toBe(
      attempts.some(({ kind }) => kind === "held") ? "busy" : after.kind,
    );
  }
});

test("waiting ends with the release, or with the signal", async () => {
  const held = await waitForLock(path);
  const controller = new AbortController();
  const told: unknown[] = [];
  const aborted = waitForLock(path, { signal: controller.signal, onBusy: (busy) => told.push(busy?.pid) });
  const patient = waitForLock(path, { onBusy: () => controller.abort() });
  await expect(aborted).rejects.toThrow();
  await held.release();
  await (await patient).release();
  expect(told).toEqual([process.pid]);
});

test("this process has not ended", async () => {
  expect(await hasEnded(await ownIdentity())).toBe(false);
});
