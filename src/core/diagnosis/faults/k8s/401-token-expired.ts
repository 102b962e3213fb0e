import { refusedToken, tokenLines } from "../../bearer-token.ts";
import type { Case } from "../../case.ts";
import { defineFault } from "../../fault.ts";
import type { Detected } from "../../finding.ts";
import { locationText } from "../../location.ts";
import { momentText } from "../../words.ts";

export const fault = defineFault({
  id: "k8s.401-token-expired",
  title: "Bearer token has expired",
  side: "client",
  severity: "fault",
  stage: "authorization",
  explains: [
    "k8s.401-token",
    "k8s.401-token-aud",
    "k8s.401-token-issuer",
    "k8s.401-client-cert",
    "k8s.403-anonymous",
    "client.none-sent",
  ],
  cites: [
    "RFC 7519 section 4.1.4: exp",
    "Kubernetes: TokenRequest API, bound service account tokens",
  ],
  explain: `Tokens of service accounts end: those of pods after an hour (the kubelet renews the file, the program must read it
again), those of \`kubectl create token\` after an hour unless told otherwise, those of an identity provider as it likes.
kube-apiserver answers 401; its log says "service account token has expired". A token says itself when it ends (\`exp\`).`,
  detect: (seen) => fromClaims(seen) ?? fromLog(seen),
});

const fromClaims = (seen: Case): Detected | undefined => {
  const { client, now, probes } = seen;
  const { token } = client;
  const ended = token?.expiresAt;
  if (token === undefined || ended === undefined || ended >= now) return undefined;
  const status = probes?.followUps.token?.answer?.status;
  if (status !== undefined && status !== 401) return undefined;
  const place = locationText(token.source);
  const account = /^system:serviceaccount:([^:]+):(.+)$/.exec(token.subject ?? "");
  return {
    text: `the bearer token${token.subject === undefined ? "" : ` of "${token.subject}"`} in ${place} expired ${momentText(ended, now)}`,
    subject: place,
    certainty: "proved",
    evidence: [
      `its claim exp is ${momentText(ended, now)}`,
      ...(refusedToken(seen)?.evidence ?? []),
    ],
    breaks: "everything asked with this token is Unauthorized (HTTP 401)",
    fix: [
      {
        does: `put a new token into ${place}`,
        command:
          account === null
            ? "kubectl create token NAME -n NAMESPACE --duration 24h"
            : `kubectl create token ${account[2]} -n ${account[1]} --duration 24h`,
      },
    ],
  };
};

const fromLog = (seen: Case): Detected | undefined => {
  const [line] = tokenLines(
    seen,
    /token has expired|token is expired|\(exp\)|expired at|verify token: oidc: token is expired|bearer token, token expired/,
  );
  // A certificate that has expired is another matter.
  if (line === undefined || /x509:/.test(line.raw)) return undefined;
  return {
    text: "kube-apiserver refuses a bearer token whose time is over",
    subject: line.file,
    certainty: "proved",
    evidence: [`${line.file}:${line.line}: ${line.raw}`],
    breaks: "requests with that token are answered with 401 Unauthorized",
    fix: [
      {
        does: "renew the client's token; a program in a pod must read /var/run/secrets/kubernetes.io/serviceaccount/token again, for the kubelet renews the file",
        command: "kubectl create token NAME -n NAMESPACE --duration 24h",
      },
    ],
  };
};
