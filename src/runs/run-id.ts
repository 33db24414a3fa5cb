import { randomInt } from "node:crypto";
import { readdir } from "node:fs/promises";
import { Failure } from "../base/failure.ts";

const pattern = /^\d{8}-\d{6}-[a-z0-9]{4}$/;
const letters = "0123456789abcdefghijklmnopqrstuvwxyz";

/** "20261124-113805-k3f9": UTC, so that names sort by time; four letters tell apart what began in one second. */
export function newRunId(now: Date): string {
  const [date = "", time = ""] = now.toISOString().split("T");
  const tail = Array.from({ length: 4 }, () => letters[randomInt(letters.length)]).join("");
  return `${date.replaceAll("-", "")}-${time.slice(0, 8).replaceAll(":", "")}-${tail}`;
}

function isRunId(name: string): boolean {
  return pattern.test(name);
}

/** Ids of all runs below a folder, oldest first; anything else that lies there is left out. */
export async function runIds(parent: string): Promise<readonly string[]> {
  const names = await readdir(parent).catch(() => []);
  return names.filter(isRunId).sort();
}

/** The id, when such a run is there. Its form is checked first: it becomes a part of a path. */
export async function requireRunId(parent: string, id: string): Promise<string> {
  const known = await runIds(parent);
  if (known.includes(id)) return id;
  throw new Failure({
    code: "no-such-run",
    exit: "usage",
    message: `There is no run ${JSON.stringify(id)} in ${parent}.`,
    help:
      known.length === 0
        ? "there are no runs yet: perfgap explain ..."
        : `the latest are ${known.slice(-3).reverse().join(", ")}; perfgap runs lists all`,
  });
}
