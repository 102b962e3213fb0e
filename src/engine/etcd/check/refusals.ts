import { allows, formatRange, keyOutside, singleKey } from "../../../core/estate/key-range.ts";
import {
  rootName,
  type EtcdCluster,
  type EtcdMember,
  type EtcdUser,
} from "../../../core/model/estate.ts";
import type { Etcd, EtcdAnswer, EtcdConnection, EtcdCredentials } from "../../../ports/etcd.ts";
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

/** Every user but root: that its certificate opens its ranges and no key outside. Reads, and removes keys that are not there. */
export const checkUserRanges = async (
  cluster: EtcdCluster,
  material: CheckMaterial,
  etcd: Etcd,
  /** Part of the key that is tried outside, so that it is nobody's. */
  nonce: string,
  deadline: number,
): Promise<readonly CheckResult[]> => {
  const { serverTrust } = material;
  const results = await Promise.all(
    material.users
      .filter(({ user }) => !user.roles.includes(rootName))
      .map(async ({ user, client }): Promise<readonly CheckResult[]> => {
        const base = { group: "refusals", claim: `user ${user.name} ` } as const;
        if (!client.ok || !serverTrust.ok) {
          const why = !client.ok ? client.why : !serverTrust.ok ? serverTrust.why : "";
          const claim = `${base.claim}gets nothing outside of its key ranges`;
          return [{ ...base, claim, id: "refusal.range", verdict: "unknown", observed: why }];
        }
        const credentials = { ca: serverTrust.value, ...client.value };
        const connection = await connectToAny(cluster, etcd, credentials, deadline);
        try {
          return await tryRanges(cluster, user, connection, nonce);
        } finally {
          connection.close();
        }
      }),
  );
  return results.flat();
};

/** The first member that answers this client in whatever way; the last one when none does. */
const connectToAny = async (
  cluster: EtcdCluster,
  etcd: Etcd,
  credentials: EtcdCredentials,
  deadline: number,
): Promise<EtcdConnection> => {
  const [first, ...others] = cluster.members;
  let connection = await etcd.connect(clientTarget(first!), credentials, deadline);
  for (const member of others) {
    const answer = await connection.count(singleKey("health"));
    if (answer.ok || !isSilence(answer.code)) break;
    connection.close();
    connection = await etcd.connect(clientTarget(member), credentials, deadline);
  }
  return connection;
};

/** Nobody answered: nothing can be concluded. */
const isSilence = (code: string): boolean => code === "UNAVAILABLE" || code === "DEADLINE_EXCEEDED";

const tryRanges = async (
  cluster: EtcdCluster,
  user: EtcdUser,
  connection: EtcdConnection,
  nonce: string,
): Promise<readonly CheckResult[]> => {
  const permissions = cluster.roles
    .filter((role) => user.roles.includes(role.name))
    .flatMap((role) => role.permissions);
  const results: CheckResult[] = [];
  for (const permission of permissions.filter(({ access }) => allows(access, "read"))) {
    const answer = await connection.count(permission.range);
    results.push({
      group: "refusals",
      id: "access.range",
      claim: `user ${user.name} reads ${formatRange(permission.range)}`,
      ...(answer.ok
        ? { verdict: "pass", observed: `${answer.value} keys` }
        : {
            verdict: isSilence(answer.code) ? "unknown" : "fail",
            observed: `${answer.message} (${answer.code})`,
            remedy: "certwright etcd users",
          }),
    });
  }
  for (const action of ["read", "write"] as const) {
    const ranges = permissions.filter(({ access }) => allows(access, action)).map((p) => p.range);
    const key = keyOutside(ranges, `certwright-check/${nonce}`);
    if (key === undefined) continue;
    const outside = { ...singleKey(""), key };
    // Removing a key that is not there needs the permission to write it and changes nothing.
    const answer: EtcdAnswer<bigint> =
      action === "read" ? await connection.count(outside) : await connection.remove(outside);
    results.push(rangeRefusal(user, action, formatRange(outside), answer));
  }
  return results;
};

const rangeRefusal = (
  user: EtcdUser,
  action: "read" | "write",
  key: string,
  answer: EtcdAnswer<bigint>,
): CheckResult => {
  const base = {
    group: "refusals",
    id: "refusal.range",
    claim: `user ${user.name} may not ${action} outside of its key ranges`,
  } as const;
  if (answer.ok) {
    return {
      ...base,
      verdict: "fail",
      observed: `etcd let it ${action} ${key}`,
      remedy: "certwright etcd users sets users, roles and authentication as the estate has them",
    };
  }
  const observed = `${answer.message} (${answer.code})`;
  return { ...base, verdict: answer.code === "PERMISSION_DENIED" ? "pass" : "unknown", observed };
};
