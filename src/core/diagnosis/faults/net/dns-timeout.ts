import type { Case } from "../../case.ts";
import { defineFault } from "../../fault.ts";
import type { Detected } from "../../finding.ts";
import { locationText } from "../../location.ts";
import { logSaying } from "../../log/saying.ts";
import { secondsText } from "../../reach.ts";
import { shellWord } from "../../../text/shell-word.ts";

export const fault = defineFault({
  id: "net.dns-timeout",
  title: "Name servers do not answer",
  side: "network",
  severity: "fault",
  stage: "resolve",
  cites: [
    "resolv.conf(5): nameserver, timeout, attempts",
    "getaddrinfo(3): EAI_AGAIN, Temporary failure in name resolution",
    "RFC 1035 section 4.1.1: RCODE 2, Server failure",
  ],
  explain: `The host name was asked for, and no name server gave an answer about it: they are not reached (a firewall,
a VPN that is down, a cluster DNS without a running pod), or they failed themselves (SERVFAIL). Whether the name exists is
not known.

Most programs wait 10 s and longer here, and many cannot even be interrupted meanwhile, because the C library's
getaddrinfo has no end of its own. Go says "server misbehaving" or "lookup …: i/o timeout", Node EAI_AGAIN, curl "Resolving
timed out".`,
  detect: (seen) => fromLook(seen) ?? fromLog(seen),
});

const fromLook = ({ endpoint, probes }: Case): Detected | undefined => {
  if (endpoint === undefined || probes === undefined) return undefined;
  const { names, via, phases } = probes.main;
  const silent = names.queries.filter(({ error }) => error !== undefined && !said.has(error));
  if (via !== undefined || names.addresses.length > 0) return undefined;
  const phase = phases.find(({ name }) => name === "dns");
  const interrupted = phase?.ended === "aborted" || (phase?.ended === "deadline" && brief(phase));
  if (interrupted || (silent.length === 0 && phase?.ended !== "timeout")) return undefined;
  const host = endpoint.reachedAt?.host ?? endpoint.host;
  const servers = names.servers.join(", ") || "none";
  return {
    text: `the name "${host}" could not be looked up: the name servers (${servers}) gave no answer`,
    subject: host,
    certainty: "proved",
    evidence: [
      ...silent.map(({ name, error }) => `asked ${servers} for ${name}: ${error}`),
      `waited ${secondsText(names.milliseconds)}; /etc/hosts does not have ${host}`,
      `it is written in ${locationText(endpoint.source)}`,
    ],
    breaks: `no client on this machine finds ${host}; many hang meanwhile`,
    fix: [
      {
        does: `make the name servers in /etc/resolv.conf (${servers}) reachable, or name others there; then check`,
        command: `getent hosts ${shellWord(host)}`,
      },
    ],
  };
};

/** c-ares codes that are an answer about the name. */
const said: ReadonlySet<string> = new Set(["ENOTFOUND", "ENODATA", "EBADNAME"]);

/** Too short a wait to blame anybody. */
const brief = ({ start, end }: { readonly start: number; readonly end: number }): boolean =>
  end - start < 500;

const fromLog = (seen: Case): Detected | undefined => {
  const found = logSaying(seen, {
    says: /server misbehaving|lookup \S+(?: on \S+)?: (?:i\/o timeout|read udp)|read udp \S+: i\/o timeout|EAI_AGAIN|Temporary failure in name resolution|Resolving timed out|queryA ETIMEOUT/i,
  });
  if (found === undefined) return undefined;
  const { line, where, certainty, evidence } = found;
  return {
    text: `${line.program === "unknown" ? "the client" : line.program} could not look up ${where}: its name servers gave no answer`,
    subject: where,
    certainty,
    evidence,
    breaks: "the name is not resolved, so nothing is connected",
    fix: [
      {
        does: "on the machine that wrote this, make the name servers of /etc/resolv.conf reachable (in Kubernetes: see that the DNS pods run); look",
        command: "cat /etc/resolv.conf",
      },
    ],
  };
};
