import * as v from "valibot";
import { metricIds } from "../model/plan.ts";
import { reportSchemaId } from "../model/report.ts";

const text = v.string();
const texts = v.array(text);
/** An end of an interval that has no bound is null in JSON. */
const end = v.nullable(v.number());
const share = v.number();

const estimate = v.strictObject({
  value: v.number(),
  low: end,
  high: end,
  confidence: v.number(),
  method: text,
});
const interval = { low: end, high: end };
const metric = v.picklist(metricIds);
const group = v.picklist([
  "loop optimiser",
  "safety checks",
  "codegen",
  "memory",
  "concurrency",
  "input and output",
  "layout",
]);

const host = v.strictObject({
  os: text,
  kernel: text,
  architecture: text,
  cpuModel: text,
  cpuCount: v.number(),
  cpuFlags: texts,
  memoryBytes: v.number(),
  virtualised: v.boolean(),
  load1: v.number(),
  cpuPressure: v.exactOptional(v.number()),
  signals: v.array(
    v.strictObject({
      id: text,
      title: text,
      state: v.picklist(["ok", "degraded", "missing"]),
      detail: text,
      fix: v.exactOptional(text),
    }),
  ),
});

const subject = v.strictObject({
  id: text,
  title: v.exactOptional(text),
  language: text,
  toolchain: text,
  typical: v.strictObject({
    cpuTime: v.exactOptional(estimate),
    wallTime: v.exactOptional(estimate),
    maxRss: v.exactOptional(estimate),
    latencyP50: v.exactOptional(estimate),
    latencyP95: v.exactOptional(estimate),
    latencyP99: v.exactOptional(estimate),
  }),
});

const gap = v.strictObject({
  slow: text,
  fast: text,
  metric,
  logRatio: estimate,
  ratio: estimate,
  verdict: v.exactOptional(v.picklist(["slower", "faster", "equal", "undetermined"])),
});

const proof = v.strictObject({
  proof: v.strictObject({
    fact: text,
    expect: v.picklist(["zero", "decreases", "increases", "changes"]),
    title: text,
    part: v.exactOptional(v.strictObject({ fact: text, title: text })),
  }),
  before: v.number(),
  after: v.number(),
  applied: v.boolean(),
  part: v.exactOptional(v.strictObject({ before: v.number(), after: v.number() })),
});

const patch = v.strictObject({
  build: v.exactOptional(
    v.strictObject({
      flags: v.exactOptional(v.record(text, texts)),
      env: v.exactOptional(v.record(text, text)),
      switches: v.exactOptional(texts),
    }),
  ),
  run: v.exactOptional(
    v.strictObject({
      env: v.exactOptional(v.record(text, text)),
      preload: v.exactOptional(texts),
      cpuCount: v.exactOptional(v.number()),
    }),
  ),
});

const switchedOff = v.strictObject({
  patch,
  scheme: v.exactOptional(patch),
  note: v.exactOptional(text),
});

const perSide = v.strictObject({ slow: v.exactOptional(estimate), fast: v.exactOptional(estimate) });

const contribution = v.strictObject({
  factor: text,
  title: text,
  phrase: text,
  group,
  value: v.number(),
  ...interval,
  slowSide: estimate,
  fastSide: estimate,
  share: v.exactOptional(share),
  alone: perSide,
  last: perSide,
  range: v.strictObject(interval),
  verdict: v.picklist(["cause", "asset", "negligible", "undetermined"]),
  atMost: end,
  sided: v.picklist(["both", "slow", "fast"]),
  bound: v.exactOptional(v.strictObject({ ...interval, reason: text })),
  dependsOn: texts,
  evidence: texts,
  evidenceAgainst: v.exactOptional(texts),
  proofs: v.record(text, proof),
  levers: v.exactOptional(v.record(text, switchedOff)),
  caveat: text,
});

const interaction = v.strictObject({
  factors: v.tuple([text, text]),
  side: text,
  index: estimate,
  reading: v.picklist(["together", "substitutes"]),
});

const exclusion = v.strictObject({
  factor: text,
  side: text,
  kind: v.picklist(["screened out", "natural", "hole", "not applied", "failed", "not selected", "apart"]),
  reason: text,
});

const diagnostics = v.strictObject({
  aa: v.record(text, estimate),
  noiseFloor: end,
  layoutSd: v.record(text, v.number()),
  runSd: v.record(text, v.number()),
  blocks: v.number(),
  degreesOfFreedom: v.number(),
  clippedShare: share,
  detrended: v.boolean(),
  driftShare: share,
  precisionWanted: v.number(),
  precisionReached: end,
  stoppedBy: v.picklist(["precision", "budget", "maxBlocks", "interrupted"]),
  seed: v.number(),
  units: v.exactOptional(v.number()),
  tails: v.exactOptional(
    v.record(text, v.picklist(["clipped", "variants differ", "too many", "too few blocks"])),
  ),
});

const doseSeries = v.strictObject({
  factor: text,
  side: text,
  levels: v.array(v.strictObject({ level: text, shift: estimate })),
  atLeast: estimate,
  atMost: v.exactOptional(end),
});

const attribution = v.strictObject({
  slow: text,
  fast: text,
  metric,
  contributions: v.array(contribution),
  neutralGap: estimate,
  schemeShift: v.record(text, estimate),
  groups: v.array(v.strictObject({ group, sum: estimate })),
  interactions: v.array(interaction),
  excluded: v.array(exclusion),
  diagnostics,
  doses: v.exactOptional(v.array(doseSeries)),
  higherOrder: v.exactOptional(v.record(text, estimate)),
  components: v.exactOptional(v.array(v.strictObject({ component: text, share: estimate }))),
});

