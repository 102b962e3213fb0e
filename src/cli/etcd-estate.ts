import { resolve } from "node:path";
import { systemAccounts } from "../adapters/accounts/system-accounts.ts";
import { readEstate } from "../adapters/estate/read-estate.ts";
import { localFiles } from "../adapters/files/local-files.ts";
import { failure } from "../core/errors/certwright-error.ts";
import type { Estate, EtcdCluster } from "../core/model/estate.ts";
import { nearest } from "../core/text/nearest.ts";
import type { Placement } from "../engine/etcd/init/placement.ts";
import type { OptionDefinition } from "./command.ts";
import { duration } from "./values.ts";

// What the etcd commands have in common.

export const estateOption = {
  flag: "-e, --estate <file>",
  description: "what there is and should be",
  default: "certwright.yaml",
  env: "CERTWRIGHT_ESTATE",
} as const satisfies OptionDefinition;

export const nodesOption = {
  flag: "--nodes <folder>",
  description: "folder with one folder a node, below which the members' files lie",
  default: "nodes",
} as const satisfies OptionDefinition;

export const inPlaceOption = {
  flag: "--in-place",
  description: "the members' files lie on this machine, at their own paths",
} as const satisfies OptionDefinition;

export const timeoutOption = {
  flag: "--timeout <duration>",
  description: "for each connection and each call",
  default: "5s",
  parse: duration,
} as const satisfies OptionDefinition;

/** The estate, if there is something in it whose CAs can be rotated. Throws estate.*. */
export const readRotatable = async (path: string): Promise<Estate> => {
  const estate = await readEstate(path, localFiles);
  if (estate.etcd === undefined && estate.kubernetes === undefined) {
    throw failure("estate.nothing-to-rotate", { path });
  }
  return estate;
};

/** The etcd cluster that certwright sets up, with its users and clients. Throws estate.*. */
export const readCluster = async (path: string): Promise<EtcdCluster> => {
  const { etcd, kubernetes } = await readEstate(path, localFiles);
  if (etcd !== undefined) return etcd;
  throw kubernetes?.etcd === undefined
    ? failure("estate.no-etcd", { path })
    : failure("estate.etcd-of-kubernetes", { path, cluster: kubernetes.name });
};

/** Where members' files lie, for reading. */
export const placementForReading = (nodes: string, inPlace: boolean): Placement =>
  inPlace
    ? { kind: "in-place", owner: { uid: 0, gid: 0 } }
    : { kind: "tree", folder: resolve(nodes) };

/** Where members' files lie, for writing: in place they get the owner that the estate names. Throws etcd.no-such-owner. */
export const placementForWriting = async (
  cluster: EtcdCluster,
  nodes: string,
  inPlace: boolean,
): Promise<Placement> => {
  if (!inPlace) return { kind: "tree", folder: resolve(nodes) };
  const { user, group } = cluster.owner;
  const owner = await systemAccounts.find(user, group);
  if (owner === undefined) throw failure("etcd.no-such-owner", { user, group });
  return { kind: "in-place", owner };
};

/** The members of those names, all when none is named. Throws estate.no-member. */
export const selectMembers = (
  cluster: EtcdCluster,
  names: readonly string[],
): EtcdCluster["members"] => {
  const known = cluster.members.map((member) => member.name);
  for (const name of names) {
    if (known.includes(name)) continue;
    const meant = nearest(name, known);
    throw failure("estate.no-member", {
      name,
      members: known,
      ...(meant === undefined ? {} : { nearest: meant }),
    });
  }
  return names.length === 0
    ? cluster.members
    : cluster.members.filter((member) => names.includes(member.name));
};
