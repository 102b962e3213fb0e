import type { Case } from "./case.ts";
import { endpointText } from "./endpoint.ts";
import { apiAnswerOf, staticPodOf } from "./kubernetes.ts";
import type { LogEvent } from "./log/event.ts";
import { locationText } from "./location.ts";

/** A bearer token that kube-apiserver was shown and refused, or that cannot be accepted any more. */
export interface RefusedToken {
  readonly where: string;
  /** What it says of itself, and where it stands. */
  readonly token: NonNullable<Case["client"]["token"]>;
  readonly place: string;
  readonly evidence: readonly string[];
}

/** The token of this case, when the server answered 401 to it. */
export const refusedToken = (seen: Case): RefusedToken | undefined => {
  const { endpoint, client, probes } = seen;
  const { token } = client;
  if (endpoint === undefined || token === undefined) return undefined;
  const answer = probes?.followUps.token === undefined ? undefined : apiAnswerOf(seen);
  if (answer?.status !== 401) return undefined;
  const where = endpointText(endpoint);
  const place = locationText(token.source);
  const { issuer, subject, audiences } = token;
  return {
    where,
    token,
    place,
    evidence: [
      `GET ${endpoint.path} with the token of ${place} was answered "${answer.statusLine ?? "401"}"`,
      ...(issuer === undefined
        ? []
        : [
            `the token says: issued by "${issuer}" for ${subject === undefined ? "nobody" : `"${subject}"`}, audience ${audiences.map((one) => `"${one}"`).join(", ") || "none"}`,
          ]),
    ],
  };
};

/** Lines of kube-apiserver about tokens it refused, the latest first. */
export const tokenLines = ({ log }: Case, fits: RegExp): readonly LogEvent[] =>
  log
    .filter(
      ({ raw }) =>
        /authenticate the request|bearer token|Unauthorized|serviceaccount/i.test(raw) &&
        fits.test(raw),
    )
    .toReversed();

/** What kube-apiserver accepts as issuers and audiences, where its manifest is at hand. */
export const acceptedBy = (
  seen: Case,
): { readonly issuers: readonly string[]; readonly audiences: readonly string[] } => {
  const flags = staticPodOf(seen, "kube-apiserver")?.fields;
  const list = (name: string) =>
    (flags?.[name]?.value ?? "").split(",").filter((one) => one !== "");
  const issuers = list("service-account-issuer");
  const audiences = list("api-audiences");
  return { issuers, audiences: audiences.length === 0 ? issuers : audiences };
};

/** What every cluster calls itself when nobody chose another name (kubeadm: --service-account-issuer). */
export const isClusterName = (name: string): boolean =>
  /^(?:https:\/\/)?kubernetes(?:\.default(?:\.svc(?:\.|$))?|$)/.test(name);