const accounting = v.strictObject({
  subject: text,
  method: text,
  components: v.array(v.strictObject({ component: text, seconds: estimate, share })),
  unexplainedShare: share,
  libraries: v.exactOptional(v.array(v.strictObject({ name: text, share }))),
});

const agreement = v.strictObject({
  factor: text,
  ablation: estimate,
  accounting: estimate,
  flag: v.picklist(["agree", "differ", "undetermined"]),
  reading: text,
  slow: v.exactOptional(text),
  fast: v.exactOptional(text),
});

const location = v.strictObject({
  file: text,
  line: v.number(),
  column: v.exactOptional(v.number()),
  function: v.exactOptional(text),
});

const listing = v.strictObject({
  symbol: text,
  lines: v.array(
    v.strictObject({
      address: v.number(),
      text,
      class: text,
      share,
      inLoop: v.boolean(),
      sourceLine: v.exactOptional(v.number()),
    }),
  ),
});

const sourceExcerpt = v.strictObject({
  file: text,
  firstLine: v.number(),
  lines: texts,
  marks: v.array(
    v.strictObject({
      line: v.number(),
      share: v.exactOptional(share),
      remark: v.exactOptional(text),
      evidence: v.exactOptional(text),
    }),
  ),
});

const functionPairing = v.strictObject({
  beside: text,
  pairs: v.array(
    v.strictObject({ own: text, other: text, doubt: v.picklist(["sure", "likely", "doubtful"]) }),
  ),
});

const evidence = v.strictObject({
  id: text,
  kind: text,
  subject: text,
  title: text,
  explains: texts,
  against: v.exactOptional(texts),
  location: v.exactOptional(location),
  detail: text,
  listing: v.exactOptional(listing),
  source: v.exactOptional(sourceExcerpt),
  pairing: v.exactOptional(functionPairing),
});

const win = v.strictObject({
  subject: text,
  id: v.exactOptional(text),
  setting: text,
  change: v.record(text, text),
  gain: estimate,
  costs: texts,
  measuredCosts: v.exactOptional(
    v.strictObject({
      cpuTime: v.exactOptional(estimate),
      wallTime: v.exactOptional(estimate),
      maxRss: v.exactOptional(estimate),
    }),
  ),
  deployable: v.boolean(),
  verdict: v.exactOptional(v.picklist(["gain", "hurts", "no difference", "undetermined"])),
});

const beforeAndAfter = v.strictObject({ before: v.number(), after: v.number() });

const tuning = v.strictObject({
  subject: text,
  metric,
  best: v.exactOptional(
    v.strictObject({
      settings: texts,
      change: v.record(text, text),
      gain: estimate,
      costs: v.strictObject({
        maxRss: v.exactOptional(estimate),
        binaryBytes: v.exactOptional(beforeAndAfter),
        buildTimeMs: v.exactOptional(beforeAndAfter),
        notes: texts,
      }),
    }),
  ),
  dropped: v.array(v.strictObject({ id: text, setting: text, reason: text })),
  searchBlocks: v.number(),
  finalBlocks: v.number(),
  stoppedBy: v.picklist(["finished", "budget", "interrupted"]),
});

const advice = v.strictObject({
  id: text,
  subject: text,
  title: text,
  change: text,
  location: v.exactOptional(location),
  gainAtMost: v.exactOptional(v.number()),
  boundFrom: text,
  sharesBoundWith: v.exactOptional(texts),
  evidence: texts,
});

const programDifference = v.strictObject({
  id: text,
  slow: text,
  fast: text,
  title: text,
  detail: text,
  size: v.number(),
  weight: v.picklist(["large", "small"]),
  component: v.exactOptional(text),
  atMost: v.exactOptional(end),
  evidence: texts,
});

/** The shape of report.json; the published JSON Schema is made from this. */
export const reportSchema = v.strictObject({
  schema: v.literal(reportSchemaId),
  case: v.strictObject({ name: text, question: v.exactOptional(text), operation: v.exactOptional(text) }),
  host,
  subjects: v.array(subject),
  gaps: v.array(gap),
  attributions: v.array(attribution),
  accounting: v.array(accounting),
  agreement: v.array(agreement),
  evidence: v.array(evidence),
  wins: v.array(win),
  tuning: v.exactOptional(v.array(tuning)),
  closing: v.exactOptional(v.array(gap)),
  advice: v.exactOptional(v.array(advice)),
  differences: v.exactOptional(v.array(programDifference)),
  facts: v.exactOptional(v.record(text, v.record(text, v.number()))),
  checklist: v.exactOptional(
    v.array(
      v.strictObject({
        subject: text,
        items: v.array(
          v.strictObject({
            id: text,
            title: text,
            state: v.picklist(["found", "not found", "not looked at"]),
            detail: text,
            share: v.exactOptional(share),
            remedy: v.exactOptional(text),
          }),
        ),
      }),
    ),
  ),
  identity: v.exactOptional(
    v.strictObject({
      sources: v.record(text, text),
      toolchains: v.record(text, text),
      outputs: v.record(text, text),
      args: texts,
      input: text,
    }),
  ),
  warnings: v.array(v.strictObject({ code: text, message: text, appliesTo: text })),
  reproduce: v.strictObject({ command: text, version: text, seed: v.number() }),
});
