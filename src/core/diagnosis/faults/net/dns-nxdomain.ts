import type { Case } from "../../case.ts";
import type { Detected } from "../../finding.ts";
import { logSaying } from "../../log/saying.ts";
import { locationText } from "../../location.ts";
import { defineFault } from "../../fault.ts";
import { shellWord } from "../../../text/shell-word.ts";

export const fault = defineFault({
  id: "net.dns-nxdomain",
  title: "Host name does not exist",
  side: "network",
  severity: "fault",
  stage: "resolve",
  cites: ["RFC 1035 section 4.1.1: RCODE 3, Name Error", "resolv.conf(5): search and ndots"],
  explain: `The name servers answered, and none of the names that were asked for exists; /etc/hosts has none of them
either. A search list makes several names of one: all that were asked are in the evidence.

Names that end in \`.svc\` or \`.cluster.local\` exist inside a Kubernetes cluster only.`,
  detect: (seen) => fromLook(seen) ?? fromLog(seen),
});

const fromLook = ({ endpoint, probes }: Case): Detected | undefined => {
  if (endpoint === undefined || probes === undefined || probes.main.via !== undefined)
    return undefined;
  const { names } = probes.main;
  const denied = names.queries.length > 0 && names.queries.every(({ error }) => isDenied(error));
  if (names.addresses.length > 0 || !denied) return undefined;
  const host = endpoint.reachedAt?.host ?? endpoint.host;
  return {
    text: `the name "${host}" does not exist in DNS`,
    subject: host,
    certainty: "proved",
    evidence: [
      ...names.queries.map(({ name, error }) => `asked for ${name}: ${error}`),
      `name servers: ${names.servers.join(", ") || "none"}; /etc/hosts does not have it`,
      `it is written in ${locationText(endpoint.source)}`,
    ],
    breaks: `no client on this machine finds ${host}`,
    fix: [
      {
        does: `correct the name in ${locationText(endpoint.source)}, or make a DNS record for it; then check`,
        command: `getent hosts ${shellWord(host)}`,
      },
    ],
  };
};

const fromLog = (seen: Case): Detected | undefined => {
  const found = logSaying(seen, {
    says: /no such host|ENOTFOUND|(?:Could not|Couldn't) resolve host|Name or service not known|UnknownHostException|NXDOMAIN|nodename nor servname|Name does not resolve/i,
    // etcd looks up the names of a peer's certificate; Go's clients look up their proxy.
    unless: /DNSNames|proxyconnect/,
  });
  if (found === undefined) return undefined;
  const { line, certainty, evidence } = found;
  const host = found.known ? found.where.replace(/:\d+$/, "") : "HOST";
  return {
    text: `the name ${found.known ? `"${host}"` : "of the server"} does not exist in DNS, says ${line.program === "unknown" ? "the client" : line.program}`,
    subject: found.where,
    certainty,
    evidence,
    breaks: `${found.known ? host : "the server"} is not found from the machine that wrote this`,
    fix: [
      {
        does: `correct the name where it is configured, or make a DNS record for it; there, check`,
        command: `getent hosts ${shellWord(host)}`,
      },
    ],
  };
};

/** c-ares: ENOTFOUND is NXDOMAIN, ENODATA a name without an address, EBADNAME no possible name. */
const isDenied = (error: string | undefined): boolean =>
  error === "ENOTFOUND" || error === "ENODATA" || error === "EBADNAME";
