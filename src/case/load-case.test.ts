import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { fakeLanguages } from "../../test/support/fake-language.ts";
import { temporaryFolder } from "../../test/support/temporary-folder.ts";
import { Failure } from "../base/failure.ts";
import { type CaseInput, type LoadedCase, loadCase } from "./load-case.ts";

const programs = {
  "go/go.mod": "",
  "rust/Cargo.toml": "",
  "two words/go.mod": "",
  "main.go": "",
  "main.rs": "",
  "input.txt": "",
  "run.sh": "#!/bin/sh\n",
};

function load(directory: string, subjects: readonly string[], more: Partial<CaseInput> = {}) {
  return loadCase({ directory, subjects, ...more }, fakeLanguages);
}

async function failure(loading: Promise<LoadedCase>): Promise<Failure> {
  const error: unknown = await loading.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof Failure)) throw new Error("no failure came", { cause: error });
  expect(error.exit).toBe("usage");
  return error;
}

describe("subjects on the command line", () => {
  it("detects languages and takes prefixes, bins and commands", async () => {
    const directory = temporaryFolder(programs);
    const { case: loaded } = await load(directory, ["go", "rust:rust#bench", "cmd:./run.sh 'two words' 3"], {
      args: ["-n", "3"],
      stdinPath: "input.txt",
      env: { N: "1" },
    });
    expect(loaded).toEqual({
      name: "go-rust-cmd",
      workload: {
        args: ["-n", "3"],
        env: { N: "1" },
        compare: { kind: "exact" },
        stdinPath: join(directory, "input.txt"),
      },
      subjects: [
        { id: "go", language: "go", path: join(directory, "go") },
        { id: "rust", language: "rust", path: join(directory, "rust"), bin: "bench" },
        {
          id: "cmd",
          language: "cmd",
          path: directory,
          command: [join(directory, "run.sh"), "two words", "3"],
        },
      ],
    });
  });

  it.each([
    [
      ["go", "two words"],
      ["go", "go-two-words"],
    ],
    [
      ["main.go", "go"],
      ["go-main", "go"],
    ],
    [
      ["cmd:true", "cmd:./run.sh"],
      ["cmd-true", "cmd-run"],
    ],
    [
      ["cmd:true 1", "cmd:true 2"],
      ["cmd", "cmd-2"],
    ],
    [
      ["rust#a", "rust#b"],
      ["rust-a", "rust-b"],
    ],
  ])("names %j apart: %j", async (subjects, ids) => {
    const { case: loaded } = await load(temporaryFolder(programs), subjects);
    expect(loaded.subjects.map(({ id }) => id)).toEqual(ids);
  });

  it.each<[readonly string[], string, string]>([
    [["go"], "only one is named", "perfgap explain ./go ./rust"],
    [["go", "rst"], "rst does not exist", "did you mean rust?"],
    [["go", "./go/"], "The same program is named twice", "perfgap doctor"],
    [["go", "main.rs", "main.rs"], "The same program is named twice", ""],
    [
      ["gp:go", "rust"],
      '"gp" is no language that perfgap knows; did you mean "go"?',
      "known: go, rust, c, cmd",
    ],
    [["go:", "rust"], "names a language but no path", "go:./go"],
    [["input.txt", "rust"], "input.txt is no program that perfgap knows: Go, Rust, C", "cmd:./program"],
    [["case.toml", "rust"], "case.toml is a case file", "perfgap explain case.toml"],
    [["rust:go", "rust"], "go does not look like a Rust program", "leave the prefix out"],
    [["cmd:./run.sh | sort", "rust"], '"|" needs a shell', "sh -c"],
    [["cmd:", "rust"], "names no command", ""],
    [["cmd:./input.txt", "rust"], "./input.txt is not executable", "chmod +x ./input.txt"],
    [["cmd:no-such-program-here", "rust"], "not on PATH", "cmd:./no-such-program-here"],
    [["cmd:./go", "rust"], "./go is a folder, not a program", "without cmd:"],
    [["go\ufffd", "rust"], "not UTF-8", "ln -s"],
  ])("%j: %s", async (subjects, message, help) => {
    const error = await failure(load(temporaryFolder({ ...programs, "case.toml": "" }), subjects));
    expect(error.message).toContain(message);
    expect(error.help ?? "").toContain(help);
  });

  it("passes on what a language says of a folder that is nearly its own", async () => {
    const error = await failure(
      load(temporaryFolder({ "go/sum.go": "", "rust/Cargo.toml": "" }), ["go", "rust"]),
    );
    expect(error.message).toBe("there are .go files but no go.mod");
    expect(error.help).toBe("go mod init example.com/sum");
  });

  it("asks which, when two languages claim one folder", async () => {
    const directory = temporaryFolder({ "both/go.mod": "", "both/Cargo.toml": "", "rust/Cargo.toml": "" });
    const error = await failure(load(directory, ["both", "rust"]));
    expect(error.message).toBe("both could be go or rust.");
    expect(error.help).toContain("go:both   or   rust:both");
  });

  it("cannot be made to write to the terminal by a name", async () => {
    const error = await failure(load(temporaryFolder(programs), ["go", "\u001b[2Jx\u202e"]));
    expect(error.message).toBe("\\u{1b}[2Jx\\u{202e} does not exist.");
  });

  it.each<[Partial<CaseInput>, string]>([
    [{ stdinPath: "absent" }, "--stdin absent does not exist."],
    [
      { stdinPath: "-" },
      "--stdin needs a file: every run reads it anew, and what perfgap itself is given can be read once.",
    ],
    [{ stdinPath: "go" }, "--stdin go is a folder, not a file."],
    [{ workingDirectory: "main.go" }, "--cwd main.go is not a folder."],
    [{ args: ["a\ufffd"] }, "not UTF-8"],
  ])("%j: %s", async (more, message) => {
    const error = await failure(load(temporaryFolder(programs), ["go", "rust"], more));
    expect(error.message).toContain(message);
  });
});

