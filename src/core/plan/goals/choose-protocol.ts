import { formatInstant } from "../../x509/time.ts";
import type { Protocol } from "../../model/plan.ts";
import type { PlanFinding } from "../finding.ts";
import { readsByItself } from "../reads-by-itself.ts";
import type { Target, Work } from "../work.ts";

export type Choice =
  | { readonly ok: true; readonly protocol: Protocol; readonly reason: string }
  | { readonly ok: false; readonly findings: readonly PlanFinding[] };

/**
 * Cross-signing restarts each member once instead of twice, and clients that know the old CA only go on; but it can
 * be done only while the old key is here and may sign a CA, and its drop comes as soon as every client that is known
 * shows the new generation: with clients that are not known, trusting both for a while is kinder.
 */
export const chooseProtocol = (
  work: Pick<Work, "survey" | "slots" | "targets" | "mustLastUntil" | "blind">,
  wanted: Protocol | undefined,
): Choice => {
  const cas = [...work.targets.values()].filter(({ keyPair }) => !keyPair);
  const obstacles = cas.flatMap((target) => crossSignObstacles(work, target));
  if (cas.length === 0) return ofKeyPairs([...work.targets.keys()], wanted);
  if (wanted === "bundle") return { ok: true, protocol: wanted, reason: "it was asked for" };
  if (wanted === "cross-signed") {
    if (obstacles.length === 0) return { ok: true, protocol: wanted, reason: "it was asked for" };
    return {
      ok: false,
      findings: obstacles.map(({ issuer, why }) => ({
        rule: "cross-sign-impossible",
        subject: issuer,
        text: `the old generation of ${issuer} cannot sign the new one: ${why}`,
        evidence: [],
        cure: "leave the protocol to certwright, or take the other one: --protocol bundle",
      })),
    };
  }
  const [first] = obstacles;
  if (first !== undefined) {
    return {
      ok: true,
      protocol: "bundle",
      reason: `the old generation of ${first.issuer} cannot sign the new one: ${first.why}`,
    };
  }
  const pinned = pinnedClients(work);
  if (pinned.length > 0) {
    return {
      ok: true,
      protocol: "cross-signed",
      reason: `${pinned.join(", ")} ${pinned.length === 1 ? "reads its" : "read their"} trust at the start only, and certwright cannot restart ${pinned.length === 1 ? "it" : "them"}: with the old CA's signature below the new one, that has to be done once instead of twice`,
    };
  }
  if (!work.blind.some(({ id }) => id === "clients-outside")) {
    return {
      ok: true,
      protocol: "cross-signed",
      reason:
        "all clients are known, and the old key is here: each member is restarted once instead of twice",
    };
  }
  return {
    ok: true,
    protocol: "bundle",
    reason:
      "there may be clients that the estate does not name: leaves of both generations are accepted until the drop",
  };
};

/** A token carries no chain that could lead from one key to another. */
const ofKeyPairs = (issuers: readonly string[], wanted: Protocol | undefined): Choice =>
  wanted === "cross-signed"
    ? {
        ok: false,
        findings: issuers.map((issuer) => ({
          rule: "cross-sign-impossible",
          subject: issuer,
          text: `${issuer} is a key pair without certificates: there is nothing that the old one could sign`,
          evidence: [],
          cure: "leave the protocol to certwright, or take the other one: --protocol bundle",
        })),
      }
    : {
        ok: true,
        protocol: "bundle",
        reason:
          "a token carries no chain: every API server has to know the new key before anybody signs with it",
      };

const crossSignObstacles = (
  { mustLastUntil }: Pick<Work, "mustLastUntil">,
  { issuer, current }: Target,
): readonly { readonly issuer: string; readonly why: string }[] => {
  if (!current.canSign) return [{ issuer, why: "its private key is not in this PKI" }];
  // RFC 5280 section 4.2.1.9: with 0, no CA certificate may follow it in a path.
  if (current.pathLength === 0)
    return [{ issuer, why: "its path length of 0 allows no CA below it" }];
  if (current.notAfter <= mustLastUntil) {
    return [
      { issuer, why: `it ends ${formatInstant(current.notAfter)}, perhaps before the run does` },
    ];
  }
  return [];
};

const pinnedClients = ({ survey, slots }: Pick<Work, "survey" | "slots">): readonly string[] => [
  ...new Set(
    slots.flatMap(({ role, reload, consumer }) => {
      const { group, service } = survey.consumers.get(consumer)!;
      const pinned =
        role === "trusts" &&
        !readsByItself({ reload }) &&
        group === undefined &&
        service === "none";
      return pinned ? [consumer] : [];
    }),
  ),
];
