import { defineFactor, type Facts, type Relevance } from "../plugin.ts";
import { irrelevant, logTimeOfShare, relevant, undecided } from "./relevance.ts";

/** Fewer calls than this take under a few milliseconds in all. */
const fewCalls = 1000;
/** Writes of this size are buffered already. */
const bufferedBytes = 4096;
/** Typical time of a short write to a pipe. */
const secondsPerCall = 1.5e-6;

function relevantWhen(facts: Facts): Relevance {
  const writes = facts["writes.calls"];
  if (writes === undefined) return undecided(0.05, "writes were not counted");
  // A runtime wakes its own threads by writing too; a write to stdout carries a byte at least.
  const calls = Math.min(writes, facts["output.bytes"] ?? writes);
  if (calls <= fewCalls)
    return irrelevant(`${calls} write ${calls === 1 ? "call is" : "calls are"} too few to matter`);
  const bytes = facts["output.bytes"];
  if (bytes !== undefined && bytes / calls >= bufferedBytes) {
    return irrelevant(`writes are large already (${Math.round(bytes / calls)} bytes a call)`);
  }
  const seconds = facts["cpu.seconds"];
  const share = seconds === undefined || seconds <= 0 ? 0.1 : (calls * secondsPerCall) / seconds;
  return relevant(logTimeOfShare(share), `${calls} write calls`);
}

export const stdoutBuffering = defineFactor({
  id: "stdout-buffering",
  title: "Output buffering",
  phrase: "unbuffered output",
  question: "What do small writes to standard output cost?",
  group: "input and output",
  levels: ["as written", "buffered"],
  neutral: "buffered",
  conflicts: [],
  use: "contribution",
  deployable: false,
  caveat:
    "The buffer is put in from outside, below the language's own layers, for diagnosis; in the program itself it is a change of a few lines and may save more, because what those layers do for each write (looking for line ends, locking) stays here and counts as not explained. Output then appears later, which a reader at the other end of a pipe may notice.",
  sources: ["Stevens, Rago: Advanced programming in the UNIX environment, chapters 3.9 and 5.4"],
  relevantWhen,
});
