import { acceptedBy, isClusterName, refusedToken, tokenLines } from "../../bearer-token.ts";
import type { Case } from "../../case.ts";
import { defineFault } from "../../fault.ts";
import type { Detected } from "../../finding.ts";

export const fault = defineFault({
  id: "k8s.401-token-issuer",
  title: "Bearer token comes from another issuer",
  side: "client",
  severity: "fault",
  stage: "authorization",
  explains: [
    "k8s.401-token",
    "k8s.401-token-aud",
    "k8s.401-client-cert",
    "k8s.403-anonymous",
    "client.none-sent",
  ],
  cites: ["RFC 7519 section 4.1.1: iss", "kube-apiserver --service-account-issuer"],
  explain: `kube-apiserver looks at who issued a token (\`iss\`) before anything else, and does not even try those of others
than its \`--service-account-issuer\` and \`--oidc-issuer-url\`: the log says only "invalid bearer token". After the issuer was
changed, all tokens made before are refused unless the former name is kept as a second --service-account-issuer.`,
  detect: (seen) => fromClaims(seen) ?? fromLog(seen),
});

const fromClaims = (seen: Case): Detected | undefined => {
  const refused = refusedToken(seen);
  const issuer = refused?.token.issuer;
  if (refused === undefined || issuer === undefined) return undefined;
  const { issuers } = acceptedBy(seen);
  const fits =
    issuers.length > 0
      ? issuers.includes(issuer) || issuer === "kubernetes/serviceaccount"
      : isClusterName(issuer) || issuer === "kubernetes/serviceaccount";
  if (fits) return undefined;
  return {
    text: `the bearer token in ${refused.place} was issued by "${issuer}", which ${refused.where} does not accept`,
    subject: refused.place,
    certainty: issuers.length > 0 ? "proved" : "likely",
    evidence: [
      ...refused.evidence,
      issuers.length > 0
        ? `--service-account-issuer of kube-apiserver is ${issuers.map((one) => `"${one}"`).join(", ")}`
        : `clusters call themselves https://kubernetes.default.svc… unless --service-account-issuer says otherwise`,
    ],
    breaks: "everything asked with this token is Unauthorized (HTTP 401)",
    fix: [
      {
        does: `put a token of this cluster into ${refused.place}, or keep "${issuer}" as a further --service-account-issuer of kube-apiserver`,
        command: "kubectl create token NAME -n NAMESPACE",
      },
    ],
  };
};

const fromLog = (seen: Case): Detected | undefined => {
  // Nothing follows: no authenticator felt responsible for the issuer.
  const [line] = tokenLines(
    seen,
    /err="\[?invalid bearer token\]?"|iss\) claim|id token issued by a different provider/,
  );
  if (line === undefined || (seen.endpoint !== undefined && refusedToken(seen) === undefined))
    return undefined;
  return {
    text: "kube-apiserver refuses a bearer token of an issuer that it does not know",
    subject: line.file,
    certainty: "likely",
    evidence: [
      `${line.file}:${line.line}: ${line.raw}`,
      "the line gives no reason: no key was tried, since the token's issuer is none of its own",
    ],
    breaks: "requests with that token are answered with 401 Unauthorized",
    fix: [
      {
        does: "use a token of this cluster, or keep the token's issuer (its claim iss) as a further --service-account-issuer of kube-apiserver",
        command: "kubectl create token NAME -n NAMESPACE",
      },
    ],
  };
};
