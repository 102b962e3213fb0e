import { failure } from "../../core/errors/certwright-error.ts";
import type { EtcdCluster } from "../../core/model/estate.ts";
import type { EtcdAnswer, EtcdConnection } from "../../ports/etcd.ts";
import type { TlsProbe } from "../../ports/tls.ts";
import { clientTarget, endpointOf, required, type Connected } from "./connect.ts";
import { describeStep, type AuthState, type UsersStep } from "./users-plan.ts";

/** Reads users and roles. Throws etcd.call-failed. */
export const readAuthState = async ({ member, connection }: Connected): Promise<AuthState> => {
  const enabled = required(
    await connection.authEnabled(),
    "say whether authentication is enabled",
    member,
  );
  const roles = required(await connection.roles(), "list its roles", member);
  const users = required(await connection.users(), "list its users", member);
  return {
    enabled,
    roles: new Map(
      await Promise.all(
        roles.map(async (name) => {
          const permissions = required(
            await connection.role(name),
            `show the role ${name}`,
            member,
          );
          return [name, permissions] as const;
        }),
      ),
    ),
    users: new Map(
      await Promise.all(
        users.map(async (name) => {
          const names = required(await connection.user(name), `show the user ${name}`, member);
          return [name, names] as const;
        }),
      ),
    ),
  };
};

/**
 * Shows, before authentication is enabled, that every member refuses clients without a certificate: only then
 * etcd takes the certificate's common name for the user, and root can get in afterwards. Throws etcd.not-mutual.
 */
export const proveMutual = async (
  cluster: EtcdCluster,
  tls: TlsProbe,
  deadline: number,
): Promise<void> => {
  const verdicts = await Promise.all(
    cluster.members.map((member) => tls.offer(clientTarget(member), undefined, deadline)),
  );
  for (const [i, verdict] of verdicts.entries()) {
    if (verdict.kind === "refused") continue;
    throw failure("etcd.not-mutual", {
      endpoint: endpointOf(cluster.members[i]!),
      verdict: verdict.kind === "accepted" ? "it is accepted" : verdict.why,
    });
  }
};

const carryOut = (connection: EtcdConnection, step: UsersStep): Promise<EtcdAnswer<void>> => {
  switch (step.kind) {
    case "add-role":
      return connection.addRole(step.role);
    case "grant-permission":
      return connection.grantPermission(step.role, step.permission);
    case "revoke-permission":
      return connection.revokePermission(step.role, step.range);
    case "add-user":
      return connection.addUser(step.user);
    case "grant-role":
      return connection.grantRole(step.user, step.role);
    case "revoke-role":
      return connection.revokeRole(step.user, step.role);
    case "enable-auth":
      return connection.enableAuth();
  }
};

/** Carries the steps out in their order; `done` hears of each. Throws etcd.call-failed at the first that fails. */
export const applyUsers = async (
  { member, connection }: Connected,
  steps: readonly UsersStep[],
  done: (step: UsersStep) => void,
): Promise<void> => {
  for (const step of steps) {
    required(await carryOut(connection, step), describeStep(step), member);
    done(step);
  }
};

/**
 * Shows at how many members root is root: only root may list users. A member that does not answer proves nothing and
 * catches up when it comes back. Throws etcd.root-not-proven.
 */
export const proveRoot = async (connected: readonly Connected[]): Promise<number> => {
  let proven = 0;
  for (const { member, connection } of connected) {
    const answer = await connection.users();
    if (answer.ok) {
      proven += 1;
      continue;
    }
    const { code, message } = answer;
    if (code === "UNAVAILABLE" || code === "DEADLINE_EXCEEDED") continue;
    throw failure("etcd.root-not-proven", { endpoint: endpointOf(member), code, message });
  }
  return proven;
};
