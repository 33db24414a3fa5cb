import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { Failure } from "../base/failure.ts";
import { followRun } from "./follow.ts";
import { refusalOf } from "./guard.ts";
import { messagePage } from "./page.ts";
import { type Answered, answerPath, type ServedFolder } from "./routes.ts";
import { createTellRuns, type TellRuns } from "./told-runs.ts";

export interface ServeOptions extends ServedFolder {
  /** 0: any that is free. */
  readonly port: number;
  /** How often a run that is followed is looked at. */
  readonly everyMs?: number;
}

export interface Serving {
  readonly port: number;
  readonly url: string;
  /** Ends every connection, those that follow a run too. */
  close(): Promise<void>;
}

/** Serves the runs of a folder to this machine only. Rejects with a Failure when the port cannot be had. */
export async function serve(options: ServeOptions): Promise<Serving> {
  const tellRuns = createTellRuns();
  const server = createServer((request, response) => {
    respond(request, response, options, tellRuns).catch((error: unknown) => {
      const message = error instanceof Failure ? error.message : "perfgap itself failed on this page.";
      if (response.headersSent) response.end();
      else send(request, response, failureDocument(500, message));
    });
  });
  await listen(server, options.port);
  const { port } = server.address() as AddressInfo;
  return {
    port,
    url: `http://127.0.0.1:${port}/`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => {
      reject(
        new Failure({
          code: "port",
          exit: "toolchainOrHost",
          message: `Port ${port} of 127.0.0.1 cannot be used (${error.code ?? error.message}).`,
          help: "leave --port out: a free one is taken",
        }),
      );
    });
    server.listen(port, "127.0.0.1", resolve);
  });
}

async function respond(
  request: IncomingMessage,
  response: ServerResponse,
  options: ServeOptions,
  tellRuns: TellRuns,
): Promise<void> {
  const { headers, method } = request;
  const refusal = refusalOf(
    {
      method,
      host: headers.host,
      origin: headers.origin,
      site: oneOf(headers["sec-fetch-site"]),
      destination: oneOf(headers["sec-fetch-dest"]),
    },
    request.socket.localPort ?? 0,
  );
  if (refusal !== undefined) {
    if (refusal.status === 405) response.setHeader("Allow", "GET, HEAD");
    return send(request, response, failureDocument(refusal.status, refusal.message));
  }
  const url = parsed(request.url);
  if (url === undefined)
    return send(request, response, failureDocument(400, "This is no address of a page."));
  const answered = await answerPath(url, options, tellRuns);
  if (answered.kind === "events" && method === "GET") {
    response.writeHead(200, { ...commonHeaders, "Content-Type": "text/event-stream" });
    return followRun(response, answered.run, options, { everyMs: options.everyMs ?? 1000 });
  }
  return send(request, response, answered);
}

function oneOf(header: string | readonly string[] | undefined): string | undefined {
  return typeof header === "string" ? header : header?.[0];
}

function parsed(url: string | undefined): URL | undefined {
  // Two slashes would name a host.
  return url !== undefined && /^\/(?!\/)/.test(url) && URL.canParse(url, "http://127.0.0.1")
    ? new URL(url, "http://127.0.0.1")
    : undefined;
}

const commonHeaders: Readonly<Record<string, string>> = {
  "Cache-Control": "no-store",
  "X-Content-Type-Options": "nosniff",
  "Referrer-Policy": "no-referrer",
  "X-Frame-Options": "DENY",
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Resource-Policy": "same-origin",
};

/**
 * Pages load nothing but this server's style, icon and script. A stored report brings a stricter policy of its own; since its
 * folder may come from someone else, it stands in a sandbox besides: an origin of its own, and no network.
 */
const policies: Readonly<Record<"page" | "report", string>> = {
  page: "default-src 'none'; style-src 'self'; img-src 'self'; script-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
  report:
    "sandbox allow-scripts allow-downloads; default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:; form-action 'none'; base-uri 'none'; frame-ancestors 'none'",
};

function failureDocument(status: number, message: string): Answered {
  const body = messagePage("That did not work", message);
  return { kind: "document", status, type: "text/html; charset=utf-8", policy: "page", body };
}

function send(request: IncomingMessage, response: ServerResponse, answered: Answered): void {
  if (answered.kind === "document") {
    response.writeHead(answered.status, {
      ...commonHeaders,
      "Content-Type": answered.type,
      "Content-Security-Policy": policies[answered.policy],
      "Content-Length": Buffer.byteLength(answered.body),
    });
    response.end(request.method === "HEAD" ? undefined : answered.body);
  } else if (answered.kind === "redirect") {
    response.writeHead(302, { ...commonHeaders, Location: answered.to });
    response.end();
  } else {
    response.writeHead(200, { ...commonHeaders, "Content-Type": "text/event-stream" });
    response.end();
  }
}
