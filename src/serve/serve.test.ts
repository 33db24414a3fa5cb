import { mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { tuneReport } from "../../test/support/closing-fixture.ts";
import { hostileText } from "../../test/support/report-fixture.ts";
import {
  beginAgain,
  checks,
  createServedProject,
  type ServedProject,
} from "../../test/support/served-project.ts";
import type { Report } from "../model/report.ts";
import { renderJson } from "../report/render-json.ts";
import { keepProgress } from "../runs/progress-file.ts";
import { type Serving, serve } from "./serve.ts";

let project: ServedProject;
let serving: Serving;

interface Got {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: string;
}

/** As raw as it can be sent: `fetch` would mend paths and refuse to set Host. */
function get(path: string, headers: Readonly<Record<string, string>> = {}, method = "GET"): Promise<Got> {
  return new Promise((resolve, reject) => {
    const sent = request({ host: "127.0.0.1", port: serving.port, path, method, headers }, (response) => {
      let body = "";
      response.setEncoding("utf8").on("data", (text: string) => {
        body += text;
      });
      response.on("end", () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body }),
      );
    });
    sent.on("error", reject);
    sent.end();
  });
}

beforeAll(async () => {
  project = await createServedProject();
  serving = await serve({
    projectDirectory: project.directory,
    port: 0,
    factors: [checks],
    everyMs: 5,
  });
});
afterAll(async () => {
  await serving.close();
  await project.remove();
});

describe("who is answered", () => {
  it.each<[string, Readonly<Record<string, string>>, string, number]>([
    ["its own address", {}, "GET", 200],
    ["its name", { Host: "localhost:PORT" }, "GET", 200],
    ["a head", {}, "HEAD", 200],
    ["a name that was pointed here", { Host: "evil.example:PORT" }, "GET", 403],
    ["another port's name", { Host: "127.0.0.1:1" }, "GET", 403],
    ["no port", { Host: "127.0.0.1" }, "GET", 403],
    ["a page of another site", { Origin: "http://evil.example" }, "GET", 403],
    ["a sandboxed page", { Origin: "null" }, "GET", 403],
    ["its own page", { Origin: "http://127.0.0.1:PORT" }, "GET", 200],
    ["an image in another site", { "Sec-Fetch-Site": "cross-site", "Sec-Fetch-Dest": "image" }, "GET", 403],
    ["a link in another site", { "Sec-Fetch-Site": "cross-site", "Sec-Fetch-Dest": "document" }, "GET", 200],
    ["POST", {}, "POST", 405],
    ["PUT", {}, "PUT", 405],
    ["DELETE", {}, "DELETE", 405],
    ["OPTIONS", {}, "OPTIONS", 405],
  ])("%s", async (_who, headers, method, status) => {
    const own = Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [name, value.replace("PORT", String(serving.port))]),
    );
    expect((await get("/", own, method)).status).toBe(status);
  });

  it("listens on this machine only, and sends a policy with every page", async () => {
    expect(serving.url).toBe(`http://127.0.0.1:${serving.port}/`);
    const { headers } = await get("/");
    expect(headers["content-security-policy"]).toContain("default-src 'none'");
    expect(headers["content-security-policy"]).not.toContain("unsafe");
    expect(headers).toMatchObject({ "x-content-type-options": "nosniff", "cache-control": "no-store" });
  });
});

