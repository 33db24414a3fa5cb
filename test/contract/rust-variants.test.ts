import { cp, mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parseElf } from "../../src/base/elf.ts";
import { rust } from "../../src/languages/rust/index.ts";
import type { SettingPatch } from "../../src/model/setting.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import {
  buildVariant,
  factsOf,
  leverOf,
  openRustBench,
  outputOf,
  type RustBench,
  shapesOf,
  tryVariant,
} from "./rust-bench.ts";

const own = /^contract_(program|lib)::/;

describe("bounds checks, vectorisation and unrolling together", () => {
  let folder = "";
  let bench: RustBench;
  let scheme: SettingPatch;
  let patches: readonly SettingPatch[];
  let output = "";
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "perfgap-rust-"));
    const program = join(folder, "program");
    await cp(join(import.meta.dirname, "programs", "rust"), program, { recursive: true });
    bench = await openRustBench(program, join(folder, "built"));
    const checks = await leverOf(bench, "bounds-checks");
    scheme = checks.scheme ?? {};
    patches = [
      checks.patch,
      (await leverOf(bench, "vectorisation")).patch,
      (await leverOf(bench, "unrolling")).patch,
    ];
    output = await outputOf(await buildVariant(bench));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  const variant = (mask: number, layoutSeed?: number) =>
    buildVariant(bench, {
      patches: [scheme, ...patches.filter((_, index) => (mask & (1 << index)) !== 0)],
      ...(layoutSeed === undefined ? {} : { layoutSeed }),
    });

  it("build and run in every combination, and each moves its count in every company", async () => {
    const executables: string[] = [];
    for (let mask = 0; mask < 8; mask++) executables.push(await variant(mask, mask + 1));
    const facts = await Promise.all(executables.map((executable) => factsOf(bench, executable)));
    for (const executable of executables) expect(await outputOf(executable)).toBe(output);
    const count = (mask: number, name: string): number => facts[mask]?.[name] ?? Number.NaN;
    for (let mask = 0; mask < 8; mask++) {
      const company = `in the company of ${mask.toString(2)}`;
      if ((mask & 1) === 0) {
        expect(count(mask, "hot.boundsChecks"), company).toBeGreaterThan(0);
        expect(count(mask | 1, "hot.boundsChecks"), company).toBe(0);
        expect(count(mask | 1, "boundsChecks.calls"), company).toBeLessThan(
          count(mask, "boundsChecks.calls"),
        );
      }
      if ((mask & 2) === 0) {
        expect(count(mask, "hot.packedOps"), company).toBeGreaterThan(0);
        expect(count(mask | 2, "hot.packedOps"), company).toBe(0);
      }
      if ((mask & 4) === 0)
        expect(count(mask | 4, "hot.instructions"), company).toBeLessThan(count(mask, "hot.instructions"));
    }
  });

  it("another layout of a variant that was optimised in the link has the same code", async () => {
    const [first, second] = [await variant(3, 21), await variant(3, 22)];
    const [left, right] = await Promise.all([shapesOf(first, own), shapesOf(second, own)]);
    expect(left.size).toBeGreaterThan(0);
    expect(left).toEqual(right);
    const [before, after] = await Promise.all([factsOf(bench, first), factsOf(bench, second)]);
    expect(before["layout.order"]).not.toBe(after["layout.order"]);
  });

  it("leave nothing in the user's folder", async () => {
    expect((await readdir(join(folder, "program"))).sort()).toEqual(["Cargo.toml", "lib", "src"]);
  });

  it("for profiles keep frame pointers and lines", async () => {
    const executable = await buildVariant(bench, { purpose: "profile" });
    expect(await outputOf(executable)).toBe(output);
    const sections = async (path: string) => {
      const elf = parseElf(await readFile(path));
      return elf.ok ? elf.value.sections.map((section) => section.name) : [];
    };
    expect(await sections(executable)).toContain(".debug_line");
    expect(await sections(await buildVariant(bench))).not.toContain(".debug_line");
  });

  it("without its records a program is compiled again", async () => {
    await rm(join(bench.folder, "scratch", "links"), { recursive: true });
    expect(await outputOf(await buildVariant(bench))).toBe(output);
  });

  it("a linker's complaint is passed on with a command to paste", async () => {
    const { outcome } = await tryVariant(bench, {
      patches: [{ build: { flags: { link: ["-Wl,--no-such-option"] } } }],
    });
    expect(outcome).toMatchObject({ kind: "buildFailure" });
    if (outcome.kind !== "buildFailure") return;
    expect(outcome.output).toContain("--no-such-option");
    expect(outcome.command).toMatch(/^cd .* && cc /);
  });
});

