import type { Case } from "../../case.ts";
import { defineFault } from "../../fault.ts";
import type { Detected } from "../../finding.ts";
import { locationText } from "../../location.ts";
import { logSaying } from "../../log/saying.ts";
import { pastProxy, proxiedOf } from "../../proxy.ts";

export const fault = defineFault({
  id: "net.proxy-refused",
  title: "Proxy refuses the connection",
  side: "client",
  severity: "fault",
  stage: "connect",
  cites: [
    "RFC 9110 section 9.3.6: CONNECT; 15.5.8: 407 Proxy Authentication Required",
    "golang.org/x/net/http/httpproxy: HTTPS_PROXY, NO_PROXY",
  ],
  explain: `HTTPS_PROXY (or proxy-url of a kubeconfig) sends the client through a proxy, and the proxy does not make the
connection: it is not allowed to (403), wants a login (407), or cannot reach the server itself (502, 503, 504). The server knows
nothing of it. Servers inside a cluster are almost never meant to be reached through a proxy: they belong into NO_PROXY.

Go says only "Forbidden" or "Bad Gateway", curl "CONNECT tunnel failed, response 403"; SOCKS5 proxies (curl's
ALL_PROXY, ssh -D) refuse in words of their own. Clients that do not look at the variables (Java, Node, rustls) fail to resolve
the name instead.`,
  detect: (seen) => fromLook(seen) ?? fromLog(seen),
});

const fromLook = (seen: Case): Detected | undefined => {
  const proxied = proxiedOf(seen);
  if (proxied === undefined) return undefined;
  const { status, statusLine, url, where, source, endpoint } = proxied;
  if (status === undefined || (status >= 200 && status < 300)) return undefined;
  return {
    text: `the proxy ${url} refuses the connection to ${where}: "${statusLine ?? status}"`,
    subject: url,
    certainty: "proved",
    evidence: [
      `CONNECT ${where} was answered "${statusLine ?? status}"${meaning[status] ?? ""}`,
      `the proxy is set by ${locationText(source)}; the endpoint "${endpoint.written}" by ${locationText(endpoint.source)}`,
    ],
    breaks: `clients that honour the proxy (Go, kubectl, etcdctl, calicoctl, curl) do not reach ${where}`,
    fix: [
      pastProxy(proxied),
      {
        does:
          status === 407
            ? `else put the login the proxy wants into ${locationText(source)}`
            : `else have ${where} allowed on the proxy ${url}`,
      },
    ],
  };
};

const meaning: Readonly<Record<number, string>> = {
  403: ": not allowed",
  407: ": it wants a login",
  502: ": it could not connect itself",
  503: ": it could not connect itself",
  504: ": it got no answer itself",
};

const fromLog = (seen: Case): Detected | undefined => {
  const found = logSaying(seen, {
    says: /CONNECT tunnel failed, response \d+|Received HTTP code \d+ from proxy after CONNECT|failed to do connect handshake, response|Proxy Authentication Required|Unable to tunnel through proxy|Tunnel connection failed: \d+|(?:Get|Post|Put|Patch|Delete|Head) "https:[^"]*": (?:Forbidden|Bad Gateway|Service Unavailable|Gateway Timeout)\b|statusCode=\d+ .*tunneling socket|tunneling socket could not be established, statusCode=\d+/,
  });
  if (found === undefined) return undefined;
  const { where, certainty, evidence } = found;
  return {
    text: `the proxy refuses the client's connection${!found.known ? "" : ` to ${where}`}`,
    subject: where,
    certainty,
    evidence,
    breaks: "the client does not get past its proxy; the server knows nothing of it",
    fix: [
      {
        does: "except the host, its networks, .svc and .cluster.local in NO_PROXY where the client runs, or have it allowed on the proxy",
        command: `export NO_PROXY="$NO_PROXY,${!found.known ? "HOST" : where.replace(/:\d+$/, "")},.svc,.cluster.local"`,
      },
    ],
  };
};
