import { release } from "node:os";
import { distributionIds } from "./proc-text.ts";
import { readText } from "./read-text.ts";

type Tool = "perf" | "strace" | "compiler";

const packages: Readonly<Record<string, Readonly<Record<Tool, string>>>> = {
  debian: {
    perf: "sudo apt-get install linux-perf",
    strace: "sudo apt-get install strace",
    compiler: "sudo apt-get install gcc libc6-dev",
  },
  ubuntu: {
    perf: `sudo apt-get install linux-tools-${release()}`,
    strace: "sudo apt-get install strace",
    compiler: "sudo apt-get install gcc libc6-dev",
  },
  fedora: {
    perf: "sudo dnf install perf",
    strace: "sudo dnf install strace",
    compiler: "sudo dnf install gcc",
  },
  arch: {
    perf: "sudo pacman -S perf",
    strace: "sudo pacman -S strace",
    compiler: "sudo pacman -S gcc",
  },
  alpine: {
    perf: "sudo apk add perf",
    strace: "sudo apk add strace",
    compiler: "sudo apk add gcc musl-dev",
  },
  suse: {
    perf: "sudo zypper install perf",
    strace: "sudo zypper install strace",
    compiler: "sudo zypper install gcc",
  },
};

/** The command that installs a tool on this distribution; undefined where it is not known. */
export async function installCommand(tool: Tool): Promise<string | undefined> {
  const ids = distributionIds((await readText("/etc/os-release")) ?? "");
  const known = ids.map((id) => packages[id]).find((commands) => commands !== undefined);
  return known?.[tool];
}
