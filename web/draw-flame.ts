import type { FlameData } from "../src/model/report-details.ts";
import { type Frame, isWithin } from "./flame-frames.ts";

const rowHeight = 20;
/** Narrower frames are not drawn: nobody could see or hit them. */
const narrowestPx = 1.5;
const svgNames = "http://www.w3.org/2000/svg";

export interface FlameDrawing {
  readonly flame: FlameData;
  readonly frames: readonly Frame[];
  /** The frame that fills the width; 0: the whole tree on the scale that all trees share. */
  readonly zoom: number;
  readonly here: number;
  /** Functions without this in their names are faded; "": none. */
  readonly find: string;
}

export function drawFlame(box: HTMLElement, drawing: FlameDrawing): void {
  const { flame, frames, zoom } = drawing;
  const root = frames[zoom];
  if (root === undefined) return;
  const whole = zoom === 0 ? flame.scaleSeconds : root.samples * flame.secondsPerSample;
  const perSample = flame.secondsPerSample / whole;
  const narrowest = narrowestPx / Math.max(1, box.clientWidth);
  const picture = svg("svg", { width: "100%" });
  let deepest = 0;
  frames.forEach((frame, index) => {
    const above = frame.depth < root.depth && isWithin(root, frame);
    if (!above && !isWithin(frame, root)) return;
    const width = above ? 1 : frame.samples * perSample;
    if (width < narrowest) return;
    deepest = Math.max(deepest, frame.depth);
    const left = above ? 0 : (frame.start - root.start) * perSample;
    picture.append(drawFrame(drawing, index, { left, width }));
  });
  picture.setAttribute("height", String((deepest + 1) * rowHeight));
  box.replaceChildren(picture);
}

function drawFrame(
  { flame, frames, here, find }: FlameDrawing,
  index: number,
  { left, width }: { readonly left: number; readonly width: number },
): SVGElement {
  const frame = frames[index];
  const name = frame?.name ?? 0;
  const text = flame.names[name] ?? "";
  const cell = svg("svg", {
    x: `${100 * left}%`,
    y: String((frame?.depth ?? 0) * rowHeight),
    width: `${100 * width}%`,
    height: String(rowHeight),
    "data-frame": String(index),
  });
  if (index === here) cell.classList.add("here");
  if (find !== "" && !text.toLowerCase().includes(find)) cell.classList.add("faded");
  const label = svg("text", { x: "4", y: "14" });
  label.textContent = text;
  cell.append(svg("rect", { width: "100%", height: "100%", class: `k${flame.kinds[name] ?? 2}` }), label);
  return cell;
}

function svg(tag: "svg" | "rect" | "text", attributes: Readonly<Record<string, string>>): SVGElement {
  const made = document.createElementNS(svgNames, tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  return made;
}
