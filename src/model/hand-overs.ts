import type { Facts } from "./facts.ts";

/** Upper guess: between processors of a virtual machine 6 (Rust channels) to 18 microseconds (goroutines) were seen. */
const secondsPerWait = 20e-6;

/**
 * Most of the processor time, as a share (0-1), that may go into threads waking each other: what they wait for once is
 * dear where they run on several processors, though they keep no more than one busy. undefined: waits were not counted.
 */
export function handOverShare(facts: Facts): number | undefined {
  const { "switches.voluntary": waits, "cpu.seconds": total } = facts;
  return waits === undefined || total === undefined || total <= 0
    ? undefined
    : Math.min(1, (waits * secondsPerWait) / total);
}

/** Below this the waits of a runtime's helper threads are all that there is. */
export const littleHandOver = 0.02;
