import { equalRanges, formatPermission, formatRange } from "../../core/estate/key-range.ts";
import {
  rootName,
  type EtcdCluster,
  type EtcdPermission,
  type KeyRange,
} from "../../core/model/estate.ts";

/** Users and roles as a cluster has them. */
export interface AuthState {
  readonly enabled: boolean;
  readonly roles: ReadonlyMap<string, readonly EtcdPermission[]>;
  /** Names of each user's roles. */
  readonly users: ReadonlyMap<string, readonly string[]>;
}

export type UsersStep =
  | { readonly kind: "add-role"; readonly role: string }
  | {
      readonly kind: "grant-permission";
      readonly role: string;
      readonly permission: EtcdPermission;
    }
  | { readonly kind: "revoke-permission"; readonly role: string; readonly range: KeyRange }
  | { readonly kind: "add-user"; readonly user: string }
  | { readonly kind: "grant-role"; readonly user: string; readonly role: string }
  | { readonly kind: "revoke-role"; readonly user: string; readonly role: string }
  | { readonly kind: "enable-auth" };

export interface UsersPlan {
  readonly steps: readonly UsersStep[];
  /** What the cluster has and the estate does not name: left alone, but shown. */
  readonly foreignUsers: readonly string[];
  readonly foreignRoles: readonly string[];
}

/**
 * What takes the cluster from `state` to what the estate says. Root comes first and enabling comes last, so that
 * whoever stops half-way is not locked out; what is granted comes before what is taken, so that no client loses
 * in between what it has before and after.
 */
export const planUsers = (cluster: EtcdCluster, state: AuthState): UsersPlan => {
  const grants: UsersStep[] = [];
  const revocations: UsersStep[] = [];
  // etcd gives the role root every key by itself.
  for (const role of [{ name: rootName, permissions: [] }, ...cluster.roles]) {
    const present = state.roles.get(role.name);
    if (present === undefined) grants.push({ kind: "add-role", role: role.name });
    if (role.name === rootName) continue;
    for (const permission of role.permissions) {
      const same = present?.find((one) => equalRanges(one.range, permission.range));
      // Granting a range again with another access replaces it.
      if (same?.access !== permission.access) {
        grants.push({ kind: "grant-permission", role: role.name, permission });
      }
    }
    for (const { range } of present ?? []) {
      if (!role.permissions.some((one) => equalRanges(one.range, range))) {
        revocations.push({ kind: "revoke-permission", role: role.name, range });
      }
    }
  }
  for (const user of cluster.users) {
    const present = state.users.get(user.name);
    if (present === undefined) grants.push({ kind: "add-user", user: user.name });
    for (const role of user.roles) {
      if (present?.includes(role) !== true) {
        grants.push({ kind: "grant-role", user: user.name, role });
      }
    }
    for (const role of present ?? []) {
      if (!user.roles.includes(role)) {
        revocations.push({ kind: "revoke-role", user: user.name, role });
      }
    }
  }
  const ofRoot = (step: UsersStep): boolean =>
    ("role" in step && step.role === rootName && step.kind === "add-role") ||
    ("user" in step && step.user === rootName);
  return {
    steps: [
      ...grants.filter(ofRoot),
      ...grants.filter((step) => !ofRoot(step)),
      ...revocations,
      ...(state.enabled ? [] : [{ kind: "enable-auth" } as const]),
    ],
    foreignUsers: [...state.users.keys()].filter(
      (name) => !cluster.users.some((user) => user.name === name),
    ),
    foreignRoles: [...state.roles.keys()].filter(
      (name) => name !== rootName && !cluster.roles.some((role) => role.name === name),
    ),
  };
};

/** "grant role app: readwrite /app/*" */
export const describeStep = (step: UsersStep): string => {
  switch (step.kind) {
    case "add-role":
      return `add role ${step.role}`;
    case "grant-permission":
      return `let role ${step.role} ${formatPermission(step.permission)}`;
    case "revoke-permission":
      return `take ${formatRange(step.range)} from role ${step.role}`;
    case "add-user":
      return `add user ${step.user}: no password, only a certificate with CN=${step.user}`;
    case "grant-role":
      return `give user ${step.user} the role ${step.role}`;
    case "revoke-role":
      return `take the role ${step.role} from user ${step.user}`;
    case "enable-auth":
      return "enable authentication: from here on every client is its certificate's user";
  }
};
