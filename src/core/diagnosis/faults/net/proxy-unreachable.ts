import type { Case } from "../../case.ts";
import { defineFault } from "../../fault.ts";
import type { Detected } from "../../finding.ts";
import { locationText } from "../../location.ts";
import { logSaying } from "../../log/saying.ts";
import { pastProxy, proxiedOf, type Proxied } from "../../proxy.ts";

export const fault = defineFault({
  id: "net.proxy-unreachable",
  title: "Proxy is not reached",
  side: "client",
  severity: "fault",
  stage: "connect",
  cites: ["golang.org/x/net/http/httpproxy: HTTPS_PROXY, NO_PROXY", "net/http: proxyconnect"],
  explain: `HTTPS_PROXY (or proxy-url of a kubeconfig) sends the client through a proxy, and the proxy itself does not answer,
or is none. The server may be perfectly well. Often the variable is left over from another network, or from a proxy on this
machine that has ended.

Go says "proxyconnect tcp: dial tcp …: connect: connection refused"; curl names the proxy's address and port in place of the
server's.`,
  detect: (seen) => fromLook(seen) ?? fromLog(seen),
});

/** Why the proxy gave no answer; undefined when it gave one. */
const trouble = ({ main, status }: Proxied): string | undefined => {
  if (status !== undefined) return undefined;
  const { names, attempts, connection, phases } = main;
  if (phases.some(({ ended }) => ended === "aborted")) return undefined;
  if (names.addresses.length === 0)
    return `its name does not resolve (${names.queries.map(({ error }) => error ?? "no answer").join(", ") || "no answer"})`;
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

const fromLook = (seen: Case): Detected | undefined => {
  const proxied = proxiedOf(seen);
  if (proxied === undefined) return undefined;
  const why = trouble(proxied);
  if (why === undefined || why === "") return undefined;
  const { url, where, source, endpoint } = proxied;
  return {
    text: `the proxy ${url}, through which ${where} is to be reached, does not answer: ${why}`,
    subject: url,
    certainty: "proved",
    evidence: [
      `the proxy ${url}: ${why}`,
      `it is set by ${locationText(source)}; the endpoint "${endpoint.written}" by ${locationText(endpoint.source)}`,
    ],
    breaks: "clients that honour the proxy (Go, kubectl, etcdctl, calicoctl, curl) reach nothing",
    fix: [
      pastProxy(proxied),
      source.file === "environment"
        ? {
            does: `else start the proxy, correct its address, or unset ${source.field ?? "it"}`,
            command: `unset ${source.field ?? "HTTPS_PROXY"}`,
          }
        : { does: `else start the proxy, or correct its address in ${locationText(source)}` },
    ],
  };
};

const fromLog = (seen: Case): Detected | undefined => {
  const found = logSaying(seen, {
    says: /proxyconnect tcp|(?:Could not|Couldn't) resolve proxy|Can't complete SOCKS|Failed to connect to proxy|Unable to connect to proxy|Cannot connect to proxy|ProxyError/i,
    unless: /Tunnel connection failed: \d+/,
  });
  if (found === undefined) return undefined;
  const { where, certainty, evidence } = found;
  return {
    text: `the client's proxy${!found.known ? "" : ` ${where}`} does not answer`,
    subject: where,
    certainty: certainty === "possible" ? "likely" : certainty,
    evidence,
    breaks: "the client reaches nothing that it is not told to reach without the proxy",
    fix: [
      {
        does: "start the proxy, correct its address, unset it, or except the host in NO_PROXY where the client runs",
        command: "unset HTTPS_PROXY",
      },
    ],
  };
};
