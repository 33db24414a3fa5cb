/** With several pairs of programs: a choice that hides what is about other programs. */
export function offerPairs(): void {
  const place = document.getElementById("pairs");
  if (place === null) return;
  const sections = [...document.querySelectorAll<HTMLElement>("section.pair")];
  const choice = document.createElement("select");
  choice.id = "pair-choice";
  choice.append(
    ...sections.map((section, index) => option(String(index), section.getAttribute("aria-label") ?? "")),
  );
  choice.append(option("all", "all pairs"));
  const label = document.createElement("label");
  label.htmlFor = choice.id;
  label.textContent = "Pair of programs";
  const tools = document.createElement("div");
  tools.className = "tools";
  tools.append(label, choice);
  place.replaceWith(tools);
  const show = (): void => showPair(sections[Number(choice.value)]?.dataset["pair"]);
  choice.addEventListener("change", show);
  choice.value = String(
    Math.max(
      0,
      sections.findIndex(({ id }) => `#${id}` === location.hash),
    ),
  );
  show();
}

function option(value: string, text: string): HTMLOptionElement {
  const made = document.createElement("option");
  made.value = value;
  made.textContent = text;
  return made;
}

/** undefined: everything. */
function showPair(pair: string | undefined): void {
  const subjects = pair?.split(" ");
  for (const element of document.querySelectorAll<HTMLElement>("[data-pair]"))
    element.hidden = pair !== undefined && element.dataset["pair"] !== pair;
  for (const element of document.querySelectorAll<HTMLElement>("[data-subject]"))
    element.hidden = subjects !== undefined && !subjects.includes(element.dataset["subject"] ?? "");
}
