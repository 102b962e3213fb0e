import type { Case } from "./case.ts";
import type { Endpoint } from "./endpoint.ts";
import { locationText, type Location } from "./location.ts";
import { endpointText } from "./endpoint.ts";
import type { FixStep } from "./finding.ts";

/** A client that goes through a proxy, and how far that went. */
export interface Proxied {
  readonly endpoint: Endpoint;
  readonly where: string;
  /** The proxy's URL without its login. */
  readonly url: string;
  readonly source: Location;
  readonly main: NonNullable<Case["probes"]>["main"];
  /** Status of its answer to CONNECT; undefined when none came. */
  readonly status?: number;
  readonly statusLine?: string;
}

export const proxiedOf = ({ endpoint, client, probes }: Case): Proxied | undefined => {
  if (endpoint === undefined || probes === undefined || client.proxy === undefined)
    return undefined;
  const { main } = probes;
  if (main.via === undefined) return undefined;
  const { answer } = main.via;
  return {
    endpoint,
    where: endpointText(endpoint),
    url: shownUrl(client.proxy.url),
    source: client.proxy.source,
    main,
    ...(answer?.status === undefined ? {} : { status: answer.status }),
    ...(answer?.statusLine === undefined ? {} : { statusLine: answer.statusLine }),
  };
};

/** Without user and password. */
const shownUrl = (url: string): string => url.replace(/^([\w+.-]+:\/\/)?[^/@]*@/, "$1");

/** How to keep a host from the proxy: NO_PROXY for the environment's, else the setting itself. */
export const pastProxy = ({ endpoint, source }: Proxied): FixStep =>
  source.file === "environment"
    ? {
        does: `if ${endpoint.host} is reached without a proxy (servers of a cluster are), except it, its networks, .svc and .cluster.local in NO_PROXY`,
        command: `export NO_PROXY="$NO_PROXY,${endpoint.host},.svc,.cluster.local"`,
      }
    : {
        does: `if ${endpoint.host} is reached without a proxy, take the proxy out of ${locationText(source)}`,
      };

/** Why the proxy gave no answer; undefined when it gave one. */
export const proxyTrouble = ({ main, status }: Proxied): string | undefined => {
  if (status !== undefined) return undefined;
  const { names, attempts, connection, phases } = main;
  if (phases.some(({ ended }) => ended === "aborted")) return undefined;
  if (names.addresses.length === 0)
    return `its name does not resolve (${names.queries.map(({ error }) => error ?? "no answer").join(", ") || "no answer"})`;
  if (main.via?.failed !== undefined) return main.via.failed;
  if (connection === undefined)
    return attempts
      .filter(({ outcome }) => outcome !== "untried")
      .map(({ address, outcome, code }) => `${address} ${outcome} (${code ?? "no answer"})`)
      .join(", ");
  if (connection.end.how !== "open") return "it closed the connection without an answer to CONNECT";
  const { first } = connection;
  return connection.received === 0
    ? "it accepted the connection and gave no answer to CONNECT"
    : `its answer is none of a proxy ("${"text" in first ? first.text.slice(0, 60) : first.kind}")`;
};
