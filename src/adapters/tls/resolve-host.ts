import { Resolver } from "node:dns/promises";
import { isIP } from "node:net";
import { hostsEntries, searchNames } from "../../core/tls/name-lookup.ts";
import type { NameResolution } from "../../core/tls/observation.ts";
import { readFileBounded } from "../files/read.ts";
import type { Ended } from "./phases.ts";

/** Where names are looked up; the defaults are this machine's. */
export interface NameSources {
  readonly hostsFile?: string;
  readonly resolvConf?: string;
  /** Name servers, "10.0.0.10" or "127.0.0.1:5353"; default: those of resolv.conf as c-ares reads it. */
  readonly servers?: readonly string[];
}

/** RFC 8305 section 3: so long the IPv6 answer is waited for once the IPv4 answer is there. */
const resolutionDelay = 50;

/**
 * Addresses of a host. Reads the hosts file and asks DNS itself, because getaddrinfo (dns.lookup) cannot be
 * stopped: with a silent name server even process.exit waits for it, 10 s as measured. Other sources of
 * nsswitch.conf (mDNS, LDAP) are not asked. `limit`, in milliseconds, is what the whole may take; the caller keeps it.
 */
export const resolveHost = async (
  host: string,
  sources: NameSources,
  limit: number,
  signal: AbortSignal,
): Promise<Ended<NameResolution>> => {
  const began = performance.now();
  const done = (
    source: NameResolution["source"],
    addresses: readonly string[],
    rest: Partial<NameResolution> = {},
  ): Ended<NameResolution> => ({
    ended: addresses.length > 0 ? "done" : "failed",
    awaited: `an answer from ${rest.servers?.join(", ") || "a name server"} about ${host}`,
    value: {
      addresses,
      source,
      servers: [],
      queries: [],
      milliseconds: Math.round(performance.now() - began),
      ...rest,
    },
  });
  if (isIP(host) !== 0) return done("literal", [host]);
  const listed = hostsEntries(textOf(sources.hostsFile ?? "/etc/hosts"), host).filter(
    (address) => isIP(address) !== 0,
  );
  if (listed.length > 0) return done("hosts-file", listed);
  if (/^(?:.+\.)?localhost\.?$/i.test(host)) return done("loopback", ["127.0.0.1", "::1"]);

  // RFC 6761 section 6.4: nobody has to be asked, and nobody's silence has to be waited for.
  if (/(?:^|\.)invalid\.?$/i.test(host))
    return done("none", [], { queries: [{ name: host, error: "ENOTFOUND" }] });

  // Two tries, each of which waits twice the time set (and no less than 250 ms), as measured with Node 24: four
  // fifths of the whole, so that it ends by itself and its error says that the server was silent.
  const resolver = new Resolver({ timeout: Math.max(1, Math.floor(limit / 5)), tries: 2 });
  if (sources.servers !== undefined) resolver.setServers(sources.servers);
  const servers = resolver.getServers();
  const cancel = (): void => resolver.cancel();
  signal.addEventListener("abort", cancel);
  const queries: { name: string; error?: string }[] = [];
  try {
    for (const name of searchNames(textOf(sources.resolvConf ?? "/etc/resolv.conf"), host)) {
      if (signal.aborted) break;
      const { addresses, error } = await ask(resolver, name);
      queries.push(error === undefined ? { name } : { name, error });
      if (addresses.length > 0) return done("dns", addresses, { servers, queries });
      // A server that is silent about one name would let us wait as long for each of the others.
      if (error !== undefined && !answered.has(error)) break;
    }
    return done("none", [], { servers, queries });
  } finally {
    signal.removeEventListener("abort", cancel);
  }
};

/** c-ares codes that are a server's answer about the name, not the lack of one. */
const answered: ReadonlySet<string> = new Set(["ENOTFOUND", "ENODATA", "EBADNAME", "EFORMERR"]);

const ask = async (
  resolver: Resolver,
  name: string,
): Promise<{ addresses: readonly string[]; error?: string }> => {
  let six: readonly string[] = [];
  const errors: string[] = [];
  const failed = (error: NodeJS.ErrnoException): readonly string[] => {
    errors.push(error.code ?? error.message);
    return [];
  };
  const sixth = resolver.resolve6(name).catch(failed);
  const fourth = resolver.resolve4(name).catch(failed);
  const four = await fourth;
  const { promise: patience, resolve } = Promise.withResolvers<readonly string[]>();
  const timer = setTimeout(resolve, resolutionDelay, []);
  six = await (four.length > 0 ? Promise.race([sixth, patience]) : sixth);
  clearTimeout(timer);
  const addresses = [...six, ...four];
  if (addresses.length > 0) return { addresses };
  // "no such name" and "no address of that family" together mean that the name has none at all.
  const error = errors.find((code) => !answered.has(code)) ?? errors[0];
  return error === undefined ? { addresses } : { addresses, error };
};

const textOf = (path: string): string => {
  try {
    return Buffer.from(readFileBounded(path).bytes).toString("utf8");
  } catch {
    // Absent or unreadable: the resolver does without it too.
    return "";
  }
};
