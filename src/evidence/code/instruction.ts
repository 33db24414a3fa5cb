/** What an instruction is in the account of a loop. */
export type InstructionClass =
  | "packed"
  | "scalar float"
  | "conditional move"
  | "bounds check"
  | "branch"
  | "jump"
  | "call"
  | "other";

export interface Instruction {
  readonly address: number;
  readonly text: string;
  readonly class: InstructionClass;
  /** Branches and jumps inside the function: where to. */
  readonly target?: number;
  /** Calls and jumps out of the function: the symbol they reach, mangled, or "" where it cannot be told. */
  readonly callee?: string;
  /** Integer arithmetic: width of one element in bits. */
  readonly elementBits?: number;
}

/** Functions that a failed bounds check ends in: Go 1.17 to 1.26, Rust 1.50 to 1.95, libstdc++. */
const boundsPanic =
  /panicBounds|panicIndex|panicSlice|goPanic(?:Index|Slice)|panic_bounds_check|slice_\w*index\w*_fail|slice_error_fail|_M_range_check|__throw_out_of_range/;

/** How far behind a branch the panic may stand: it only loads its arguments on the way. */
const reach = 8;

/** Marks the branches of which one way leads straight to a bounds-check panic. */
export function markBoundsChecks(instructions: readonly Instruction[]): readonly Instruction[] {
  const places = new Map(instructions.map((one, index) => [one.address, index]));
  const placeOf = (one: Instruction | undefined) =>
    one?.target === undefined ? undefined : places.get(one.target);
  return instructions.map((one, index) => {
    if (one.class !== "branch") return one;
    const next = instructions[index + 1];
    // Go turns the check round: the loop goes on where the branch is taken, and jumps away to the panic where not.
    const otherWay = next?.class === "jump" ? placeOf(next) : index + 1;
    const ways = [placeOf(one), otherWay].filter((way) => way !== undefined);
    return ways.some((way) => leadsToPanic(instructions, way)) ? { ...one, class: "bounds check" } : one;
  });
}

function leadsToPanic(instructions: readonly Instruction[], start: number): boolean {
  for (const one of instructions.slice(start, start + reach)) {
    if (one.callee !== undefined) return boundsPanic.test(one.callee);
    if (one.class === "branch" || one.class === "jump") return false;
  }
  return false;
}
