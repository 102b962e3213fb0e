import { systemNodes } from "../../adapters/node/system-nodes.ts";
import { kubernetesDefaults } from "../../core/estate/settle-kubernetes.ts";
import type { Situation } from "../../core/recovery/cases.ts";
import type { EstateNode } from "../../core/model/estate.ts";
import type { SnapshotFound } from "../../core/recovery/steps.ts";
import { lookAtSnapshot } from "../../engine/recovery/look-at-snapshot.ts";
import { refuseOtherData } from "./objections.ts";

/** With what a cluster goes on whose etcd has lost its quorum. */
export interface RestoreChoice {
  readonly node: string;
  /** Absolute, of a snapshot there; absent: with that node's own data. */
  readonly path?: string;
}

/** "master-1", or "master-1:/root/snapshot.db". */
export const readRestoreChoice = (text: string): RestoreChoice => {
  const cut = text.indexOf(":/");
  return cut < 0 ? { node: text } : { node: text.slice(0, cut), path: text.slice(cut + 1) };
};

/** What was decided, once it has been looked at; nothing where nothing was. Throws recovery.*, node.*. */
export const restoreChosen = async (
  situation: Situation,
  nodes: readonly EstateNode[],
  text: string | undefined,
  chosen: boolean,
): Promise<{ readonly restoreFrom?: string; readonly snapshot?: SnapshotFound }> => {
  if (text === undefined) return {};
  const { node, path } = readRestoreChoice(text);
  refuseOtherData(situation, { node, chosen, ...(path === undefined ? {} : { path }) });
  const way = nodes.find(({ name }) => name === node);
  if (path === undefined || way === undefined) return { restoreFrom: node };
  const { directory, nodes: found } = situation.facts;
  const mounted = [
    kubernetesDefaults.etcdDataDirectory,
    ...found.flatMap(({ witnesses }) => witnesses.etcd?.directory ?? []),
    `${directory}/pki/etcd`,
  ];
  return { restoreFrom: node, snapshot: await lookAtSnapshot(systemNodes, way, path, mounted) };
};
