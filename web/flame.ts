import type { FlameData } from "../src/model/report-details.ts";
import { drawFlame } from "./draw-flame.ts";
import { type Frame, framesOf, neighbour } from "./flame-frames.ts";

/** Call trees that can be walked by keyboard, looked into by click and searched. */
export function growFlames(flames: readonly FlameData[]): void {
  flames.forEach((flame, index) => {
    const box = document.querySelector<HTMLElement>(`[data-flame="${index}"]`);
    const says = document.querySelector<HTMLElement>(`[data-says="${index}"]`);
    if (box !== null && says !== null) growFlame(flame, box, says);
  });
}

function growFlame(flame: FlameData, box: HTMLElement, says: HTMLElement): void {
  const frames = framesOf(flame);
  const state = { zoom: 0, here: 0, find: "" };
  const draw = (): void => drawFlame(box, { flame, frames, ...state });
  const go = (here: number): void => {
    state.here = here;
    says.textContent = describe(flame, frames[here]);
    draw();
  };
  const zoomTo = (frame: number): void => {
    state.zoom = frame;
    go(frame);
  };
  prepare(box, says, flame);
  box.addEventListener("pointermove", (event) => {
    const frame = frameAt(event);
    if (frame !== undefined) says.textContent = describe(flame, frames[frame]);
  });
  box.addEventListener("pointerleave", () => {
    says.textContent = hint(flame);
  });
  box.addEventListener("click", (event) => {
    const frame = frameAt(event);
    if (frame !== undefined) zoomTo(frame);
  });
  box.addEventListener("keydown", (event) => {
    if (event.key.startsWith("Arrow")) go(neighbour(frames, state.here, event.key));
    else if (event.key === "Enter") zoomTo(state.here);
    else if (event.key === "Escape" && state.zoom !== 0) zoomTo(0);
    else return;
    event.preventDefault();
  });
  addTools(box, flame, {
    whole: () => zoomTo(0),
    find: (text) => {
      state.find = text.toLowerCase();
      says.textContent = state.find === "" ? hint(flame) : found(flame, frames, state.find);
      draw();
    },
  });
  says.textContent = hint(flame);
  draw();
  window.addEventListener("resize", draw);
}

function prepare(box: HTMLElement, says: HTMLElement, { title }: FlameData): void {
  box.setAttribute("role", "application");
  box.setAttribute(
    "aria-label",
    `Call tree of ${title}: arrow keys walk, Enter looks into a function, Escape shows all`,
  );
  box.tabIndex = 0;
  box.classList.add("interactive");
  says.setAttribute("aria-live", "polite");
}

function frameAt(event: Event): number | undefined {
  const drawn = event.target instanceof Element ? event.target.closest("[data-frame]") : null;
  return drawn === null ? undefined : Number(drawn.getAttribute("data-frame"));
}

function hint({ title }: FlameData): string {
  return `Point at a function of ${title}, click to look into it; by keyboard: arrow keys, Enter, Escape.`;
}

function describe(flame: FlameData, frame: Frame | undefined): string {
  if (frame === undefined) return "";
  const { names, components, samples, title } = flame;
  const share = (100 * frame.samples) / samples;
  const component = frame.name === 0 ? "" : `, ${components[frame.name] ?? ""}`;
  return `${names[frame.name] ?? ""}: ${seconds(flame, frame.samples)}, ${share.toFixed(share < 9.95 ? 1 : 0)} % of ${title}${component}`;
}

function found(flame: FlameData, frames: readonly Frame[], text: string): string {
  let samples = 0;
  let end = -1;
  // Frames come callers first: one inside another that matched is counted already.
  for (const { name, start, samples: width } of frames) {
    if (start < end || !(flame.names[name] ?? "").toLowerCase().includes(text)) continue;
    samples += width;
    end = start + width;
  }
  return samples === 0
    ? `No function of ${flame.title} has "${text}" in its name.`
    : `Functions with "${text}" in their names and what they call: ${seconds(flame, samples)}, ${((100 * samples) / flame.samples).toFixed(0)} % of ${flame.title}`;
}

/** Digits that as many samples support. */
function seconds({ secondsPerSample }: FlameData, samples: number): string {
  const digits = samples >= 40_000 ? 3 : samples >= 400 ? 2 : 1;
  const value = samples * secondsPerSample;
  const [size, unit] = value >= 0.9995 ? [1, "s"] : [1e3, "ms"];
  const shown = (value * size).toPrecision(digits);
  return `${shown.includes("e") ? Number(shown) : shown} ${unit}`;
}

function addTools(
  box: HTMLElement,
  { title }: FlameData,
  actions: { readonly whole: () => void; readonly find: (text: string) => void },
): void {
  const tools = document.createElement("div");
  tools.className = "tools";
  const whole = document.createElement("button");
  whole.type = "button";
  whole.textContent = "Show all";
  whole.addEventListener("click", actions.whole);
  const find = document.createElement("input");
  find.type = "search";
  find.placeholder = "find a function";
  find.setAttribute("aria-label", `Find a function of ${title}`);
  find.addEventListener("input", () => actions.find(find.value.trim()));
  tools.append(find, whole);
  box.before(tools);
}
