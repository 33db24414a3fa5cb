import type { SourceSite } from "../../model/source-site.ts";
import type { LeadInput, SourceLead, SourceRule } from "../source-lead.ts";
import { evidenceIds, locationOf, placeText, shortName } from "../source-text.ts";

const unbounded =
  "no lever inlines this one call, so nothing that was measured bounds it; a patched copy beside it would tell (perfgap explain ORIGINAL PATCHED)";
const leastShare = 0.05;

/** Calls in a hot loop that the compiler was asked to inline and did not, in its own words. */
export const blockedInlining: SourceRule = (input) =>
  input.sites
    .filter(({ kind, inHotLoop, what, function: name }) => kind === "call" && inHotLoop && what !== name)
    .flatMap((call) => {
      const reason = reasonNotInlined(input, call);
      return reason === undefined ? [] : [{ call, reason }];
    })
    .slice(0, 2)
    .map(({ call, reason }, index): SourceLead => {
      const callee = shortName(call.what);
      return {
        id: `${input.subject}-not-inlined-${index + 1}`,
        subject: input.subject,
        title: `${callee} is called in the hot loop at ${placeText(call)} and not inlined: ${reason}`,
        change: changeFor(callee, reason),
        location: locationOf(call),
        evidence: evidenceIds(input, ["compiler remark"], call.function).filter((id) =>
          id.includes("-inline-"),
        ),
        unbounded,
        weight: call.lineShare,
      };
    });

/** Go speaks of the function that it cannot inline, LLVM of the call. */
function reasonNotInlined({ sites }: LeadInput, call: SourceSite): string | undefined {
  for (const { kind, function: name, what } of sites) {
    if (kind !== "not inlined") continue;
    if (name === call.what && /^function too complex|^unhandled op/.test(what)) return what;
    const llvm = /^'(.+?)' not inlined into '(.+?)' because (too costly .*)$/.exec(what);
    if (llvm?.[1] === call.what && llvm[2] === call.function) return llvm[3];
  }
  return undefined;
}

function changeFor(callee: string, reason: string): string {
  const op = /^unhandled op (\w+)/.exec(reason)?.[1];
  if (op !== undefined)
    return `Take what the inliner does not handle (${op.toLowerCase()}) out of ${callee}, into a function of its own.`;
  return `Split ${callee}: leave the path that is taken each time, and move the rest into a function of its own, so that what is left is small enough.`;
}

const changes: Readonly<Record<string, string>> = {
  go: "Put the loop into the method, so that one call does all of it, or switch on the type before the loop and give each type a loop of its own (a type parameter does not help: Go calls its methods through a dictionary).",
  rust: "Put the loop into the trait's method, so that one call does all of it, use a generic parameter in place of dyn, or match on an enum before the loop.",
  c: "Decide before the loop which function it is and call it by name.",
  cpp: "Make the class or method final, use a template parameter, or decide before the loop which function it is.",
};

/** Calls in a hot loop whose target is only known when it runs. */
export const indirectCalls: SourceRule = (input) => {
  const change = changes[input.language];
  if (change === undefined) return [];
  return input.sites
    .filter(
      ({ kind, inHotLoop, lineShare }) => kind === "indirect call" && inHotLoop && lineShare >= leastShare,
    )
    .toSorted((left, right) => right.lineShare - left.lineShare)
    .slice(0, 1)
    .map((site, index) => ({
      id: `${input.subject}-indirect-call-${index + 1}`,
      subject: input.subject,
      title: `A call in the hot loop at ${placeText(site)} goes through ${throughWhat(input.language)}, so it cannot be inlined`,
      change,
      location: locationOf(site),
      evidence: evidenceIds(input, ["listing"], site.function),
      unbounded,
      weight: site.lineShare,
    }));
};

function throughWhat(language: string): string {
  if (language === "go") return "an interface or a function value";
  return language === "rust" ? "dyn or a function pointer" : "a pointer";
}
