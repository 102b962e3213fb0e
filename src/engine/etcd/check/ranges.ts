import { allows, formatRange, keyOutside, singleKey } from "../../../core/estate/key-range.ts";
import { rootName, type EtcdCluster, type EtcdUser } from "../../../core/model/estate.ts";
import type { Etcd, EtcdAnswer, EtcdConnection, EtcdCredentials } from "../../../ports/etcd.ts";
import { closeAll, connectAll } from "../connect.ts";
import type { CheckResult } from "./check-result.ts";
import type { CheckMaterial } from "./material.ts";

/**
 * Every user but root: that its certificate opens its ranges and no key outside. Reads, and removes keys that are not
 * there. `nonce` becomes part of the key that is tried outside, so that it is nobody's.
 */
export const checkRanges = async (
  cluster: EtcdCluster,
  { users, serverTrust }: CheckMaterial,
  etcd: Etcd,
  nonce: string,
  deadline: number,
): Promise<readonly CheckResult[]> => {
  const results = await Promise.all(
    users
      .filter(({ user }) => !user.roles.includes(rootName))
      .map(async ({ user, client }): Promise<readonly CheckResult[]> => {
        if (!client.ok) return [unknown(user, client.why)];
        if (!serverTrust.ok) return [unknown(user, serverTrust.why)];
        const credentials = { ca: serverTrust.value, ...client.value };
        return checkUser(cluster, user, etcd, credentials, nonce, deadline);
      }),
  );
  return results.flat();
};

const unknown = (user: EtcdUser, why: string): CheckResult => ({
  group: "refusals",
  id: "refusal.range",
  claim: `user ${user.name} gets nothing outside of its key ranges`,
  verdict: "unknown",
  observed: why,
});

/** Asks the first member, in the estate's order, that answers this user in whatever way. */
const checkUser = async (
  cluster: EtcdCluster,
  user: EtcdUser,
  etcd: Etcd,
  credentials: EtcdCredentials,
  nonce: string,
  deadline: number,
): Promise<readonly CheckResult[]> => {
  const connected = await connectAll(etcd, cluster, credentials, deadline);
  try {
    const answers = await Promise.all(
      connected.map(({ connection }) => connection.count(singleKey("health"))),
    );
    const index = answers.findIndex((answer) => !isSilence(answer));
    if (index >= 0) return await tryRanges(cluster, user, connected[index]!.connection, nonce);
    return [unknown(user, wordsOf(answers[0]!))];
  } finally {
    closeAll(connected);
  }
};

/** Nobody answered: nothing can be concluded. */
const isSilence = (answer: EtcdAnswer<unknown>): boolean =>
  !answer.ok && (answer.code === "UNAVAILABLE" || answer.code === "DEADLINE_EXCEEDED");

const wordsOf = (answer: EtcdAnswer<unknown>): string =>
  answer.ok ? "" : `${answer.message} (${answer.code})`;

const tryRanges = async (
  cluster: EtcdCluster,
  user: EtcdUser,
  connection: EtcdConnection,
  nonce: string,
): Promise<readonly CheckResult[]> => {
  const permissions = cluster.roles
    .filter((role) => user.roles.includes(role.name))
    .flatMap((role) => role.permissions);
  const inside = permissions
    .filter(({ access }) => allows(access, "read"))
    .map(async ({ range }) =>
      insideResult(user, formatRange(range), await connection.count(range)),
    );
  const outside = (["read", "write"] as const).map(async (action) => {
    const ranges = permissions.filter(({ access }) => allows(access, action)).map((p) => p.range);
    const key = keyOutside(ranges, `certwright-check/${nonce}`);
    if (key === undefined) return [];
    const range = { ...singleKey(""), key };
    // Removing a key that is not there needs the permission to write it and changes nothing.
    const answer = await (action === "read" ? connection.count(range) : connection.remove(range));
    return [outsideResult(user, action, formatRange(range), answer)];
  });
  const results = await Promise.all([...inside, ...outside]);
  return results.flat();
};

const insideResult = (user: EtcdUser, range: string, answer: EtcdAnswer<bigint>): CheckResult => ({
  group: "refusals",
  id: "access.range",
  claim: `user ${user.name} reads ${range}`,
  ...(answer.ok
    ? { verdict: "pass", observed: `${answer.value} keys` }
    : {
        verdict: isSilence(answer) ? "unknown" : "fail",
        observed: wordsOf(answer),
        remedy: "certwright etcd users",
      }),
});

const outsideResult = (
  user: EtcdUser,
  action: "read" | "write",
  key: string,
  answer: EtcdAnswer<bigint>,
): CheckResult => ({
  group: "refusals",
  id: "refusal.range",
  claim: `user ${user.name} may not ${action} outside of its key ranges`,
  ...(answer.ok
    ? {
        verdict: "fail",
        observed: `etcd let it ${action} ${key}`,
        remedy: "certwright etcd users sets users, roles and authentication as the estate has them",
      }
    : {
        verdict: answer.code === "PERMISSION_DENIED" ? "pass" : "unknown",
        observed: wordsOf(answer),
      }),
});
