/** A 90 % interval inside the margin is two one-sided tests at 5 % (Schuirmann 1987). */
export const equivalenceConfidence = 0.9;
const marginInPrecisions = 1.5;
/** A tenth matters to everybody: on a machine that cannot tell it, nothing is equal, only open. */
const widestMargin = 0.1;

/**
 * Log units below which a difference does not matter: a reader asked for `precision`, and the machine tells no finer than
 * its noise floor.
 */
export function equivalenceMargin(precision: number, noiseFloor: number): number {
  return Math.max(marginInPrecisions * precision, Math.min(noiseFloor, widestMargin));
}
