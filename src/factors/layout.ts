import { defineFactor } from "../plugin.ts";
import { relevant } from "./relevance.ts";

export const layout = defineFactor({
  id: "layout",
  title: "Code layout (placebo)",
  phrase: "code placement",
  question: "How large is an effect that is nothing but another placement of the same code?",
  group: "layout",
  levels: ["as written", "another placement"],
  neutral: "another placement",
  conflicts: [],
  use: "contribution",
  deployable: false,
  caveat:
    "It changes nothing that the program does. Its measured effect is the noise floor: what other factors show below it is not an effect.",
  sources: [
    "Mytkowicz, Diwan, Hauswirth, Sweeney: Producing wrong data without doing anything obviously wrong, ASPLOS 2009",
    "Curtsinger, Berger: STABILIZER: statistically sound performance evaluation, ASPLOS 2013",
  ],
  relevantWhen: () => relevant(0, "always measured, to know the noise floor"),
});
