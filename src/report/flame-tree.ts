import { ownValue } from "../base/own-value.ts";
import type { Report } from "../model/report.ts";
import type { FlameData, ProfileDetail, ReportDetails } from "../model/report-details.ts";
import { subjectNames } from "./answer.ts";

/** Frames kept of one subject; what is smaller is merged with its neighbours, and the merged frame says so. */
const maxFrames = 6000;
/** A frame below this share of the longest total is less than a pixel on a wide screen. */
const smallestShare = 1 / 4000;

/** Deep recursion must not end the program: what lies deeper counts for the frame above it. */
const deepest = 250;

interface Node {
  readonly name: string;
  readonly component: string;
  samples: number;
  readonly children: Map<string, Node>;
}

/** Kinds that frames are drawn as, in the order of `FlameData.kinds`. */
export const flameKinds = ["the program's own code", "memory management", "libraries and runtime", "system"];

const kindOf: Readonly<Record<string, number>> = {
  user: 0,
  alloc: 1,
  gc: 1,
  "write-barrier": 1,
  "drop-glue": 1,
  "page-faults": 1,
  kernel: 3,
  io: 3,
};

/** Call trees of all subjects that were profiled, on one scale of seconds. Pure. */
export function flameTrees(report: Report, details: ReportDetails): readonly FlameData[] {
  const name = subjectNames(report);
  const trees = details.profiles.flatMap((detail) => {
    const subject = report.subjects.findIndex(({ id }) => id === detail.profile.subject);
    const root = callTree(detail);
    return subject === -1 || root.samples === 0
      ? []
      : [{ subject, root, seconds: cpuSeconds(report, detail, root.samples), detail }];
  });
  const scaleSeconds = Math.max(0, ...trees.map(({ seconds }) => seconds));
  return trees.map(({ subject, root, seconds, detail }) => {
    const secondsPerSample = seconds / root.samples;
    const smallest = (smallestShare * scaleSeconds) / secondsPerSample;
    return {
      subject,
      title: name(detail.profile.subject),
      secondsPerSample,
      samples: root.samples,
      scaleSeconds,
      ...flatten(root, smallest, details.componentTitles),
    };
  });
}

/** CPU time of one run without a profiler where accounting knows it, else what the samples add up to. */
function cpuSeconds(report: Report, { profile }: ProfileDetail, samples: number): number {
  const accounted = report.accounting.find(({ subject }) => subject === profile.subject);
  const largest = accounted?.components.find(({ share }) => share > 0);
  return largest === undefined
    ? (samples / Math.max(1, profile.runs.length)) * profile.periodNs * 1e-9
    : largest.seconds.value / largest.share;
}

function callTree({ profile, components }: ProfileDetail): Node {
  const root: Node = { name: "all", component: "", samples: 0, children: new Map() };
  for (const stack of profile.stacks) {
    const count = stack.counts.reduce((sum, one) => sum + one, 0);
    let node = root;
    root.samples += count;
    for (const index of stack.frames.slice(-deepest).toReversed()) {
      const name = profile.frames[index]?.symbol ?? "[unknown]";
      const component = components[index] ?? "";
      // Frames of one function at several addresses are one.
      const key = `${name}\0${component}`;
      let child = node.children.get(key);
      if (child === undefined) {
        child = { name, component, samples: 0, children: new Map() };
        node.children.set(key, child);
      }
      child.samples += count;
      node = child;
    }
  }
  return root;
}

type Flat = Pick<FlameData, "names" | "components" | "kinds" | "rows">;

function flatten(root: Node, smallest: number, titles: Readonly<Record<string, string>>): Flat {
  const names: string[] = [];
  const components: string[] = [];
  const kinds: number[] = [];
  const known = new Map<string, number>();
  const nameIndex = (name: string, component: string, kind: number): number => {
    const key = `${name}\0${component}`;
    const found = known.get(key);
    if (found !== undefined) return found;
    known.set(key, names.length);
    names.push(name);
    components.push(ownValue(titles, component) ?? (component === "" ? "not named by any rule" : component));
    kinds.push(kind);
    return names.length - 1;
  };
  const rows: number[] = [];
  const threshold = Math.max(smallest, thresholdFor(root));
  const visit = (node: Node, depth: number, start: number): void => {
    rows.push(
      depth,
      nameIndex(node.name, node.component, ownValue(kindOf, node.component) ?? 2),
      start,
      node.samples,
    );
    const children = [...node.children.values()].toSorted((left, right) => right.samples - left.samples);
    const small = children.filter(({ samples }) => samples < threshold);
    let next = start;
    for (const child of children) {
      if (child.samples < threshold) break;
      visit(child, depth + 1, next);
      next += child.samples;
    }
    const merged = small.reduce((sum, { samples }) => sum + samples, 0);
    // One too small to be seen needs no frame of its own: it stays visible as its caller's own width.
    if (merged >= threshold)
      rows.push(depth + 1, nameIndex(`${small.length} smaller functions`, "", 2), next, merged);
  };
  visit(root, 0, 0);
  return { names, components, kinds, rows };
}

/** The number of samples below which frames are merged so that at most `maxFrames` are left. */
function thresholdFor(root: Node): number {
  const sizes: number[] = [];
  const waiting: Node[] = [root];
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    sizes.push(node.samples);
    waiting.push(...node.children.values());
  }
  if (sizes.length <= maxFrames) return 0;
  return (sizes.toSorted((left, right) => right - left)[maxFrames] ?? 0) + 1;
}
