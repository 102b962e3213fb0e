import { refusedToken, tokenLines } from "../../bearer-token.ts";
import type { Case } from "../../case.ts";
import { defineFault } from "../../fault.ts";
import type { Detected } from "../../finding.ts";

export const fault = defineFault({
  id: "k8s.401-token",
  title: "kube-apiserver does not accept the bearer token",
  side: "client",
  severity: "fault",
  stage: "authorization",
  explains: ["k8s.401-client-cert", "client.rejected", "client.none-sent", "k8s.403-anonymous"],
  cites: ["RFC 7515 section 5.2", "k8s.io/kubernetes pkg/serviceaccount/jwt.go"],
  explain: `The token is no longer, or never was, one of this cluster: it was signed by a key that kube-apiserver does not
have among its \`--service-account-key-file\` ("go-jose: error in cryptographic primitive", "invalid signature, no keys found"),
as after a new sa.key or when a kubeconfig of another cluster is used, or it is damaged. TLS and certificates are fine.`,
  detect: (seen) => fromAnswer(seen) ?? fromLog(seen),
});

const fromAnswer = (seen: Case): Detected | undefined => {
  const refused = refusedToken(seen);
  if (refused === undefined) return undefined;
  const { where, place, token, evidence } = refused;
  const who = token.subject === undefined ? "" : ` of "${token.subject}"`;
  return {
    text: `${where} does not accept the bearer token${who} in ${place} (HTTP 401)`,
    subject: place,
    certainty: "likely",
    evidence,
    breaks: "everything asked with this token is Unauthorized",
    fix: [
      {
        does: `put a new token of this cluster into ${place}; kube-apiserver's log says why it refuses the old one`,
        command: renewal(token.subject),
      },
    ],
  };
};

const renewal = (subject: string | undefined): string => {
  const account = /^system:serviceaccount:([^:]+):(.+)$/.exec(subject ?? "");
  return account === null
    ? "kubectl create token NAME -n NAMESPACE"
    : `kubectl create token ${account[2]} -n ${account[1]}`;
};

const fromLog = (seen: Case): Detected | undefined => {
  const [line] = tokenLines(
    seen,
    /error in cryptographic primitive|invalid signature, no keys found|square\/go-jose|could not be verified|token signature is invalid/,
  );
  if (line === undefined || (seen.endpoint !== undefined && refusedToken(seen) === undefined))
    return undefined;
  return {
    text: "kube-apiserver refuses a bearer token that was signed by a key it does not have",
    subject: line.file,
    certainty: "proved",
    evidence: [`${line.file}:${line.line}: ${line.raw}`],
    breaks: "requests with such tokens are answered with 401 Unauthorized",
    fix: [
      {
        does: "have new tokens issued (restart the pods that hold old ones), or name the former key's sa.pub as a further --service-account-key-file of kube-apiserver; a token for a service account",
        command: "kubectl create token NAME -n NAMESPACE",
      },
    ],
  };
};
