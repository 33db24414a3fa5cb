import { join } from "node:path";
import { expect, test } from "vitest";
import { temporaryFolder } from "../../test/support/temporary-folder.ts";
import { createRandom } from "../base/random.ts";
import { readLatencies, readOperations, summariseLatencies } from "./read-latencies.ts";

const records = (operation: string, values: readonly number[]) =>
  values.map((value) => `${operation} ${value}\n`).join("");

test("quantiles lie between their order statistics, each with enough operations behind it", () => {
  const thousand = Array.from({ length: 1000 }, (_, index) => 1000 - index);
  const { p50, p95, p99, ...rest } = summariseLatencies(records("get", thousand)) ?? {};
  expect(rest).toEqual({ operation: "get", count: 1000 });
  expect(p50).toEqual({ valueNs: 500.5, lowNs: 469, highNs: 532 });
  expect(p95?.valueNs).toBeCloseTo(950, 0);
  expect(p99?.lowNs).toBeLessThan(990);
  expect(p99?.highNs).toBeGreaterThan(992);
});

test("too few operations tell no far quantile", () => {
  const told = (count: number) =>
    Object.keys(
      summariseLatencies(
        records(
          "get",
          Array.from({ length: count }, (_, value) => value + 1),
        ),
      ) ?? {},
    );
  expect(told(5)).toEqual(["operation", "count"]);
  expect(told(6)).toEqual(["operation", "count", "p50"]);
  expect(told(71)).not.toContain("p95");
  expect(told(72)).toContain("p95");
  expect(told(367)).not.toContain("p99");
  expect(told(368)).toContain("p99");
});

test("the operation reported most often counts; what is no record is left out", () => {
  const text = `${records("load the index", [5e9])}${records("get", [10, 20, 30])}garbage\n -3\nget x\nget 4`;
  expect(summariseLatencies(text)).toMatchObject({ operation: "get", count: 4 });
  expect(summariseLatencies("get 1.5\r\n")).toMatchObject({ operation: "get", count: 1 });
  expect(summariseLatencies("")).toBeUndefined();
});

test("the interval holds the true quantile as often as it promises", () => {
  const random = createRandom(7);
  let held = 0;
  for (let run = 0; run < 400; run++) {
    const values = Array.from({ length: 500 }, () => -Math.log(random.uniform()) * 1e6);
    const { p99 } =
      summariseLatencies(
        records(
          "get",
          values.map((value) => Math.round(value)),
        ),
      ) ?? {};
    const truth = -Math.log(0.01) * 1e6;
    if (p99 !== undefined && p99.lowNs <= truth && truth <= p99.highNs) held++;
  }
  expect(held / 400).toBeGreaterThan(0.93);
});

test("a file that a program never wrote to reports nothing", async () => {
  const folder = temporaryFolder({ empty: "" });
  expect(await readLatencies(join(folder, "empty"))).toBeUndefined();
  expect(await readLatencies(join(folder, "missing"))).toBeUndefined();
});

test("a named operation is read whatever else is reported more often, and all of them by name", async () => {
  const text = records("get", Array<number>(499).fill(10)) + records("put", Array<number>(501).fill(70));
  const folder = temporaryFolder({ "reports.txt": `${text}größer 5\n` });
  const path = join(folder, "reports.txt");
  expect(await readLatencies(path, "get")).toMatchObject({
    operation: "get",
    count: 499,
    p99: { valueNs: 10 },
  });
  expect(await readLatencies(path, "delete")).toEqual({ operation: "delete", count: 0 });
  expect(await readLatencies(join(folder, "none.txt"), "get")).toBeUndefined();
  const all = await readOperations(path);
  expect([...all].map(([name, { count }]) => [name, count])).toEqual([
    ["get", 499],
    ["put", 501],
    ["größer", 1],
  ]);
  expect(await readOperations(join(folder, "none.txt"))).toEqual(new Map());
});