const manifest = (name: string, rest = ""): string =>
  `[package]\nname = "${name}"\nversion = "0.1.0"\nedition = "2021"\n${rest}`;

describe("programs of other shapes", () => {
  it("a workspace with several programs asks which, and takes path dependencies and the user's own flags along", async () => {
    const folder = temporaryFolder({
      "Cargo.toml": '[workspace]\nmembers = ["app", "tool", "shared"]\nresolver = "2"\n',
      "app/Cargo.toml": manifest("app", '[dependencies]\nshared = { path = "../shared" }\n'),
      "app/src/main.rs": 'fn main() { println!("app {}", shared::mark()); }\n',
      "tool/Cargo.toml": manifest("tool-two"),
      "tool/src/main.rs": 'fn main() { println!("tool"); }\n',
      "shared/Cargo.toml": manifest("shared"),
      "shared/src/lib.rs":
        'pub fn mark() -> &\'static str { if cfg!(marked) { "marked" } else { "plain" } }\n',
      ".cargo/config.toml": '[build]\nrustflags = ["--cfg", "marked"]\n',
    });
    expect(await rust.detect(folder, undefined, false)).toMatchObject({
      kind: "problem",
      message: `${folder} builds 2 programs: app, tool-two.`,
    });
    const bench = await openRustBench(folder, join(folder, "built"), "app");
    const { patch } = await leverOf(bench, "vectorisation");
    expect(await outputOf(await buildVariant(bench))).toBe("app marked\n");
    expect(await outputOf(await buildVariant(bench, { patches: [patch] }))).toBe("app marked\n");
    const sources = await rust.sources(bench.subject, bench.toolchain);
    expect(sources).toEqual(
      expect.arrayContaining([
        join(folder, "Cargo.toml"),
        join(folder, ".cargo/config.toml"),
        join(folder, "app/src"),
        join(folder, "shared/src"),
      ]),
    );
    expect(sources).not.toContain(join(folder, "tool/src"));
    const member = await openRustBench(join(folder, "tool"), join(folder, "built-tool"));
    expect(member.subject.bin).toBe("tool-two");
    expect(await outputOf(await buildVariant(member))).toBe("tool\n");
  });

  it("one file with modules and a hostile name is built with rustc alone", async () => {
    const folder = temporaryFolder({
      "a b\n'$x.rs": 'mod part;\nfn main() { println!("{} {}", part::say(), include_str!("text.txt")); }\n',
      "part.rs": 'pub fn say() -> &\'static str { "one file" }\n',
      "text.txt": "text",
    });
    const bench = await openRustBench(join(folder, "a b\n'$x.rs"), join(folder, "built"));
    const checks = await leverOf(bench, "bounds-checks");
    expect(await outputOf(await buildVariant(bench))).toBe("one file text\n");
    expect(
      await outputOf(
        await buildVariant(bench, { patches: [checks.scheme ?? {}, checks.patch], layoutSeed: 7 }),
      ),
    ).toBe("one file text\n");
    const plain = await openRustBench(await plainCopy(folder), join(folder, "built-plain"));
    expect(await rust.sources(plain.subject, plain.toolchain)).toEqual(
      ["main.rs", "part.rs", "text.txt"].map((name) => join(folder, "plain", name)),
    );
  });

  it("overflow checks that the user's profile turns on can be turned off", async () => {
    const folder = temporaryFolder({
      "Cargo.toml": manifest(
        "checked",
        "[profile.release]\noverflow-checks = true\nopt-level = 2\n[workspace]\n",
      ),
      "src/main.rs":
        '#[inline(never)] fn add(a: u32, b: u32) -> u32 { a + b * 3 }\nfn main() { println!("{}", add(std::env::args().count() as u32, std::env::vars().count() as u32)); }\n',
    });
    const bench = await openRustBench(folder, join(folder, "built"));
    const lever = await leverOf(bench, "overflow-checks");
    const [before, after] = [
      await buildVariant(bench),
      await buildVariant(bench, { patches: [lever.patch] }),
    ];
    expect(await outputOf(after)).toBe(await outputOf(before));
    expect((await factsOf(bench, before))[lever.proof.fact]).toBeGreaterThan(
      (await factsOf(bench, after))[lever.proof.fact] ?? Number.NaN,
    );
    expect(await leverOf(bench, "optimisation-level", "highest")).toMatchObject({ deployable: true });
  });

  it("an allocator of the program's own is not malloc", async () => {
    const allocator = (body: string) =>
      `use std::alloc::{GlobalAlloc, Layout, System};\nstruct Own;\nunsafe impl GlobalAlloc for Own { ${body} }\n#[global_allocator] static OWN: Own = Own;\nfn main() { println!("{}", vec![1, 2, 3].len()); }\n`;
    const folder = temporaryFolder({
      "wrapper.rs": allocator(
        "unsafe fn alloc(&self, l: Layout) -> *mut u8 { System.alloc(l) } unsafe fn dealloc(&self, p: *mut u8, l: Layout) { System.dealloc(p, l) }",
      ),
      "arena.rs": `static mut NEXT: usize = 0;\nstatic mut ARENA: [u128; 4096] = [0; 4096];\n${allocator(
        "unsafe fn alloc(&self, l: Layout) -> *mut u8 { NEXT = (NEXT + l.size() + 127) & !63; (&raw mut ARENA as *mut u8).add(NEXT - l.size() - 64 & !63) } unsafe fn dealloc(&self, _: *mut u8, _: Layout) {}",
      )}`,
    });
    const dynamic = async (name: string) => {
      const bench = await openRustBench(join(folder, name), join(folder, `built-${name}`));
      return (await factsOf(bench, await buildVariant(bench)))["malloc.dynamic"];
    };
    expect(await dynamic("wrapper.rs")).toBe(1);
    expect(await dynamic("arena.rs")).toBe(0);
  });
});

