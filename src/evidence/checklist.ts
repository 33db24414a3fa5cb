import type { Evidence } from "../model/evidence.ts";
import type { Checklist } from "../model/report.ts";
import { type CheckInput, checks } from "./checklist-checks.ts";

export type { CheckInput } from "./checklist-checks.ts";

type Item = Checklist["items"][number];

const order: readonly Item["state"][] = ["found", "not looked at", "not found"];

/**
 * Every check of the list that applies to the subject, with its state: what was found first, the dearest on top. What
 * was not measured is no fault and no clean bill either. Pure.
 */
export function runChecklist(subject: string, input: CheckInput): Checklist {
  const items = checks
    .filter(({ languages }) => languages === undefined || languages.includes(input.language))
    .map((check): Item => {
      const { id, title, remedy } = check;
      const look = check.look(input);
      return look.state === "found" ? { id, title, ...look, remedy } : { id, title, ...look };
    });
  return {
    subject,
    items: items.toSorted(
      (left, right) =>
        order.indexOf(left.state) - order.indexOf(right.state) || (right.share ?? 0) - (left.share ?? 0),
    ),
  };
}

/** Faults that were found as evidence, one piece each, and the whole list as one. */
export function checklistEvidence({ subject, items }: Checklist): readonly Evidence[] {
  const found = items.filter(({ state }) => state === "found");
  const open = items.filter(({ state }) => state === "not looked at").length;
  return [
    ...found.map((item) => ({
      id: `${subject}-fault-${item.id}`,
      kind: "common fault",
      subject,
      title: `${item.title}: ${item.detail}`,
      explains: [],
      detail: item.remedy ?? "",
    })),
    {
      id: `${subject}-checklist`,
      kind: "checklist",
      subject,
      title: `${found.length} of ${items.length} common faults found${open === 0 ? "" : `, ${open} not looked at`}`,
      explains: [],
      detail: items.map(({ state, title, detail }) => `${state}: ${title} (${detail})`).join("\n"),
    },
  ];
}
