import { failure } from "../../core/errors/certwright-error.ts";
import { urlHost } from "../../core/estate/address.ts";
import type { EtcdCluster, EtcdMember } from "../../core/model/estate.ts";
import type { Etcd, EtcdAnswer, EtcdConnection, EtcdCredentials } from "../../ports/etcd.ts";
import type { TlsTarget } from "../../ports/tls.ts";

/** Where clients reach a member. */
export const clientTarget = (member: EtcdMember): TlsTarget => ({
  host: member.node.addresses[0]!.value,
  port: member.clientPort,
});

/** Where members reach it. */
export const peerTarget = (member: EtcdMember): TlsTarget => ({
  host: member.node.addresses[0]!.value,
  port: member.peerPort,
});

export const endpointOf = (member: EtcdMember): string =>
  `https://${urlHost(member.node.addresses[0]!)}:${member.clientPort}`;

export interface Connected {
  readonly member: EtcdMember;
  readonly connection: EtcdConnection;
}

/** A connection to every member; close them all with {@link closeAll}. */
export const connectAll = (
  etcd: Etcd,
  cluster: EtcdCluster,
  credentials: EtcdCredentials,
  deadline: number,
): Promise<readonly Connected[]> =>
  Promise.all(
    cluster.members.map(async (member) => ({
      member,
      connection: await etcd.connect(clientTarget(member), credentials, deadline),
    })),
  );

export const closeAll = (connected: readonly Connected[]): void => {
  for (const { connection } of connected) connection.close();
};

/** The first member, in the estate's order, that answers; throws etcd.unreachable with why each does not. */
export const firstAnswering = async (connected: readonly Connected[]): Promise<Connected> => {
  const answers = await Promise.all(connected.map(({ connection }) => connection.status()));
  const found = connected.find((_, i) => answers[i]!.ok);
  if (found !== undefined) return found;
  throw failure("etcd.unreachable", {
    members: connected.map(({ member }, i) => {
      const answer = answers[i]!;
      return { endpoint: endpointOf(member), why: answer.ok ? "" : answer.message };
    }),
  });
};

/** The answer's value; throws etcd.call-failed. `what` completes "etcd did not …". */
export const required = <T>(answer: EtcdAnswer<T>, what: string, member: EtcdMember): T => {
  if (answer.ok) return answer.value;
  const { code, message } = answer;
  throw failure("etcd.call-failed", { what, endpoint: endpointOf(member), code, message });
};
