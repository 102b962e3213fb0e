import { Resolver } from "node:dns/promises";
import { isIP } from "node:net";
import { failure } from "../../core/errors/certwright-error.ts";
import { readFileBounded } from "../files/read.ts";

/**
 * IP addresses of a host. Reads /etc/hosts and asks DNS itself, because getaddrinfo (dns.lookup) cannot be
 * stopped: a silent name server then keeps even process.exit waiting, for ten seconds and more.
 * Other sources of nsswitch.conf (mDNS, LDAP) are not asked. Throws connect.no-such-name or connect.deadline.
 */
export const resolveName = async (host: string, milliseconds: number): Promise<string[]> => {
  if (isIP(host) !== 0) return [host];
  const listed = hostsEntries(textOf("/etc/hosts"), host);
  if (listed.length > 0) return listed;
  if (host === "localhost" || host.endsWith(".localhost")) return ["127.0.0.1", "::1"];
  const started = performance.now();
  for (const name of searchNames(textOf("/etc/resolv.conf"), host)) {
    const left = milliseconds - (performance.now() - started);
    if (left <= 0) break;
    const addresses = await ask(name, left);
    if (addresses === undefined) break;
    if (addresses.length > 0) return addresses;
  }
  const waited = performance.now() - started;
  throw waited >= milliseconds - 50
    ? failure("connect.deadline", { target: host, awaited: "a DNS answer", milliseconds })
    : failure("connect.no-such-name", { host });
};

// Empty when the name does not exist, undefined when no server answered.
const ask = async (name: string, milliseconds: number): Promise<string[] | undefined> => {
  // c-ares doubles its patience on each try: two tries of a third each stay within the whole.
  const resolver = new Resolver({ timeout: Math.max(1, Math.floor(milliseconds / 3)), tries: 2 });
  const timer = setTimeout(() => resolver.cancel(), milliseconds);
  try {
    const answers = await Promise.allSettled([resolver.resolve4(name), resolver.resolve6(name)]);
    const addresses = answers.flatMap((a) => (a.status === "fulfilled" ? a.value : []));
    const silent = answers.every(
      (a) => a.status === "rejected" && /ETIMEOUT|ECANCELLED|ECONNREFUSED/.test(a.reason.code),
    );
    return silent ? undefined : addresses;
  } finally {
    clearTimeout(timer);
  }
};

/** Addresses of a host in the text of a hosts file (hosts(5)). */
export const hostsEntries = (text: string, host: string): string[] =>
  text.split("\n").flatMap((line) => {
    const [address, ...names] = line.replace(/#.*/, "").trim().split(/\s+/);
    const wanted = host.toLowerCase();
    return address !== undefined &&
      isIP(address) !== 0 &&
      names.some((n) => n.toLowerCase() === wanted)
      ? [address]
      : [];
  });

/** The names to ask for in order, by the search list and ndots of resolv.conf(5). */
export const searchNames = (text: string, host: string): string[] => {
  if (host.endsWith(".")) return [host.slice(0, -1)];
  const lines = text.split("\n").map((line) => line.trim().split(/\s+/));
  const domains = lines.findLast(([word]) => word === "search" || word === "domain")?.slice(1);
  const options = lines.filter(([word]) => word === "options").flat();
  const ndots = Number(options.findLast((o) => o.startsWith("ndots:"))?.slice(6) ?? 1);
  const longer = (domains ?? []).filter((d) => d !== ".").map((domain) => `${host}.${domain}`);
  return host.split(".").length - 1 >= ndots ? [host, ...longer] : [...longer, host];
};

const textOf = (path: string): string => {
  try {
    return Buffer.from(readFileBounded(path).bytes).toString("utf8");
  } catch {
    return "";
  }
};
