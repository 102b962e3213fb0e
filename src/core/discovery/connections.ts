import type { CredentialUse } from "../audit-log/uses.ts";

/** Somebody who showed a client's certificate to the API servers, as their audit logs have it. */
export interface Connection {
  readonly user: string;
  /** Addresses that the API servers know of. */
  readonly from: readonly string[];
  /** What they called themselves (user agents), without what follows the version. */
  readonly as: readonly string[];
  /** How many different certificates. */
  readonly certificates: number;
  /** RFC 3339. */
  readonly last: string;
  readonly requests: number;
}

/** What the audit logs tell of who connects; absent where no API server writes one. */
export interface Connections {
  /** Masters whose logs were read. */
  readonly logs: readonly string[];
  /** Why others were not, in words. */
  readonly unread: readonly string[];
  /** The youngest of the logs' oldest records, RFC 3339: before then not all of them tell. */
  readonly since?: string;
  /** Those besides the cluster's own programs, who did so last first. */
  readonly users: readonly Connection[];
  /** More kinds of requests than were counted. */
  readonly more: boolean;
}

/** The cluster's own: they are in the estate by their files. */
const own = /^system:(?:node:|kube-|apiserver$)/;

/** By their user's name; the cluster's own programs are left out. */
export const connectionsOf = (uses: readonly CredentialUse[]): readonly Connection[] => {
  const users = new Map<string, CredentialUse[]>();
  for (const use of uses) {
    if (own.test(use.user)) continue;
    const known = users.get(use.user);
    if (known === undefined) users.set(use.user, [use]);
    else known.push(use);
  }
  return [...users]
    .map(([user, all]) => ({
      user,
      from: distinct(all.map(({ from }) => from)),
      as: distinct(all.map(({ userAgent }) => userAgent.split(" ")[0]!)),
      certificates: distinct(all.map(({ credential }) => credential)).length,
      last: all.map(({ last }) => last).reduce((a, b) => (a > b ? a : b)),
      requests: all.reduce((sum, { count }) => sum + count, 0),
    }))
    .toSorted((a, b) => (a.last < b.last ? 1 : -1));
};

const distinct = (all: readonly string[]): readonly string[] =>
  [...new Set(all)].filter((one) => one !== "").toSorted();
