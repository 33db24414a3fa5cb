import * as v from "valibot";

const text = (what: string) => v.pipe(v.string(), v.nonEmpty(`${what} must not be empty`));
const words = v.array(v.string());

const idPattern = /^[A-Za-z0-9][A-Za-z0-9._+-]{0,31}$/;

const subjectIdSchema = v.pipe(
  v.string(),
  v.regex(
    idPattern,
    "must be 1 to 32 letters, digits, dots, pluses, dashes or underscores, a letter or digit first",
  ),
);

/** The shape of a case file; the published JSON Schema is made from this. */
export const caseFileSchema = v.strictObject({
  name: v.exactOptional(v.pipe(text("name"), v.description("Short name of the case."))),
  question: v.exactOptional(v.pipe(v.string(), v.description("What the case is to answer, in a sentence."))),
  args: v.exactOptional(v.pipe(words, v.description("Arguments that every subject is given."))),
  stdin: v.exactOptional(
    v.pipe(text("stdin"), v.description("File that every subject reads from standard input.")),
  ),
  env: v.exactOptional(
    v.pipe(v.record(v.string(), v.string()), v.description("Environment variables that every subject sees.")),
  ),
  cwd: v.exactOptional(v.pipe(text("cwd"), v.description("Folder that the subjects run in."))),
  compare: v.exactOptional(
    v.pipe(
      v.picklist(["exact", "numeric", "none"]),
      v.description(
        "How outputs are held against each other: byte for byte, number by number, or not at all.",
      ),
    ),
  ),
  tolerance: v.exactOptional(
    v.pipe(
      v.number(),
      v.minValue(0, "must not be negative"),
      v.description('Relative difference allowed with compare = "numeric".'),
    ),
  ),
  timeout: v.exactOptional(
    v.pipe(
      v.union([v.string(), v.number()]),
      v.description('Limit of one run: "60s", "5m", or a number of seconds.'),
    ),
  ),
  expected: v.exactOptional(v.pipe(text("expected"), v.description("File with the output that is right."))),
  smaller: v.exactOptional(
    v.pipe(
      v.strictObject({
        args: v.exactOptional(v.pipe(words, v.description("Arguments of the smaller job; default: args."))),
        stdin: v.exactOptional(
          v.pipe(text("stdin"), v.description("Standard input of the smaller job; default: stdin.")),
        ),
        factor: v.pipe(
          v.number(),
          v.minValue(0.01, "must be at least 0.01"),
          v.maxValue(0.9, "must be at most 0.9: sizes that are close show no growth"),
          v.description("Size of the smaller job over that of the case, e.g. 0.5."),
        ),
      }),
      v.description("The same job with less to do: shows how time grows with the input."),
    ),
  ),
  training: v.exactOptional(
    v.pipe(
      v.strictObject({
        args: v.exactOptional(v.pipe(words, v.description("Arguments of the training run; default: args."))),
        stdin: v.exactOptional(
          v.pipe(text("stdin"), v.description("Standard input of the training run; default: stdin.")),
        ),
      }),
      v.description(
        "Another input, on which profile-guided settings are trained in place of the measured one.",
      ),
    ),
  ),
  subject: v.pipe(
    v.array(
      v.strictObject({
        id: v.exactOptional(
          v.pipe(subjectIdSchema, v.description("Name in the answer; default: the language.")),
        ),
        language: v.exactOptional(
          v.pipe(text("language"), v.description("go, rust, c, cpp or cmd; default: detected.")),
        ),
        path: v.exactOptional(
          v.pipe(text("path"), v.description("File or folder, relative to the case file.")),
        ),
        bin: v.exactOptional(
          v.pipe(text("bin"), v.description("Which program of a package that builds several.")),
        ),
        command: v.exactOptional(
          v.pipe(
            v.union([v.string(), words]),
            v.description("A prebuilt program with its own first arguments (language cmd)."),
          ),
        ),
        compiler: v.exactOptional(
          v.pipe(text("compiler"), v.description("Compiler driver in place of the first one found.")),
        ),
        compile: v.exactOptional(
          v.pipe(
            v.union([v.string(), words]),
            v.description("C and C++: the compile command, with {flags}, {sources} and {output}."),
          ),
        ),
        flags: v.exactOptional(v.pipe(words, v.description("Flags that every variant is built with."))),
      }),
    ),
    v.description("The programs, two or more."),
  ),
  factors: v.exactOptional(
    v.pipe(
      v.strictObject({
        only: v.exactOptional(
          v.pipe(words, v.description("Consider these factors, in place of screening among all.")),
        ),
        skip: v.exactOptional(v.pipe(words, v.description("Leave these factors out."))),
      }),
      v.description("Which possible causes are considered; `perfgap factors` lists them."),
    ),
  ),
});

export type CaseFile = v.InferOutput<typeof caseFileSchema>;
