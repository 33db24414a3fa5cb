import type { PageData } from "../src/model/report-details.ts";

/** What the page carries for its script; undefined where it cannot be read, and then nothing is added. */
export function readData(): PageData | undefined {
  const text = document.getElementById("page-data")?.textContent;
  if (text === undefined || text === "") return undefined;
  try {
    return JSON.parse(text) as PageData;
  } catch {
    return undefined;
  }
}
