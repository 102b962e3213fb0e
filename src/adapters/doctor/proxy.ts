import { BlockList, isIP } from "node:net";
import type { GatheredConnection } from "../../core/diagnosis/case.ts";
import type { Endpoint } from "../../core/diagnosis/endpoint.ts";
import type { ProbeTarget } from "../../core/tls/observation.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/** The first of these variables that is set; Go reads the capital one first (golang.org/x/net/http/httpproxy). */
const firstSet = (
  env: Environment,
  names: readonly string[],
): { readonly name: string; readonly value: string } | undefined => {
  for (const name of names) {
    const value = env[name];
    if (value !== undefined && value !== "") return { name, value };
  }
  return undefined;
};

/** The connection with the proxy that this shell's environment puts before it, unless its own configuration names one. */
export const withProxy = (connection: GatheredConnection, env: Environment): GatheredConnection => {
  const { endpoint, client } = connection;
  // libpq knows no proxies.
  if (
    client.proxy !== undefined ||
    endpoint.reachedAt !== undefined ||
    endpoint.postgres !== undefined
  )
    return connection;
  const plain = endpoint.scheme === "http";
  // ALL_PROXY is for curl and its like; Go's clients (kubectl, etcdctl, calicoctl) never look at it.
  const all = client.who === "the client" ? ["ALL_PROXY", "all_proxy"] : [];
  const set = firstSet(
    env,
    plain ? ["HTTP_PROXY", "http_proxy", ...all] : ["HTTPS_PROXY", "https_proxy", ...all],
  );
  if (set === undefined || isExempt(endpoint, firstSet(env, ["NO_PROXY", "no_proxy"])?.value ?? ""))
    return connection;
  const source = { file: "environment", field: set.name };
  return { ...connection, client: { ...client, proxy: { url: set.value, source } } };
};

/**
 * Whether Go's clients go to a host directly (httpproxy.Config.useProxy): this machine itself always, and what NO_PROXY
 * lists: addresses, networks, names with all below them, each with a port if wanted; "*" is everything.
 */
const isExempt = ({ host, port }: Endpoint, noProxy: string): boolean => {
  const name = host.toLowerCase().replace(/\.$/, "");
  if (name === "localhost" || /^127\.[\d.]+$|^::1$/.test(name)) return true;
  return noProxy.split(",").some((word) => {
    const entry = word.trim().toLowerCase();
    if (entry === "") return false;
    if (entry === "*") return true;
    if (entry.includes("/")) return isIP(name) !== 0 && inNetwork(name, entry);
    const parts = /^\[?(.*?)\]?(?::(\d+))?$/.exec(isIP(entry) === 6 ? `[${entry}]` : entry);
    const [, listed = "", listedPort] = parts ?? [];
    if (listedPort !== undefined && Number(listedPort) !== port) return false;
    const domain = listed.replace(/^\*(?=\.)/, "");
    return domain.startsWith(".")
      ? name.endsWith(domain)
      : name === domain || (isIP(name) === 0 && name.endsWith(`.${domain}`));
  });
};

const inNetwork = (address: string, network: string): boolean => {
  const [base = "", prefix] = network.split("/");
  const family = isIP(base);
  const bits = Number(prefix);
  if (family === 0 || isIP(address) !== family || !(bits >= 0 && bits <= (family === 4 ? 32 : 128)))
    return false;
  const type = family === 4 ? "ipv4" : "ipv6";
  const list = new BlockList();
  list.addSubnet(base, bits, type);
  return list.check(address, type);
};

/** Kinds of proxies by scheme, each with the port that curl and Go take when none is written. */
const kinds: Readonly<
  Record<string, { readonly kind: NonNullable<ProbeTarget["via"]>["kind"]; readonly port: number }>
> = {
  "http:": { kind: "http", port: 80 },
  "https:": { kind: "https", port: 443 },
  "socks5:": { kind: "socks5", port: 1080 },
  "socks5h:": { kind: "socks5", port: 1080 },
};

/** A proxy's URL as a place to connect to; without a scheme it is HTTP. Undefined for proxies of other kinds. */
export const proxyAddress = (url: string): ProbeTarget["via"] => {
  const whole = url.includes("://") ? url : `http://${url}`;
  if (!URL.canParse(whole) || /%(?![0-9a-f]{2})/i.test(whole)) return undefined;
  const { protocol, hostname, port, username, password } = new URL(whole);
  const known = kinds[protocol];
  if (known === undefined || hostname === "") return undefined;
  const login = { user: decodeURIComponent(username), password: decodeURIComponent(password) };
  return {
    kind: known.kind,
    host: hostname.replaceAll(/^\[|\]$/g, ""),
    port: port === "" ? known.port : Number(port),
    ...(username === "" ? {} : { login }),
  };
};
