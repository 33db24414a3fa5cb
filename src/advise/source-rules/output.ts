import type { SampledCall, SourceSite } from "../../model/source-site.ts";
import type { LeadInput, SourceRule } from "../source-lead.ts";
import { componentShare, upperStackShare } from "../source-shares.ts";
import { callLines, evidenceIds, locationOf, placeText } from "../source-text.ts";

const changes: Readonly<Record<string, string>> = {
  go: "Write to out := bufio.NewWriter(os.Stdout) and flush it once at the end (defer out.Flush(); fmt.Fprintln(out, ...)).",
  rust: "Write to let mut out = BufWriter::new(io::stdout().lock()) (writeln!(out, ...)); it flushes when it is dropped.",
  c: "Give stdout a buffer (setvbuf(stdout, NULL, _IOFBF, 1 << 16)) and leave fflush to the end.",
  cpp: "Write '\\n' in place of std::endl, leave std::flush to the end, and call std::ios::sync_with_stdio(false).",
};

const manyCalls = 1000;
const smallBytes = 512;
const components = ["io", "kernel"];

const prints =
  /^fmt\.(?:Fp|P)rint|^os\.\(\*File\)\.Write|std::io::stdio::_?e?print|std::io::.*[Ww]rite|^(?:__)?(?:f?printf|puts|fputs|fwrite|putchar|fputc|write|fflush)\b|^(?:_IO_|__GI__IO_)|^_*v?f?printf|std::(?:endl|flush|operator<<)/;

/** Output that leaves the program in small pieces: the line that prints most. */
export const unbufferedOutput: SourceRule = (input) => {
  const change = changes[input.language];
  const { "writes.calls": calls, "output.bytes": bytes } = input.facts;
  if (change === undefined || calls === undefined || bytes === undefined || calls < manyCalls) return [];
  const each = bytes / calls;
  // More writes than bytes of output: they go elsewhere, such as a runtime that wakes its own threads.
  if (each < 1 || each > smallBytes) return [];
  const place = printingLine(input);
  // A buffer saves the print's own layers (locks, line ends) too; the lever that buffers from outside does not reach them.
  const share =
    input.profile === undefined
      ? undefined
      : upperStackShare(
          input.profile,
          ({ names, inKernel }) =>
            inKernel || names.some((name) => prints.test(name) || aroundSystemCalls.test(name)),
        );
  return [
    {
      id: `${input.subject}-unbuffered-output-1`,
      subject: input.subject,
      title: `${place === undefined ? "The program" : placeText(place)} prints in small pieces: ${calls} writes of ${Math.round(each)} bytes`,
      change,
      ...(place === undefined ? {} : { location: locationOf(place) }),
      evidence: [
        ...evidenceIds(input, ["system calls"]),
        ...evidenceIds(input, ["common fault"]).filter((id) => id.endsWith("unbuffered-output")),
      ],
      ...(share === undefined
        ? {}
        : {
            counted: {
              share,
              what: "printing, formatting included, the kernel and what a runtime does around system calls",
            },
          }),
      unbounded: "the program was not profiled",
      weight: componentShare(input.facts, components),
    },
  ];
};

/** Go hands its processor on while a system call lasts. */
const aroundSystemCalls = /^runtime\.(?:entersyscall|exitsyscall|mcall|mstart|sysmon)/;

const flushes = /fflush|std::(?:endl|flush)|_ZSt(?:4endl|5flush)/;

/** Where samples say it; else the line that flushes, else the only one that prints. Of several that were not seen, none is named. */
function printingLine({ calls, sites }: LeadInput): SampledCall | SourceSite | undefined {
  const sampled = callLines(calls, ({ callee }) => prints.test(callee))[0];
  if (sampled !== undefined) return sampled.call;
  const printing = sites.filter(({ kind, what }) => kind === "call" && prints.test(what));
  const flushing = printing.filter(({ what }) => flushes.test(what));
  const [first, ...others] = (flushing.length > 0 ? flushing : printing).toSorted(
    (left, right) => right.lineShare - left.lineShare,
  );
  if (first === undefined) return undefined;
  return first.lineShare > 0 || others.every(({ line }) => line === first.line) ? first : undefined;
}
