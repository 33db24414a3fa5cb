import { pathToFileURL } from "node:url";
import { printable } from "../base/printable.ts";
import { startProcess } from "../base/subprocess.ts";
import type { CommandContext } from "./context.ts";

/** Opens a file or an address in the browser, unless nobody sits before this machine's screen: then its name has to do. */
export function openInBrowser(what: string | URL, { env, terminal }: CommandContext): void {
  const [path, url, name] =
    typeof what === "string" ? [what, pathToFileURL(what), "the file"] : [what.href, what, "the address"];
  const remote = ["CI", "SSH_CONNECTION", "SSH_TTY"].find((name) => (env[name] ?? "") !== "");
  const screen = process.platform === "darwin" || (env["DISPLAY"] ?? env["WAYLAND_DISPLAY"] ?? "") !== "";
  if (remote !== undefined || !screen) {
    const why = remote === undefined ? "there is no screen" : `${remote} is set`;
    terminal.err(`--open: not opened, ${why}; ${name} is ${printable(path)}\n`);
    return;
  }
  const program = process.platform === "darwin" ? "open" : "xdg-open";
  const child = startProcess([program, url.href], { detached: true, stdio: "ignore" });
  child.once("error", () =>
    terminal.err(`--open: ${program} is not there; open ${printable(path)} yourself\n`),
  );
  child.unref();
}
