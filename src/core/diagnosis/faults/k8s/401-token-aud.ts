import { acceptedBy, isClusterName, refusedToken, tokenLines } from "../../bearer-token.ts";
import type { Case } from "../../case.ts";
import { defineFault } from "../../fault.ts";
import type { Detected } from "../../finding.ts";

export const fault = defineFault({
  id: "k8s.401-token-aud",
  title: "Bearer token is meant for another audience",
  side: "client",
  severity: "fault",
  stage: "authorization",
  explains: ["k8s.401-token", "k8s.401-client-cert", "k8s.403-anonymous", "client.none-sent"],
  cites: ["RFC 7519 section 4.1.3: aud", "kube-apiserver --api-audiences"],
  explain: `A token names whom it is meant for (\`aud\`). kube-apiserver accepts only its own names, those of
\`--api-audiences\`, by default its issuer. A token made for Vault, for istio-ca or for another system with
\`--audience\` is refused with 401: "token audiences … is invalid for the target audiences …".`,
  detect: (seen) => fromClaims(seen) ?? fromLog(seen),
});

const quoted = (names: readonly string[]): string => names.map((name) => `"${name}"`).join(", ");

const fromClaims = (seen: Case): Detected | undefined => {
  const refused = refusedToken(seen);
  if (refused === undefined) return undefined;
  const { token, place, where, evidence } = refused;
  const { audiences, issuer } = token;
  if (audiences.length === 0) return undefined;
  const known = acceptedBy(seen).audiences;
  const fits = (one: string) =>
    known.length > 0 ? known.includes(one) : isClusterName(one) || one === issuer;
  if (audiences.some(fits)) return undefined;
  return {
    text: `the bearer token in ${place} is meant for ${quoted(audiences)}, not for the API of ${where}`,
    subject: place,
    certainty: known.length > 0 ? "proved" : "likely",
    evidence: [
      ...evidence,
      known.length > 0
        ? `kube-apiserver accepts the audiences ${quoted(known)}`
        : "kube-apiserver accepts its own issuer as audience when --api-audiences says nothing else",
    ],
    breaks: "everything asked with this token is Unauthorized (HTTP 401)",
    fix: [
      {
        does: `put a token into ${place} that is made without --audience ${audiences[0]}, or add "${audiences[0]}" to --api-audiences of kube-apiserver`,
        command: "kubectl create token NAME -n NAMESPACE",
      },
    ],
  };
};

const fromLog = (seen: Case): Detected | undefined => {
  const [line] = tokenLines(
    seen,
    /token audiences .* invalid for the target audiences|\(aud\)|expected audience/,
  );
  if (line === undefined) return undefined;
  const parts = /token audiences (\[.*?\]) is invalid for the target audiences (\[.*?\])/.exec(
    line.raw.replaceAll('\\"', '"'),
  );
  const meant = parts?.[1]?.replaceAll(/[[\]]/g, "") ?? "somebody else";
  return {
    text: `kube-apiserver refuses a bearer token that is meant for ${meant}`,
    subject: meant.replaceAll('"', ""),
    certainty: "proved",
    evidence: [`${line.file}:${line.line}: ${line.raw}`],
    breaks: "requests with that token are answered with 401 Unauthorized",
    fix: [
      {
        does: `have a token made for ${parts?.[2]?.replaceAll(/[[\]]/g, "") ?? "the API server"} in place of ${meant}, or add that audience to --api-audiences of kube-apiserver`,
        command: "kubectl create token NAME -n NAMESPACE",
      },
    ],
  };
};
