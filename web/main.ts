import { addDownloads } from "./download.ts";
import { growFlames } from "./flame.ts";
import { openFolded } from "./folded.ts";
import { linkLines } from "./lines.ts";
import { offerPairs } from "./pairs.ts";
import { readData } from "./read-data.ts";
import { keepStops } from "./scroll.ts";
import { moveInStack } from "./stack.ts";

/** The page says everything without this script; each part adds one convenience. */
function start(): void {
  document.documentElement.classList.add("scripted");
  moveInStack();
  openFolded();
  keepStops();
  offerPairs();
  linkLines();
  const data = readData();
  if (data !== undefined) {
    growFlames(data.flames);
    addDownloads(data.runs);
  }
  // Read by `npm run bench -- report`: the frame after this one shows the page as it stays.
  requestAnimationFrame(() => setTimeout(() => performance.mark("perfgap-interactive")));
}

start();
