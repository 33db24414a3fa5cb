import * as v from "valibot";
import { comparisonSchemaId } from "../model/comparison.ts";
import { metricIds } from "../model/plan.ts";

const text = v.string();
/** An end of an interval that has no bound is null in JSON. */
const end = v.nullable(v.number());
const estimate = v.strictObject({
  value: v.number(),
  low: end,
  high: end,
  confidence: v.number(),
  method: text,
});
const metric = v.picklist(metricIds);
const verdict = v.picklist(["cause", "asset", "negligible", "undetermined"]);
const change = v.strictObject({
  before: v.exactOptional(estimate),
  after: v.exactOptional(estimate),
  difference: v.exactOptional(estimate),
  verdict: v.picklist(["up", "down", "unchanged", "undetermined"]),
});

const doubt = v.strictObject({
  code: text,
  weight: v.picklist(["refuses", "serious", "note"]),
  message: text,
  subject: v.exactOptional(text),
});

const subject = v.strictObject({
  subject: text,
  title: text,
  language: text,
  metric,
  typical: change,
  sameSource: v.exactOptional(v.boolean()),
});

const cause = v.strictObject({
  factor: text,
  title: text,
  phrase: text,
  group: v.picklist([
    "loop optimiser",
    "safety checks",
    "codegen",
    "memory",
    "concurrency",
    "input and output",
    "layout",
  ]),
  kind: v.picklist([
    "appeared",
    "vanished",
    "grew",
    "shrank",
    "turned",
    "unchanged",
    "undetermined",
    "not compared",
  ]),
  contribution: change,
  verdicts: v.strictObject({ before: v.exactOptional(verdict), after: v.exactOptional(verdict) }),
  slowSide: change,
  fastSide: change,
  reason: v.exactOptional(text),
});

const run = v.strictObject({
  label: text,
  name: text,
  command: text,
  version: text,
  blocks: v.number(),
});

/** The shape of what `perfgap compare --json` prints; the published JSON Schema is made from this. */
export const comparisonSchema = v.strictObject({
  schema: v.literal(comparisonSchemaId),
  before: run,
  after: run,
  doubts: v.array(doubt),
  subjects: v.array(subject),
  pairs: v.array(
    v.strictObject({
      slow: text,
      fast: text,
      metric,
      gap: change,
      neutralGap: change,
      causes: v.array(cause),
    }),
  ),
  caveats: v.array(text),
});