describe("what is served", () => {
  it("the runs of the folder, their reports, and two of them compared", async () => {
    const [after, before] = project.finished;
    const { body } = await get("/");
    for (const id of project.finished) expect(body).toContain(`<a class="id" href="/runs/${id}">${id}</a>`);
    const report = await get(`/runs/${after}/report.html`);
    expect(report.body).toMatch(/^<!doctype html>/);
    expect(report.headers["content-security-policy"]).toMatch(
      /^sandbox allow-scripts allow-downloads; default-src 'none'/,
    );
    expect((await get(`/runs/${after}`)).headers["location"]).toBe(`/runs/${after}/report.html`);
    expect((JSON.parse((await get(`/runs/${after}/report.json`)).body) as Report).schema).toBe(
      "perfgap/report@1",
    );
    const compared = await get(`/compare?before=${before}&after=${after}`);
    expect(compared.status).toBe(200);
    expect(compared.body).toMatch(/[Tt]he gap of Fake left over Fake right/);
    expect(compared.body).toContain('<th scope="row">checks</th>');
    expect((await get(`/compare?before=${before}&after=${before}`)).status).toBe(400);
    expect((await get("/compare")).status).toBe(404);
  });

  it("tells the answer of each finished run, and offers what can be compared with another", async () => {
    const id = "20260105-000000-tune";
    const directory = join(project.directory, ".perfgap/runs", id);
    mkdirSync(directory);
    const workload = { args: [], env: {}, compare: { kind: "exact" } };
    const about = { schema: "perfgap/case@1", createdAt: "", version: "", command: "perfgap tune go" };
    writeFileSync(
      join(directory, "case.json"),
      JSON.stringify({ ...about, case: { name: "word-count", workload, subjects: [] } }),
    );
    writeFileSync(join(directory, "report.json"), renderJson(tuneReport()));
    const { body } = await get("/");
    expect(body).toMatch(
      /<td class="" data-label="Answer">Fake right is \d\.\d+x faster than Fake left here/,
    );
    expect(body).toContain('data-label="Answer">Go becomes 1.26x faster here');
    const [after, before] = project.finished;
    const offered = [...body.matchAll(/<option value="([^"]+)"( selected)?>/g)].map(([, run, chosen]) =>
      chosen === undefined ? run : `${run ?? ""} chosen`,
    );
    expect(offered).toEqual([after, `${before} chosen`, `${after} chosen`, before]);
    rmSync(directory, { recursive: true });
  });

  it.each([
    "/runs/../../etc/passwd",
    "/runs/%2e%2e/report.json",
    "/runs/..%2f..%2f/report.json",
    "/runs/RUN/../RUN/plan.json",
    "/runs/RUN/plan.json",
    "/runs/RUN/report.html/..",
    "/runs/RUN%00/report.html",
    "/%",
    "//evil.example/",
    "/.perfgap/runs/RUN/report.json",
  ])("nothing else: %s", async (path) => {
    const { status, body } = await get(path.replaceAll("RUN", project.finished[0]));
    expect([400, 404]).toContain(status);
    expect(body).not.toMatch(/root:|perfgap\/plan@1/);
  });

  it("a request that is no path is refused, not a crash", async () => {
    expect((await get("http://evil.example/")).status).toBe(400);
    expect((await get("/")).status).toBe(200);
  });

  it("no file outside the run folder through a link, and hostile names stay text", async () => {
    const at = (id: string) => join(project.directory, ".perfgap/runs", id);
    const id = "20260101-000000-evil";
    mkdirSync(at(id));
    writeFileSync(join(project.directory, "secret.html"), "<p>secret");
    symlinkSync(join(project.directory, "secret.html"), join(at(id), "report.html"));
    writeFileSync(join(at(id), "report.json"), "{}");
    const workload = { args: [], env: {}, compare: { kind: "exact" } };
    writeFileSync(
      join(at(id), "case.json"),
      JSON.stringify({
        schema: "perfgap/case@1",
        createdAt: "",
        version: "",
        command: hostileText,
        case: { name: hostileText, workload, subjects: [] },
      }),
    );
    mkdirSync(at("20260101-000000-none"));
    const { body } = await get("/");
    expect(body).toContain(`/runs/${id}`);
    expect(body).not.toMatch(/<img|\p{Format}/u);
    const linked = await get(`/runs/${id}/report.html`);
    expect(linked.status).toBe(500);
    expect(linked.body).not.toContain("secret");
    expect(linked.body).toContain("is no report that this version can read");
    expect((await get("/runs/20260101-000000-none")).body).toContain("is damaged");
  });
});

