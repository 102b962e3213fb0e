import type { Case } from "../../case.ts";
import { defineFault } from "../../fault.ts";
import type { Detected } from "../../finding.ts";
import { locationText } from "../../location.ts";
import { logSaying } from "../../log/saying.ts";
import { pastProxy, proxiedOf, proxyTrouble } from "../../proxy.ts";

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

Doctor goes through proxies of http://, https:// and socks5://; the certificate of an https:// proxy it does not judge.

Go says "proxyconnect tcp: dial tcp …: connect: connection refused"; curl names the proxy's address and port in place of the
server's.`,
  detect: (seen) => fromLook(seen) ?? fromLog(seen),
});

const fromLook = (seen: Case): Detected | undefined => {
  const proxied = proxiedOf(seen);
  if (proxied === undefined) return undefined;
  const why = proxyTrouble(proxied);
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
