/** What of a request decides whether it is answered at all. */
export interface RequestHead {
  readonly method: string | undefined;
  readonly host: string | undefined;
  readonly origin: string | undefined;
  /** Sec-Fetch-Site and Sec-Fetch-Dest, which browsers set and pages cannot. */
  readonly site: string | undefined;
  readonly destination: string | undefined;
}

export interface Refusal {
  readonly status: 403 | 405;
  readonly message: string;
}

/**
 * Only this machine's own browser may read, and nobody may change anything. The host is checked because a name that
 * its owner lets point to 127.0.0.1 (DNS rebinding) would make another site's pages ours; the origin and the fetch
 * metadata because any page may send requests to a port of this machine.
 */
export function refusalOf(head: RequestHead, port: number): Refusal | undefined {
  const hosts = [`127.0.0.1:${port}`, `localhost:${port}`];
  if (head.host === undefined || !hosts.includes(head.host.toLowerCase()))
    return { status: 403, message: `This server answers as ${hosts.join(" or ")} only.` };
  if (head.origin !== undefined && !hosts.some((host) => head.origin === `http://${host}`))
    return { status: 403, message: "Requests from other sites are not answered." };
  const visited = head.destination === undefined || head.destination === "document";
  if (head.site === "cross-site" && !visited)
    return { status: 403, message: "Requests from other sites are not answered." };
  if (head.method !== "GET" && head.method !== "HEAD")
    return { status: 405, message: "There is nothing to change here: GET and HEAD only." };
  return undefined;
}