async function plainCopy(folder: string): Promise<string> {
  const plain = join(folder, "plain");
  for (const name of await readdir(folder)) {
    if (name.endsWith(".rs") || name.endsWith(".txt"))
      await cp(join(folder, name), join(plain, name.startsWith("a b") ? "main.rs" : name));
  }
  return join(plain, "main.rs");
}

describe("a toolchain that is not there", () => {
  it("is not whole without something that links", async () => {
    const folder = temporaryFolder({
      "Cargo.toml": manifest("app", "[workspace]\n"),
      "src/main.rs": "fn main() {}",
      ".cargo/config.toml": "[target.'cfg(all())']\nlinker = \"tools/no-such-driver\"\n",
    });
    expect(await rust.findToolchain({ id: "rust", language: "rust", path: folder })).toMatchObject({
      kind: "missing",
      tool: join(folder, "tools/no-such-driver"),
    });
  });

  it("is named, with what to do", async () => {
    const folder = temporaryFolder({ "main.rs": "fn main() {}", "bin/": "" });
    const subject = { id: "rust", language: "rust", path: join(folder, "main.rs") };
    const path = process.env["PATH"];
    process.env["PATH"] = join(folder, "bin");
    try {
      expect(await rust.findToolchain(subject)).toMatchObject({ kind: "missing", tool: "rustc" });
    } finally {
      process.env["PATH"] = path;
    }
  });

  it("is not downloaded because a file asks for it", async () => {
    const folder = temporaryFolder({
      "main.rs": "fn main() {}",
      "rust-toolchain.toml": '[toolchain]\nchannel = "1.2.3"\n',
    });
    const search = await rust.findToolchain({ id: "rust", language: "rust", path: join(folder, "main.rs") });
    // Without rustup the file means nothing, and rustc is found.
    if (search.kind === "missing") expect(`${search.reason} ${search.help}`).toMatch(/1\.2\.3/);
    else expect(search.toolchain.version).not.toBe("1.2.3");
  });
});