const caseText = `name = "sum"
question = "Why?"
args = ["10"]
stdin = "input.txt"
env = { LC_ALL = "C" }
compare = "numeric"
tolerance = 1e-6
timeout = "5s"

[[subject]]
path = "go"
flags = ["-x"]

[[subject]]
id = "native"
command = "./run.sh --fast"

[factors]
skip = ["gc"]
`;

describe("a case file", () => {
  it("is read with everything it can say, and flags win over it", async () => {
    const directory = temporaryFolder({ ...programs, "case.toml": caseText });
    const { case: loaded, skipFactors } = await load(directory, ["case.toml"], {
      args: ["20"],
      env: { B: "2" },
    });
    expect(skipFactors).toEqual(["gc"]);
    expect(loaded).toEqual({
      name: "sum",
      question: "Why?",
      sourcePath: join(directory, "case.toml"),
      workload: {
        args: ["20"],
        stdinPath: join(directory, "input.txt"),
        env: { LC_ALL: "C", B: "2" },
        compare: { kind: "numeric", tolerance: 1e-6 },
        timeoutMs: 5000,
        workingDirectory: directory,
      },
      subjects: [
        { id: "go", language: "go", path: join(directory, "go"), flags: ["-x"] },
        { id: "native", language: "cmd", path: directory, command: [join(directory, "run.sh"), "--fast"] },
      ],
    });
  });

  it("is found upward when nothing is named, and inside a folder that is named", async () => {
    const directory = temporaryFolder({ ...programs, "perfgap.toml": caseText, "deep/er/": "" });
    expect((await load(join(directory, "deep/er"), [])).case.name).toBe("sum");
    expect((await load(join(directory, "deep"), [".."])).case.name).toBe("sum");
  });

  it("may hold the same program twice when both have an id: an A/A case", async () => {
    const text = '[[subject]]\nid = "a"\npath = "go"\n[[subject]]\nid = "b"\npath = "go"\n';
    const { case: loaded } = await load(temporaryFolder({ ...programs, "aa.toml": text }), ["aa.toml"]);
    expect(loaded.subjects.map(({ id }) => id)).toEqual(["a", "b"]);
  });

  it.each<[string, string, string]>([
    ["wrong type", 'args = "10"\n[[subject]]\npath="go"\n', 'case.toml:1:1: args must be a list, got "10"'],
    [
      "unknown key",
      '[[subject]]\npath = "go"\n[[subject]]\nlangauge = "rust"\n',
      'case.toml:4:1: unknown key "langauge" in subject 2; did you mean "language"?',
    ],
    [
      "unknown top key",
      'agrs = []\n[[subject]]\npath="go"\n',
      'case.toml:1:1: unknown key "agrs"; did you mean "args"?',
    ],
    [
      "bad choice",
      'compare = "exat"\n[[subject]]\npath="go"\n',
      'case.toml:1:1: compare must be "exact" or "numeric" or "none", got "exat"; did you mean "exact"?',
    ],
    ["no subjects", 'name = "x"\n', "there is no [[subject]]; a case needs two or more"],
    [
      "one subject",
      '[[subject]]\npath = "go"\n',
      "case.toml:1:1: A gap needs two programs, and only one is named.",
    ],
    ["syntax", 'name = "x\n', "case.toml:1:"],
    [
      "missing path",
      '[[subject]]\npath = "go"\n\n[[subject]]\npath = "rst"\n',
      "case.toml:4:1: rst does not exist.",
    ],
    [
      "neither path nor command",
      '[[subject]]\npath="go"\n[[subject]]\nid="b"\n',
      "case.toml:3:1: subject 2 has neither path nor command",
    ],
    [
      "unknown language",
      '[[subject]]\npath="go"\nlanguage="gp"\n[[subject]]\npath="rust"\n',
      'case.toml:1:1: "gp" is no language that perfgap knows; did you mean "go"?',
    ],
    [
      "bad id",
      '[[subject]]\npath="go"\nid="a/b"\n',
      "case.toml:3:1: id of subject 1 must be 1 to 32 letters",
    ],
    [
      "bad timeout",
      'timeout = "soon"\n[[subject]]\npath="go"\n[[subject]]\npath="rust"\n',
      'case.toml:1:1: timeout must be a time such as "60s" or "5m", got "soon"',
    ],
    [
      "tolerance alone",
      'tolerance = 0.1\n[[subject]]\npath="go"\n[[subject]]\npath="rust"\n',
      'case.toml:1:1: tolerance has a meaning only with compare = "numeric"',
    ],
    [
      "negative tolerance",
      'tolerance = -1\n[[subject]]\npath="go"\n',
      "case.toml:1:1: tolerance must not be negative",
    ],
    [
      "stdin absent",
      'stdin = "nothing"\n[[subject]]\npath="go"\n[[subject]]\npath="rust"\n',
      'case.toml:1:1: stdin "nothing" does not exist',
    ],
    [
      "NUL in an argument",
      'args = ["a", "\\u0000"]\n[[subject]]\npath="go"\n[[subject]]\npath="rust"\n',
      "case.toml:1:14: an argument of a program cannot hold a NUL character",
    ],
    [
      "smaller without its size",
      '[smaller]\nargs = ["5"]\n[[subject]]\npath="go"\n',
      "case.toml:1:1: smaller.factor is missing",
    ],
    [
      "smaller of nearly the same size",
      '[smaller]\nargs = ["5"]\nfactor = 0.95\n[[subject]]\npath="go"\n',
      "case.toml:3:1: smaller.factor must be at most 0.9",
    ],
    [
      "smaller that is the same job",
      '[smaller]\nfactor = 0.5\n[[subject]]\npath="go"\n[[subject]]\npath="rust"\n',
      "case.toml:1:1: smaller needs args or stdin",
    ],
    [
      "smaller without its file",
      '[smaller]\nstdin = "half.txt"\nfactor = 0.5\n[[subject]]\npath="go"\n[[subject]]\npath="rust"\n',
      'case.toml:2:1: smaller.stdin "half.txt" does not exist',
    ],
    [
      "unknown key of smaller",
      '[smaller]\nfacter = 0.5\n[[subject]]\npath="go"\n',
      'unknown key "facter" in smaller; did you mean "factor"?',
    ],
    [
      "training on what is measured",
      'args = ["5"]\n[training]\nargs = ["5"]\n[[subject]]\npath="go"\n[[subject]]\npath="rust"\n',
      "case.toml:2:1: training has the input that is measured",
    ],
    [
      "training without an input",
      '[training]\n[[subject]]\npath="go"\n[[subject]]\npath="rust"\n',
      "case.toml:1:1: training has the input that is measured",
    ],
    [
      "training without its file",
      '[training]\nstdin = "other.txt"\n[[subject]]\npath="go"\n[[subject]]\npath="rust"\n',
      'case.toml:2:1: training.stdin "other.txt" does not exist',
    ],
    [
      "unknown key of training",
      '[training]\narg = ["5"]\n[[subject]]\npath="go"\n',
      'unknown key "arg" in training; did you mean "args"?',
    ],
    [
      "command of another language",
      '[[subject]]\npath="go"\n[[subject]]\nlanguage="rust"\ncommand="./x"\n',
      'case.toml:5:1: command is for language "cmd" only',
    ],
    [
      "shell syntax",
      '[[subject]]\npath="go"\n[[subject]]\ncommand="./x > y"\n',
      'case.toml:4:1: command: ">" needs a shell',
    ],
    [
      "two ids alike",
      '[[subject]]\npath="go"\nid="a"\n[[subject]]\npath="rust"\nid="a"\n',
      'two subjects have the id "a"',
    ],
    ["hostile key", '"\\u001b[2J" = 1\n[[subject]]\npath="go"\n', 'unknown key "\\u{1b}[2J"'],
  ])("%s", async (_name, text, message) => {
    const error = await failure(load(temporaryFolder({ ...programs, "case.toml": text }), ["case.toml"]));
    expect(error.message).toContain(message);
  });

  it("has an input for training until the command line makes it the measured one", async () => {
    const text =
      'args = ["10"]\n[training]\nargs = ["5"]\n[[subject]]\npath="go"\n[[subject]]\npath="rust"\n';
    const folder = temporaryFolder({ ...programs, "case.toml": text });
    const trainingOf = async (options: { readonly args?: readonly string[] }) =>
      (await load(folder, ["case.toml"], options)).case.workload.training;
    expect(await trainingOf({})).toEqual({ args: ["5"] });
    expect(await trainingOf({ args: ["6"] })).toEqual({ args: ["5"] });
    expect(await trainingOf({ args: ["5"] })).toBeUndefined();
  });

  it("has a smaller job that goes with its own input only", async () => {
    const text =
      'args = ["10"]\n[smaller]\nargs = ["5"]\nstdin = "input.txt"\nfactor = 0.5\n[[subject]]\npath="go"\n[[subject]]\npath="rust"\n';
    const directory = temporaryFolder({ ...programs, "case.toml": text });
    const { case: loaded } = await load(directory, ["case.toml"], { timeoutMs: 5000 });
    expect(loaded.workload.smaller).toEqual({
      args: ["5"],
      stdinPath: join(directory, "input.txt"),
      factor: 0.5,
    });
    const { case: other } = await load(directory, ["case.toml"], { args: ["11"] });
    expect(other.workload).not.toHaveProperty("smaller");
  });

  it("names several mistakes at once, each with its line", async () => {
    const text = 'nme = 1\nargs = [1, "2"]\n[[subject]]\npath = 3\n';
    const error = await failure(load(temporaryFolder({ "case.toml": text }), ["case.toml"]));
    expect(error.message.split("\n").map((line) => line.split(" ")[0])).toEqual(
      expect.arrayContaining(["case.toml:1:1:", "case.toml:2:9:", "case.toml:4:1:"]),
    );
  });

  it("says so when it is not there or not text", async () => {
    const directory = temporaryFolder(programs);
    expect((await failure(load(directory, ["none.toml"]))).message).toBe("none.toml does not exist.");
    expect((await failure(load(directory, []))).message).toContain("Name two programs, or a case file");
  });
});
