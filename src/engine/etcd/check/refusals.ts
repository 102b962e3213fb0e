import { rootName, type EtcdCluster, type EtcdMember } from "../../../core/model/estate.ts";
import type { ClientVerdict, TlsCredentials, TlsProbe } from "../../../ports/tls.ts";
import { clientTarget, peerTarget } from "../connect.ts";
import type { CheckResult } from "./check-result.ts";
import type { CheckMaterial, Material } from "./material.ts";

interface Attempt {
  readonly id: string;
  readonly member: EtcdMember;
  readonly port: "client" | "peer";
  readonly claim: string;
  readonly credentials: Material<TlsCredentials | undefined>;
  readonly remedy: string;
}

const trusted = "let --trusted-ca-file hold the CA of the clients and nothing else";

/** Who must not get in, at every member. Each is tried for real; nothing is concluded from a configuration. */
export const checkRefusals = (
  cluster: EtcdCluster,
  material: CheckMaterial,
  stranger: TlsCredentials,
  tls: TlsProbe,
  deadline: number,
): Promise<readonly CheckResult[]> => {
  const attempts = material.members.flatMap(({ member, server, peer }): Attempt[] => [
    {
      id: "refusal.no-certificate",
      member,
      port: "client",
      claim: "a client without a certificate is refused",
      credentials: { ok: true, value: undefined },
      remedy: "set client-cert-auth: true and restart the member",
    },
    {
      id: "refusal.wrong-ca",
      member,
      port: "client",
      claim: `a certificate CN=${rootName} of another CA is refused`,
      credentials: { ok: true, value: stranger },
      remedy: trusted,
    },
    {
      id: "refusal.server-certificate",
      member,
      port: "client",
      claim: "the member's server certificate is no client",
      credentials: server,
      remedy: `${trusted}, and issue server certificates without clientAuth`,
    },
    {
      id: "refusal.peer-certificate",
      member,
      port: "client",
      claim: "the member's peer certificate is no client",
      credentials: peer,
      remedy: `peers and clients need different CAs: set etcd.issuers.peer (${cluster.issuers.peer}) and etcd.issuers.client (${cluster.issuers.client}) apart; ${trusted}`,
    },
    {
      id: "refusal.peer-port",
      member,
      port: "peer",
      claim: "nobody without a certificate is a member",
      credentials: { ok: true, value: undefined },
      remedy: "set peer client-cert-auth: true and restart the member",
    },
  ]);
  return Promise.all(
    attempts.map(async (attempt) => {
      const { credentials, member } = attempt;
      const verdict: ClientVerdict = credentials.ok
        ? await tls.offer(
            attempt.port === "client" ? clientTarget(member) : peerTarget(member),
            credentials.value,
            deadline,
          )
        : { kind: "unknown", why: credentials.why };
      return refusalResult(attempt, verdict);
    }),
  );
};

const refusalResult = (attempt: Attempt, verdict: ClientVerdict): CheckResult => {
  const { id, member, claim, remedy } = attempt;
  const base = { group: "refusals", id, member: member.name, claim } as const;
  switch (verdict.kind) {
    case "refused":
      return { ...base, verdict: "pass", observed: verdict.how };
    case "accepted":
      return { ...base, verdict: "fail", observed: "it is accepted", remedy };
    case "unknown":
      return { ...base, verdict: "unknown", observed: verdict.why };
  }
};
