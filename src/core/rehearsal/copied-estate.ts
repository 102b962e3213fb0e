import { etcdOf } from "../estate/etcd-of.ts";
import type { Estate, EstateNode } from "../model/estate.ts";

/** Machines on which programs of the control plane run: masters, and whoever has a member of etcd. */
export const planeNodes = (estate: Estate): readonly EstateNode[] =>
  once([
    ...(estate.kubernetes?.controlPlane ?? []),
    ...(etcdOf(estate)?.members ?? []).map(({ node }) => node),
  ]);

/** All machines of whose files a copy has some. */
export const copiedNodes = (estate: Estate): readonly EstateNode[] =>
  once([
    ...planeNodes(estate),
    ...(estate.kubernetes?.workers ?? []),
    ...(etcdOf(estate)?.clients ?? []).flatMap(({ node }) => (node === undefined ? [] : [node])),
  ]);

/**
 * The estate as its copy is: an etcd of its own belongs to whoever runs the copy, who may not know the real owner, its
 * program has its usual name, and its clients are files that nobody reads.
 */
export const copiedEstate = (estate: Estate): Estate => {
  const { etcd } = estate;
  if (etcd === undefined) return estate;
  const clients = etcd.clients.map((client) => ({ ...client, service: { kind: "none" } as const }));
  return { ...estate, etcd: { ...etcd, owner: { user: "root" }, binary: "etcd", clients } };
};

const once = (nodes: readonly EstateNode[]): readonly EstateNode[] => [
  ...new Map(nodes.map((node) => [node.name, node])).values(),
];
