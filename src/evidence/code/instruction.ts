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
  /** Reads of memory other than the stack, one element at a time: its width in bits, before it is widened. */
  readonly loadBits?: number;
  /** Packed: makes its elements wider, so that they are not those in memory. */
  readonly widens?: true;
}

/** Functions that a failed bounds check ends in: Go 1.17 to 1.26, Rust 1.50 to 1.95, libstdc++. */
const boundsPanic =
  /panicBounds|panicIndex|panicSlice|goPanic(?:Index|Slice)|panic_bounds_check|slice_\w*index\w*_fail|slice_error_fail|_M_range_check|__throw_out_of_range/;

/** How far behind a branch the panic may stand: it only loads its arguments on the way. */
const reach = 8;

/** Marks the branches of which one way leads straight to a bounds-check panic. */
export function markBoundsChecks(instructions: readonly Instruction[]): readonly Instruction[] {
  const places = new Map(instructions.map((one, index) => [one.address, index]));
  const follow = (one: Instruction | undefined) =>
    one?.target === undefined ? undefined : places.get(one.target);
  return instructions.map((one, index) => {
    if (one.class !== "branch") return one;
    // Go turns the check round: the loop goes on where the branch is taken, and falls or jumps to the panic where not.
    const ways = [follow(one), index + 1].filter((way) => way !== undefined);
    const isCheck = ways.some((way) => leadsToPanic(instructions, way, follow));
    return isCheck ? { ...one, class: "bounds check" } : one;
  });
}

/** Several checks of a function often load their own arguments and then share one call. */
function leadsToPanic(
  instructions: readonly Instruction[],
  start: number,
  follow: (one: Instruction) => number | undefined,
): boolean {
  let place = start;
  for (let step = 0; step < reach; step++) {
    const one = instructions[place];
    if (one === undefined || one.class === "branch") return false;
    if (one.callee !== undefined) return boundsPanic.test(one.callee);
    const next = one.class === "jump" ? follow(one) : place + 1;
    if (next === undefined) return false;
    place = next;
  }
  return false;
}
