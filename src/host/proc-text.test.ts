import { describe, expect, it } from "vitest";
import {
  cgroupPath,
  cpuFlags,
  cpuModel,
  distributionIds,
  parseCfsQuota,
  parseCpuMax,
  parseCpuTicks,
  parsePressureUs,
} from "./proc-text.ts";

describe("proc text", () => {
  it("reads model and flags on x86 and on ARM", () => {
    const x86 = "processor\t: 0\nmodel name\t: AMD EPYC 9R14\nflags\t\t: sse2 avx2 fpu\n\nprocessor\t: 1\n";
    expect(cpuModel(x86)).toBe("AMD EPYC 9R14");
    expect(cpuFlags(x86)).toEqual(["avx2", "fpu", "sse2"]);
    const brandOnly = "cpu family\t: 26\nmodel\t\t: 2\nmodel name\t: AMD EPYC\nstepping\t: 1\n";
    expect(cpuModel(brandOnly)).toBe("AMD EPYC (family 26, model 2)");
    expect(cpuModel("model name\t: Some Brand\n")).toBe("Some Brand");
    expect(cpuModel("")).toBeUndefined();
    const arm = "processor\t: 0\nBogoMIPS\t: 50.00\nFeatures\t: fp asimd\nCPU part\t: 0xd0c\n";
    expect(cpuModel(arm)).toBe("processor of implementer unknown, part 0xd0c");
    expect(cpuModel("CPU implementer\t: 0x41\nCPU part\t: 0xd40\n")).toBe(
      "processor of implementer 0x41, part 0xd40",
    );
    expect(cpuFlags(arm)).toEqual(["asimd", "fp"]);
    expect(cpuFlags("")).toEqual([]);
  });

  it("reads pressure in microseconds, of some tasks and not of all", () => {
    const text =
      "some avg10=97.12 avg60=51.83 avg300=48.21 total=752250677\nfull avg10=0.00 avg60=0.00 avg300=0.00 total=0\n";
    expect(parsePressureUs(text)).toBe(752250677);
    expect(parsePressureUs("")).toBeUndefined();
  });

  it("sums processor time without counting guests twice", () => {
    expect(parseCpuTicks("cpu  10 1 5 100 3 0 2 7 4 1\ncpu0 1 1 1 1 1 1 1 1 1 1\n")).toEqual({
      steal: 7,
      total: 128,
    });
    expect(parseCpuTicks("cpu  10 1 5\n")).toBeUndefined();
    expect(parseCpuTicks("cpu  a b c d e f g h\n")).toBeUndefined();
  });

  it("reads processor quotas of both control group versions", () => {
    expect(parseCpuMax("150000 100000\n")).toBe(1.5);
    expect(parseCpuMax("max 100000\n")).toBeUndefined();
    expect(parseCpuMax("")).toBeUndefined();
    expect(parseCfsQuota("50000\n", "100000\n")).toBe(0.5);
    expect(parseCfsQuota("-1\n", "100000\n")).toBeUndefined();
    expect(parseCfsQuota("", "")).toBeUndefined();
  });

  it("finds this process's control group by controller", () => {
    const text = "9:name=systemd:/\n4:memory:/a/b\n2:cpu,cpuacct:/docker/7:f\n0::/user.slice\n";
    expect(cgroupPath(text, "cpu")).toBe("/docker/7:f");
    expect(cgroupPath(text, "memory")).toBe("/a/b");
    expect(cgroupPath(text, "")).toBe("/user.slice");
    expect(cgroupPath("4:memory:/a\n", "cpu")).toBeUndefined();
  });

  it("names the distribution and what it is like", () => {
    expect(distributionIds('PRETTY_NAME="Ubuntu 24.04"\nID=ubuntu\nID_LIKE=debian\n')).toEqual([
      "ubuntu",
      "debian",
    ]);
    expect(distributionIds('ID="rocky"\nID_LIKE="rhel centos fedora"\n')).toEqual([
      "rocky",
      "rhel",
      "centos",
      "fedora",
    ]);
    expect(distributionIds("")).toEqual([]);
  });
});
