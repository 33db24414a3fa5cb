import type { Facts } from "../../model/facts.ts";
import type { HotCode } from "./hot-code.ts";
import { commonElementBits, countClass } from "./hot-loop.ts";

/** `hotLoop.*` of a function; nothing where no loop of it is hot: its other code is none. Pure. */
export function loopFacts(code: HotCode | undefined): Facts {
  if (code?.loop.kind !== "loop") return {};
  const { instructions } = code.loop;
  const packed = instructions.filter((one) => one.class === "packed");
  const vectors = packed.filter((one) => !isIntrinsic(code, one));
  const bits = commonElementBits(code.instructions, code.samples);
  return {
    "hotLoop.instructions": instructions.length,
    "hotLoop.packedOps": packed.length,
    "hotLoop.intrinsics": packed.length - vectors.length,
    "hotLoop.boundsChecks": countClass(instructions, "bounds check"),
    "hotLoop.calls": countClass(instructions, "call"),
    ...vectorFacts(vectors),
    ...(bits === undefined ? {} : { "hotLoop.elementBits": bits }),
  };
}

/** hashbrown's groups have sixteen bytes; the constants for them come without a frame of the intrinsic. */
const intrinsicFile = /\/(?:stdarch|core_arch|hashbrown-[\d.]+)\/|\/[a-z0-9]*intrin\.h$/;

/** A packed instruction that the source asks for by name keeps its width whatever processor is built for. */
function isIntrinsic({ lines }: HotCode, { address }: HotCode["instructions"][number]): boolean {
  return (lines.get(address) ?? []).some(({ file }) => file !== undefined && intrinsicFile.test(file));
}

/** Width of the widest of these packed instructions in bits, where its registers say it. */
function vectorFacts(packed: HotCode["instructions"]): Facts {
  const widths = packed.map(({ text }) =>
    /\bzmm/.test(text) ? 512 : /\bymm/.test(text) ? 256 : /\bxmm/.test(text) ? 128 : 0,
  );
  const widest = Math.max(0, ...widths);
  return widest === 0 ? {} : { "hotLoop.vectorBits": widest };
}
