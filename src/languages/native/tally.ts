import { createHash } from "node:crypto";

/** What one function's machine code consists of. */
export interface FunctionCode {
  /** As the symbol table has it, mangled; all names of this address. */
  readonly names: readonly string[];
  readonly address: number;
  readonly instructions: number;
  readonly packedOps: number;
  readonly conditionalMoves: number;
  readonly conditionalBranches: number;
  /** Call sites of any kind, and jumps that leave for another function. */
  readonly calls: number;
  /** Call sites by the callee's names, where the callee can be told; calls through a GOT slot included. */
  readonly callees: ReadonlyMap<string, number>;
  /** Equal for functions with the same instructions on the same registers, wherever they are placed. */
  readonly shape: string;
}

/** What one instruction adds to its function. */
interface InstructionTraits {
  readonly packed: boolean;
  readonly conditionalMove: boolean;
  readonly conditionalBranch: boolean;
  /** Names of the callee (none when it cannot be told); undefined for an instruction that is not a call. */
  readonly callees: readonly string[] | undefined;
}

export interface Tally {
  add(traits: InstructionTraits): void;
  finish(names: readonly string[], address: number, shape: string | Uint8Array): FunctionCode;
}

export function createTally(): Tally {
  const counts = { instructions: 0, packedOps: 0, conditionalMoves: 0, conditionalBranches: 0, calls: 0 };
  const callees = new Map<string, number>();
  return {
    add: (traits) => {
      counts.instructions++;
      counts.packedOps += Number(traits.packed);
      counts.conditionalMoves += Number(traits.conditionalMove);
      counts.conditionalBranches += Number(traits.conditionalBranch);
      counts.calls += Number(traits.callees !== undefined);
      for (const name of traits.callees ?? []) callees.set(name, (callees.get(name) ?? 0) + 1);
    },
    finish: (names, address, shape) => ({
      names,
      address,
      ...counts,
      callees,
      shape: createHash("sha256").update(shape).digest("hex"),
    }),
  };
}
