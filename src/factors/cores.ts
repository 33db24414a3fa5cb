import { handOverShare, littleHandOver } from "../model/hand-overs.ts";
import { defineFactor, type Facts, type Relevance } from "../plugin.ts";
import { count, irrelevant, logTimeOfShare, relevant, undecided } from "./relevance.ts";

/** Below this the second processor did nothing that a run could show. */
const parallelFrom = 1.05;

/** A main thread that waits this share of its time for a processor had others that did so too. */
const longDelay = 0.1;

function relevantWhen(facts: Facts): Relevance {
  const threads = facts["threads.max"];
  const parallelism = facts["cpu.parallelism"];
  if (threads === 1) return irrelevant("the program has one thread");
  if (parallelism === undefined) return undecided(0.1, "how many processors it keeps busy was not measured");
  const delay = facts["cpu.delayShare"] ?? 0;
  if (parallelism < parallelFrom && delay >= longDelay)
    return undecided(
      0.1,
      `how many processors it would keep busy cannot be told while others hold them (it waited during ${Math.round(100 * delay)} % of its time)`,
    );
  const busy = `it never keeps more than one processor busy (${parallelism.toFixed(2)} on average)`;
  if (parallelism >= parallelFrom)
    return relevant(Math.log(parallelism), `it keeps ${parallelism.toFixed(2)} processors busy on average`);
  const share = handOverShare(facts);
  if (share === undefined)
    return undecided(0.1, `${busy}, but how often its threads wake each other was not counted`);
  if (share < littleHandOver) return irrelevant(busy);
  return undecided(
    logTimeOfShare(share / 2),
    `its threads wait ${count(facts["switches.voluntary"] ?? 0, "time")} a run, which is dear where it is for a thread on another processor`,
  );
}

export const cores = defineFactor({
  id: "cores",
  title: "Use of several processors",
  phrase: "the use of several processors",
  question: "What does working on several processors at once gain, and cost?",
  group: "concurrency",
  levels: ["as written", "one"],
  neutral: "one",
  conflicts: [],
  use: "contribution",
  deployable: false,
  caveat:
    "On wall time it shows what parallel work gains; on processor time it shows what sharing costs. A runtime's own helper threads (a concurrent collector) count as parallel work too.",
  sources: [
    "Amdahl: Validity of the single processor approach to achieving large scale computing capabilities, AFIPS 1967",
  ],
  relevantWhen,
});
