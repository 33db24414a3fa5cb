import { expect, test } from "vitest";
import { report } from "../../test/support/report-parts.ts";
import type { Advice, Checklist } from "../model/report.ts";
import { faultTexts } from "./checklist-texts.ts";

const checklist: Checklist = {
  subject: "rust",
  items: [
    {
      id: "sip-hash",
      title: "SipHash",
      state: "found",
      detail: "30 % of the samples in SipHash",
      share: 0.39,
    },
  ],
};
const line: Advice = {
  id: "rust-sip-hash-1",
  subject: "rust",
  title: "The map hashes with SipHash",
  change: "",
  location: { file: "/p/src/main.rs", line: 6 },
  gainAtMost: 2.6,
  boundFrom: "accounting",
  evidence: ["rust-fault-sip-hash"],
};

test("a fault says where time is spent, and leaves the bound to the line that has one", () => {
  const costs = (advice: readonly Advice[]) =>
    faultTexts(report({ checklist: [checklist], advice })).map(({ cost }) => cost);
  expect(costs([])).toEqual(["at most 39 % of the time is spent there"]);
  expect(costs([line])).toEqual(["what it costs at most stands with main.rs:6 above"]);
  expect(costs([{ ...line, evidence: ["go-fault-sip-hash"] }])).toEqual([
    "at most 39 % of the time is spent there",
  ]);
});

test("a share that may be anything contradicts no count of samples", () => {
  const wide = { ...checklist, items: checklist.items.map((item) => ({ ...item, share: 0.97 })) };
  expect(faultTexts(report({ checklist: [wide] })).map(({ cost }) => cost)).toEqual([
    "up to nearly all of the time may be spent there: mending it may gain much or little, and only a try tells",
  ]);
});
