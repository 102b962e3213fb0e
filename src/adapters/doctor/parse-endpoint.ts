import { isIP } from "node:net";
import type { Endpoint, Program } from "../../core/diagnosis/endpoint.ts";
import type { Location } from "../../core/diagnosis/location.ts";

/** Ports that programs listen on when nobody said otherwise, and where a word without a port leads. */
const programByPort: Readonly<Record<number, Program>> = {
  2379: "etcd",
  2380: "etcd-peer",
  6443: "kube-apiserver",
  10250: "kubelet",
  15012: "istiod",
};

/** What the port says of the program behind it. */
export const programOfPort = (port: number): Program => programByPort[port] ?? "unknown";

/** libpq, "Connection URIs": postgres://USER:PASSWORD@HOST:PORT/DATABASE?…; the secret is not kept. */
const postgresUrl =
  /^(postgres(?:ql)?:\/\/)(?:([^\s:@/]*)(?::\S*)?@)?([^\s@/?]+)(?:\/([^\s?/]*))?(?:\?\S*)?$/;

const parsePostgres = (written: string, source: Location): Endpoint | undefined => {
  const parts = postgresUrl.exec(written.trim());
  if (parts === null) return undefined;
  const [, scheme, user = "", authority, database = ""] = parts;
  const endpoint = parseEndpoint(authority!, source, { port: 5432 });
  return endpoint === undefined
    ? undefined
    : {
        ...endpoint,
        program: "unknown",
        written: `${scheme}${authority}${database === "" ? "" : `/${database}`}`,
        postgres: { ...(user === "" ? {} : { user }), ...(database === "" ? {} : { database }) },
      };
};

/**
 * "https://host:port/path", "http://…", "postgres://…", "host:port", "[::1]:port"; blanks around it are passed over.
 * Undefined when it is none of them: the caller says so, with the text as written.
 */
export const parseEndpoint = (
  written: string,
  source: Location,
  defaults: { readonly program?: Program; readonly port?: number } = {},
): Endpoint | undefined => {
  if (/^\s*postgres/.test(written)) {
    const endpoint = parsePostgres(written, source);
    if (endpoint !== undefined) return endpoint;
  }
  // A login in a URL is nothing that a handshake needs.
  const bare = written.trim().replace(/^(https?:\/\/)[^\s/@]*@/, "$1");
  const parts =
    /^(?:(https?|unixs?):\/\/)?(?:\[([0-9a-fA-F:.%]+)\]|([^\s/:[\]]+))(?::(\d{1,5}))?(\/\S*)?$/.exec(
      bare,
    );
  if (parts === null) return undefined;
  const [, scheme, address, name, portText, path] = parts;
  if (scheme?.startsWith("unix") === true) return undefined;
  if (address !== undefined && isIP(address.split("%")[0]!) !== 6) return undefined;
  const standard = scheme === undefined ? undefined : scheme === "http" ? 80 : 443;
  const port = Number(portText ?? defaults.port ?? standard ?? Number.NaN);
  if (!(port >= 1 && port <= 65_535)) return undefined;
  return {
    host: (address ?? name)!,
    port,
    scheme: scheme === "https" || scheme === "http" ? scheme : "none",
    path: path ?? "/",
    program: defaults.program ?? programOfPort(port),
    source,
    written: bare === written.trim() ? written : bare,
  };
};