describe("a run that is being measured", () => {
  it("is followed block by block until it ends", async () => {
    const [id] = project.finished;
    const report = JSON.parse((await get(`/runs/${id}/report.json`)).body) as Report;
    const { run, blocks, writePlan } = await beginAgain(project);
    const tell = keepProgress(run.directory);
    expect((await get(`/runs/${run.id}`)).body).toContain("No gap is known yet");
    const events = follow(run.id);
    await events.until(/No gap is known yet/);
    tell({ kind: "buildDone", done: 1, builds: 2, cached: 0 });
    await events.until(/Now:<\/strong> building, 1\/2, 0 from the cache/);
    const [firstLook] = report.gaps;
    if (firstLook === undefined) throw new Error("the run has no gap");
    tell({ kind: "gapKnown", gap: firstLook });
    await events.until(/is 2\.\d+x faster than left here.*A first look/);
    await writePlan();
    tell({ kind: "planMade", sides: [], forecastBlocks: 4, forecastMs: 80_000 });
    await events.until(/Planned: 4 blocks, about 1 min 20 s/);
    await events.until(/first block is being measured: \d+ runs/);
    for (const block of blocks.slice(0, 3)) await run.appendBlock(block);
    tell(blockDone);
    await events.until(/After 3 blocks/);
    await events.until(/Measured: 3\/4 blocks, 20 s left; known to \d+ %/);
    expect(events.text()).toMatch(/checks/);
    await run.writeReport(report);
    await run.close();
    await events.ended;
    expect(events.text()).toMatch(/event: end\ndata: .*The report is ready/);
  });

  it("names programs as its report will", async () => {
    const { run, blocks, writePlan } = await beginAgain(project);
    await writePlan();
    for (const block of blocks.slice(0, 3)) await run.appendBlock(block);
    const languageTitles = { left: "Fake left", right: "Fake right" };
    const other = await serve({
      projectDirectory: project.directory,
      port: 0,
      factors: [checks],
      languageTitles,
    });
    const page = await (await fetch(`${other.url}runs/${run.id}`)).text();
    const [id] = project.finished;
    const report = JSON.parse((await get(`/runs/${id}/report.json`)).body) as Report;
    expect(report.subjects.map(({ title }) => title)).toEqual(Object.values(languageTitles));
    expect(page).toMatch(/<h1>Fake right is \d\.\d+x faster than Fake left here/);
    await other.close();
    await run.close();
  });

  it("that dies is told to be interrupted, with the way to go on", async () => {
    const { run } = await beginAgain(project);
    const events = follow(run.id);
    await events.until(/No gap is known yet/);
    await run.close();
    await events.ended;
    expect(events.text()).toMatch(/event: end\ndata: .*It ended before anything was measured/);
  });

  it("lets go of those who follow when it is closed", async () => {
    const other = await serve({ projectDirectory: project.directory, port: 0, factors: [checks] });
    const [id] = project.finished;
    const answer = await fetch(`${other.url}runs/${id}/events`);
    await other.close();
    await answer.text().catch(() => undefined);
    await expect(fetch(other.url)).rejects.toThrow();
  });
});

const blockDone = {
  kind: "blockDone",
  block: 2,
  blocksForecast: 4,
  etaMs: 20_000,
  contributions: [],
  halfWidth: 0.1,
  wantedHalfWidth: 0.02,
} as const;

function follow(id: string) {
  let text = "";
  const waiting: { readonly pattern: RegExp; readonly resolve: () => void }[] = [];
  const ended = fetch(`${serving.url}runs/${id}/events`).then(async ({ body }) => {
    const decoder = new TextDecoder();
    for await (const chunk of body ?? []) {
      text += decoder.decode(chunk as Uint8Array, { stream: true });
      for (const { pattern, resolve } of waiting) if (pattern.test(text)) resolve();
    }
  });
  return {
    ended,
    text: () => text,
    until: (pattern: RegExp) =>
      new Promise<void>((resolve) => {
        if (pattern.test(text)) resolve();
        waiting.push({ pattern, resolve });
      }),
  };
}
