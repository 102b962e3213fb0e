/** Addresses of a host in the text of a hosts file, as written and in its order (hosts(5)). */
export const hostsEntries = (text: string, host: string): string[] => {
  const wanted = host.toLowerCase();
  return text.split("\n").flatMap((line) => {
    const [address, ...names] = line.replace(/#.*/, "").trim().split(/\s+/);
    const named = names.some((name) => name.toLowerCase() === wanted);
    return named && address !== undefined ? [address] : [];
  });
};

/** Longest search list that glibc since 2.26 is known to be used with (Kubernetes allows 32 domains). */
const maxSearchDomains = 32;

/**
 * The names to ask DNS for, in order, by the search list and `ndots` of resolv.conf(5).
 * A trailing dot makes a name absolute. In a Kubernetes pod "etcd.kube-system" is only found this way.
 */
export const searchNames = (resolvConf: string, host: string): string[] => {
  if (host.endsWith(".")) return [host.slice(0, -1)];
  const lines = resolvConf.split("\n").map((line) => line.trim().split(/\s+/));
  const domains = lines.findLast(([word]) => word === "search" || word === "domain")?.slice(1);
  const options = lines.filter(([word]) => word === "options").flat();
  const ndots = Number(options.findLast((option) => /^ndots:\d+$/.test(option))?.slice(6) ?? 1);
  const longer = (domains ?? [])
    .filter((domain) => domain !== ".")
    .slice(0, maxSearchDomains)
    .map((domain) => `${host}.${domain.replace(/\.$/, "")}`);
  return host.split(".").length - 1 >= ndots ? [host, ...longer] : [...longer, host];
};
