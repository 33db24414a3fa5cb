import { gunzipSync } from "node:zlib";
import { addressOfOffset, type Elf } from "../base/elf.ts";
import { err, ok, type Result } from "../base/result.ts";
import { cleanSymbol } from "../base/symbol-name.ts";
import type { InlinedFrame, ProfileFrame } from "../model/profile.ts";

export interface PprofSamples {
  readonly frames: readonly ProfileFrame[];
  /** Leaf first, with the number of samples. */
  readonly stacks: readonly { readonly frames: readonly number[]; readonly count: number }[];
  readonly samples: number;
  readonly periodNs: number;
}

/** Larger profiles are no profile of one run. */
const maxBytes = 512 * 1024 * 1024;

export interface PprofReading {
  /** Module that frames of a mapping's file belong to; absent: the file itself. */
  readonly moduleOf?: (mapping: string) => string;
  /** The file of a mapping, by which its addresses in memory become those that it is linked at; undefined: not known. */
  readonly elfOf?: (mapping: string) => Elf | undefined;
}

/**
 * Reads a CPU profile in pprof's format, gzipped or not, as Go's runtime and many profilers write it. The first value
 * of a sample must be a count. Never throws: other bytes are an error in words.
 */
export async function readPprof(
  bytes: Uint8Array,
  reading: PprofReading = {},
): Promise<Result<PprofSamples, string>> {
  try {
    const raw =
      bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes, { maxOutputLength: maxBytes }) : bytes;
    const { Profile } = await import("pprof-format");
    return convert(Profile.decode(raw), reading);
  } catch (error) {
    return err(`the bytes are no pprof profile: ${error instanceof Error ? error.message : String(error)}`);
  }
}

type Pprof = import("pprof-format").Profile;

type Mapping = Pprof["mapping"][number];

/**
 * The address that the file is linked at. Where a position-independent program was loaded says only its mapping;
 * undefined where no segment of the file holds the place.
 */
function linkAddress(
  address: number,
  mapping: Mapping | undefined,
  elf: Elf | undefined,
): number | undefined {
  if (mapping === undefined || elf?.positionIndependent !== true) return address;
  const start = Number(mapping.memoryStart);
  const isInMemory = start > 0 && address >= start && address < Number(mapping.memoryLimit);
  return isInMemory ? addressOfOffset(elf, address - start + Number(mapping.fileOffset)) : address;
}

function convert(profile: Pprof, { moduleOf, elfOf }: PprofReading): Result<PprofSamples, string> {
  const strings = profile.stringTable.strings;
  const text = (index: number | bigint) => strings[Number(index)] ?? "";
  if (text(profile.sampleType[0]?.type ?? 0) !== "samples")
    return err("the profile's first value is not a count of samples");
  const functions = new Map(profile.function.map((one) => [Number(one.id), one]));
  const mappings = new Map(profile.mapping.map((one) => [Number(one.id), one]));
  const frames: ProfileFrame[] = [];
  const frameOf = new Map<number, number>();
  for (const location of profile.location) {
    const inlined = location.line.map((line): InlinedFrame => {
      const found = functions.get(Number(line.functionId));
      const file = found === undefined ? "" : text(found.filename);
      return {
        symbol: cleanSymbol(found === undefined ? "[unknown]" : text(found.name)),
        ...(file === "" ? {} : { file }),
        ...(Number(line.line) > 0 ? { line: Number(line.line) } : {}),
      };
    });
    const mapping = mappings.get(Number(location.mappingId));
    const file = text(mapping?.filename ?? 0);
    const address = linkAddress(Number(location.address), mapping, elfOf?.(file));
    frameOf.set(Number(location.id), frames.length);
    frames.push({
      symbol: inlined.at(-1)?.symbol ?? "[unknown]",
      module: moduleOf?.(file) ?? file,
      ...(address !== undefined && Number.isSafeInteger(address) && address > 0 ? { address } : {}),
      ...(inlined.length === 0 ? {} : { inlined }),
    });
  }
  const stacks = profile.sample.map((sample) => ({
    frames: sample.locationId.flatMap((id) => frameOf.get(Number(id)) ?? []),
    count: Math.max(0, Number(sample.value[0] ?? 0)),
  }));
  const period = Number(profile.period);
  return ok({
    frames,
    stacks,
    samples: stacks.reduce((sum, stack) => sum + stack.count, 0),
    periodNs: period > 0 ? period : 1e7,
  });
}
