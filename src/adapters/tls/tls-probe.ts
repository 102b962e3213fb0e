import type { Duplex } from "node:stream";
import { judgeAcceptance, type Acceptance } from "../../core/tls/acceptance.ts";
import { whyNoCertificate } from "../../core/tls/no-certificate.ts";
import type { NodeStream } from "../../ports/node.ts";
import type {
  ClientVerdict,
  TlsAnswer,
  TlsCredentials,
  TlsProbe,
  TlsTarget,
} from "../../ports/tls.ts";
import { probe, type ProbeWay } from "./probe.ts";
import { servedChain } from "./served-chain.ts";

/** TLS servers as seen from this machine, or over a stream from another one. */
export const tlsProbe: TlsProbe = {
  served: async ({ host, port, over }, deadline) =>
    (await servedChain({ host, port }, { deadline }, undefined, wayOf(over))).chain,
  offer: async (target, credentials, deadline): Promise<ClientVerdict> => {
    const { host, port, over, http = 2 } = target;
    const seen = await probe(
      { host, port, ...pairOf(credentials), ...(http === 2 ? http2 : http1(target)) },
      // A server that is asked to judge a certificate may take all the time there is.
      { deadline, answer: deadline },
      undefined,
      wayOf(over),
    );
    const verdict = judgeAcceptance(seen);
    if (verdict.verdict === "accepted") return { kind: "accepted" };
    if (verdict.verdict === "refused") return { kind: "refused", how: howOf(verdict.by) };
    const why =
      seen.handshake === undefined ? whyNoCertificate(seen).message : verdict.reasons.join("; ");
    return { kind: "unknown", why };
  },
  answer: async (target, deadline): Promise<TlsAnswer> => {
    const { host, port, over } = target;
    const seen = await probe(
      { host, port, ...http1(target) },
      { deadline, answer: deadline },
      undefined,
      wayOf(over),
    );
    const { status, body = "" } = seen.answer ?? {};
    if (status !== undefined) return { kind: "answered", status, body };
    const why =
      seen.handshake === undefined ? whyNoCertificate(seen).message : "it says nothing by HTTP";
    return { kind: "unknown", why };
  },
};

const http2 = { request: { kind: "http2" } } as const;

/** Without ALPN: a server that knows h2 only would refuse whoever offers http/1.1 alone (RFC 7301 section 3.2). */
const http1 = ({ ask = { path: "/version" } }: TlsTarget) =>
  ({ alpn: [], request: { kind: "http1", ...ask } }) as const;

const wayOf = (over: NodeStream | undefined): ProbeWay =>
  over === undefined ? {} : { over: over.stream as Duplex };

const pairOf = (
  credentials: TlsCredentials | undefined,
): { readonly cert?: string; readonly key?: string } =>
  credentials === undefined ? {} : { cert: credentials.certificate, key: credentials.key };

const howOf = (by: Extract<Acceptance, { verdict: "refused" }>["by"]): string => {
  switch (by.kind) {
    case "alert":
      return `alert ${by.name} (${by.number})`;
    case "http":
      return `HTTP ${by.status}`;
    case "message":
      return `"${by.text}"`;
    case "end":
      return "closed without a word";
    case "reset":
      return "reset without a word";
  }
};
