import { gzipSync } from "node:zlib";
import type { InlinedFrame, Profile, ProfileFrame } from "../../model/profile.ts";
import { stackCount } from "./folded.ts";

/** The profile in pprof's format, gzipped: samples and processor time in nanoseconds, inlined functions kept. */
export async function toPprof(profile: Profile): Promise<Uint8Array> {
  const format = await import("pprof-format");
  const strings = new format.StringTable();
  const functions: InstanceType<typeof format.Function>[] = [];
  const functionIds = new Map<string, number>();
  const functionId = ({ symbol, file }: InlinedFrame): number => {
    const key = `${symbol}\0${file ?? ""}`;
    const known = functionIds.get(key);
    if (known !== undefined) return known;
    const id = functions.length + 1;
    const name = strings.dedup(symbol);
    functions.push(new format.Function({ id, name, systemName: name, filename: strings.dedup(file ?? "") }));
    functionIds.set(key, id);
    return id;
  };
  const modules = [...new Set(profile.frames.map((frame) => frame.module))];
  const location = (frame: ProfileFrame, index: number) =>
    new format.Location({
      id: index + 1,
      mappingId: modules.indexOf(frame.module) + 1,
      address: frame.address ?? 0,
      line: (frame.inlined ?? [{ symbol: frame.symbol }]).map(
        (one) => new format.Line({ functionId: functionId(one), line: one.line ?? 0 }),
      ),
    });
  const valueType = (type: string, unit: string) =>
    new format.ValueType({ type: strings.dedup(type), unit: strings.dedup(unit) });
  const made = new format.Profile({
    sampleType: [valueType("samples", "count"), valueType("cpu", "nanoseconds")],
    location: profile.frames.map(location),
    function: functions,
    mapping: modules.map(
      (module, index) =>
        new format.Mapping({
          id: index + 1,
          filename: strings.dedup(module),
          hasFunctions: true,
          hasFilenames: true,
          hasLineNumbers: true,
          hasInlineFrames: true,
        }),
    ),
    sample: profile.stacks.map((stack) => {
      const count = stackCount(stack.counts);
      return new format.Sample({
        locationId: stack.frames.map((index) => index + 1),
        value: [count, Math.round(count * profile.periodNs)],
      });
    }),
    periodType: valueType("cpu", "nanoseconds"),
    period: Math.round(profile.periodNs),
    stringTable: strings,
  });
  return gzipSync(made.encode());
}
