import { refusedToken, tokenLines } from "../../bearer-token.ts";
import { defineFault } from "../../fault.ts";

export const fault = defineFault({
  id: "k8s.401-sa-deleted",
  title: "Service account of the token is gone",
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
    "k8s.io/kubernetes pkg/serviceaccount/legacy.go, claims.go",
    "kube-apiserver --service-account-lookup",
  ],
  explain: `The token is genuine, but the service account (or the pod or secret that it is bound to) was deleted, or made
anew with another UID: kube-apiserver looks it up for each request and answers 401. Its log says "serviceaccounts "x" not found"
or "service account UID … does not match claim". Pods that were started before keep such a token until they are started again.`,
  detect(seen) {
    const [line] = tokenLines(
      seen,
      /serviceaccounts? \\?"[^"]*" not found|service account \S+ (?:has been deleted|UID)|service ?account token has been invalidated|UID \(.*\) does not match claim|is not found.*serviceaccount|pods? \\?"[^"]*" not found/,
    );
    if (line === undefined) return undefined;
    const refused = refusedToken(seen);
    const subject = refused?.token.subject;
    const account = /^system:serviceaccount:([^:]+):(.+)$/.exec(subject ?? "");
    const name = account?.[2] ?? /serviceaccounts? \\?"([^"\\]*)/.exec(line.raw)?.[1] ?? "NAME";
    const namespace = account?.[1] ?? "NAMESPACE";
    return {
      text: `the bearer token belongs to the service account "${name}", which is no longer there`,
      subject: name,
      certainty: "proved",
      evidence: [`${line.file}:${line.line}: ${line.raw}`, ...(refused?.evidence ?? [])],
      breaks: "everything asked with this token is Unauthorized (HTTP 401)",
      fix: [
        {
          does: `make the service account "${name}" again, then start the pods that used it anew so that they get new tokens`,
          command: `kubectl create serviceaccount ${name} -n ${namespace}`,
        },
        {
          does:
            refused === undefined
              ? "or give the client a new token"
              : `or put a new token into ${refused.place}`,
          command: `kubectl create token ${name} -n ${namespace}`,
        },
      ],
    };
  },
});
