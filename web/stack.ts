/** Arrow keys go through the causes of a stack; Escape leads from what was seen back to where the reader came from. */
export function moveInStack(): void {
  let trail: readonly HTMLElement[] = [];
  document.addEventListener("click", (event) => {
    const link =
      event.target instanceof Element ? event.target.closest<HTMLAnchorElement>('a[href^="#"]') : null;
    if (link === null) return;
    if (link.matches("a.cause")) trail = [link];
    else if (leadsAway(link)) trail = [...trail, link];
    if (event.ctrlKey || event.metaKey || event.shiftKey || !goTo(idOf(link))) return;
    // Left to itself the browser gets there a moment later, and takes the focus from where a quick reader went meanwhile.
    event.preventDefault();
    history.pushState(null, "", link.hash);
  });
  document.addEventListener("keydown", (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey || event.defaultPrevented) return;
    const origin = trail.at(-1);
    if (event.key === "Escape" && origin !== undefined && !inStack(document.activeElement)) {
      if (!origin.matches("a.cause")) trail = trail.slice(0, -1);
      origin.focus();
      event.preventDefault();
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") step(event);
  });
  window.addEventListener("hashchange", () => goTo(idOf(location)));
}

const idOf = ({ hash }: { readonly hash: string }) => decodeURIComponent(hash.slice(1));

/** To evidence from elsewhere than a cause, whose way back is to its row: from a line of the source, or a remark. */
function leadsAway(link: HTMLAnchorElement): boolean {
  return link.hash.startsWith("#evidence-") && link.closest("[data-pair]") === null;
}

function inStack(element: Element | null): boolean {
  return element?.matches("a.cause") ?? false;
}

function step(event: KeyboardEvent): void {
  const here = document.activeElement;
  const table = inStack(here) ? here?.closest("table") : undefined;
  if (here === null || table === undefined || table === null) return;
  const links = [...table.querySelectorAll<HTMLElement>("a.cause")];
  const next = links[links.indexOf(here as HTMLElement) + (event.key === "ArrowDown" ? 1 : -1)];
  if (next === undefined) return;
  next.focus();
  event.preventDefault();
}

/** Opens what the target is folded into and gives it the focus. */
function goTo(id: string): boolean {
  const target = document.getElementById(id);
  if (target === null) return false;
  for (
    let fold = target.closest("details");
    fold !== null;
    fold = fold.parentElement?.closest("details") ?? null
  )
    fold.open = true;
  const stop = target instanceof HTMLDetailsElement ? target.querySelector("summary") : target;
  stop?.focus();
  target.scrollIntoView({ block: "start" });
  return true;
}
