const stages =
  "case|host|build|verify|measure|account|evidence|prove|screen|plan|infer|attribute|advise|report";
const source = (path) => ({ path, pathNot: "[.]test[.]ts$" });

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    {
      name: "no-circular",
      severity: "error",
      comment: "A cycle means that two rooms are one.",
      from: {},
      to: { circular: true },
    },
    {
      name: "model-is-the-bottom",
      severity: "error",
      comment: "model/ is the vocabulary: readonly values, no I/O, nothing below it.",
      from: source("^src/model/"),
      to: { pathNot: "^src/model/" },
    },
    {
      name: "base-knows-no-domain",
      severity: "error",
      comment: "base/ could be another project's base/: it must not know what a variant is.",
      from: source("^src/base/"),
      to: { path: "^(src|web)/", pathNot: "^src/base/" },
    },
    {
      name: "inference-is-pure",
      severity: "error",
      comment: "infer/ and attribute/ turn numbers into numbers; a test needs no machine.",
      from: source("^src/(infer|attribute)/"),
      to: {
        pathNot: "^src/(model/|infer/|attribute/|base/(assert|array|factorial|random|statistics)[.]ts$)",
      },
    },
    {
      name: "stages-meet-only-in-explain",
      severity: "error",
      comment: "A stage takes and returns model values. explain.ts is the only file that knows the order.",
      from: source(`^src/(${stages})/`),
      to: { path: `^src/(${stages})/`, pathNot: "^src/$1/" },
    },
    {
      name: "stages-do-not-know-plugins",
      severity: "error",
      comment: "Which languages exist is said in builtins.ts and nowhere else.",
      from: source(`^src/(${stages}|model|base)/`),
      to: { path: "^src/(languages|factors|builtins)" },
    },
    {
      name: "plugins-use-the-public-door",
      severity: "error",
      comment: "Built-in languages and factors see what a third party's would see.",
      from: source("^src/(languages/[^/]+|factors)/"),
      to: { path: "^src/", pathNot: "^src/($1/|languages/native/|plugin[.]ts$|model/|base/)" },
    },
    {
      name: "processes-start-in-one-place",
      severity: "error",
      comment: "Time-outs and process groups are got right once.",
      from: { pathNot: "^(src/base/subprocess[.]ts$|test/|bench/)|[.]test[.]ts$" },
      to: { path: "^(node:)?child_process$" },
    },
    {
      name: "nobody-imports-the-cli",
      severity: "error",
      comment: "The command line is one reader of the program, not a part of it.",
      from: { pathNot: "^(src/cli/|bin/|test/|bench/)" },
      to: { path: "^src/cli/" },
    },
    {
      name: "web-sees-the-model-only",
      severity: "error",
      comment:
        "What runs in a reader's browser knows the report's shapes; nothing of the program may end up in a page.",
      from: { path: "^web/.*[.]ts$" },
      to: { pathNot: "^(web/|src/model/)" },
    },
    {
      name: "nobody-imports-the-web-side",
      severity: "error",
      comment: "web/ is bundled into a file that the report embeds; its modules need a browser.",
      from: { pathNot: "^web/" },
      to: { path: "^web/" },
    },
    {
      name: "not-to-dev-dep",
      severity: "error",
      comment: "What ships must not need what is only here to build and test it.",
      from: source("^src/"),
      to: { dependencyTypes: ["npm-dev"], dependencyTypesNot: ["type-only"] },
    },
    {
      name: "not-to-test",
      severity: "error",
      comment: "Tests know the program, never the other way round.",
      from: { pathNot: "^(test|bench)/|[.]test[.]ts$" },
      to: { path: "^(test|bench)/|[.]test[.]ts$" },
    },
    {
      name: "no-orphans",
      severity: "error",
      comment: "A file that nobody imports is dead.",
      from: { orphan: true, pathNot: "[.]d[.]ts$|^test/|^bench/" },
      to: {},
    },
  ],
  options: {
    tsConfig: { fileName: "tsconfig.json" },
    tsPreCompilationDeps: true,
    doNotFollow: { path: "node_modules" },
    enhancedResolveOptions: { exportsFields: ["exports"], conditionNames: ["import", "types", "node"] },
  },
};
