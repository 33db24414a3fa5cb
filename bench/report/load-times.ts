import { pathToFileURL } from "node:url";
import type { Browser } from "playwright-core";

/** Milliseconds from the start of navigation until `ready` holds in the page, by the page's own clock, several loads. */
export interface LoadTimes {
  readonly loads: number;
  readonly medianMs: number;
  readonly slowestMs: number;
}

/** A page that waits for a frame after `ready` (an expression) holds, and says when that was. */
const whenShown = (ready: string) => `new Promise((resolve, reject) => {
  const give = setTimeout(() => reject(new Error("not shown in 60 s")), 60000);
  const look = () => {
    if (!(${ready})) return requestAnimationFrame(look);
    clearTimeout(give);
    requestAnimationFrame(() => setTimeout(() => resolve(performance.now())));
  };
  look();
})`;

/** Each load has a context of its own: nothing is cached but what the browser keeps of itself. */
export async function timeLoads(
  browser: Browser,
  page: { readonly path: string; readonly hash?: string; readonly ready: string },
  loads: number,
): Promise<LoadTimes> {
  const times: number[] = [];
  for (let load = 0; load < loads; load++) {
    const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
    const opened = await context.newPage();
    await opened.goto(`${pathToFileURL(page.path).href}${page.hash ?? ""}`, { waitUntil: "commit" });
    times.push(await opened.evaluate<number>(whenShown(page.ready)));
    await context.close();
  }
  const sorted = times.toSorted((left, right) => left - right);
  return {
    loads,
    medianMs: Math.round(sorted[Math.floor(sorted.length / 2)] ?? Number.NaN),
    slowestMs: Math.round(sorted.at(-1) ?? Number.NaN),
  };
}
