import type { FoundKubelets, FoundUnit } from "../../core/discovery/by-hand.ts";
import type { FoundNode } from "../../core/discovery/discovery.ts";
import type { NodeObject } from "../../core/discovery/distribution.ts";
import type { nodeNotes } from "../../core/discovery/notes.ts";
import { failure } from "../../core/errors/certwright-error.ts";
import type { KubeletFiles } from "../../core/model/estate.ts";
import { seenKubelet } from "../rotation/seen-kubelet.ts";
import { lookAtEach } from "./at-once.ts";
import { serviceFor, wholeProcess } from "./by-hand-machine.ts";
import type { DiscoveryContext } from "./context.ts";
import { openNode } from "./look-at-node.ts";
import type { NodeNames } from "./machine.ts";
import { knownNode, type KnownNode } from "./read-cluster.ts";

/** What the nodes of a cluster tell that somebody made by hand. */
export interface NodesByHand {
  /** Absent: there are no nodes. */
  readonly kubelets?: FoundKubelets;
  /** Nodes that are no masters. */
  readonly workers: readonly FoundNode[];
  readonly noteworthy: Omit<Parameters<typeof nodeNotes>[0], "version" | "loosePods">;
}

export const namesOf = (nodes: readonly NodeObject[]): NodeNames =>
  new Map(
    nodes.map(knownNode).flatMap(({ name, addresses }) => addresses.map((one) => [one, name])),
  );

/**
 * The kubelet of each node, as its process and its configuration say: all have their files in the same places, for an
 * estate says it once. `masters`: their names. Throws discovery.*, node.*.
 */
export const lookAtKubelets = async (
  context: DiscoveryContext,
  nodes: readonly NodeObject[],
  masters: readonly string[],
): Promise<NodesByHand> => {
  if (nodes.length === 0)
    return { workers: [], noteworthy: { kubelets: [], unreachable: [], serving: [] } };
  const known = nodes.map(knownNode);
  const seen = await lookAtEach(
    known,
    (node) => lookAtOne(context, node),
    (done) => context.progress(`kubelets: ${done} of ${known.length}`),
  );
  const isMaster = ({ node }: Seen): boolean => masters.includes(node.name);
  const unreached = seen.flatMap((one) =>
    one.kubelet === undefined ? [{ ...one, why: one.node.unreachable ?? "" }] : [],
  );
  const reached = seen.flatMap(({ node, kubelet }) =>
    kubelet === undefined ? [] : [{ node, kubelet }],
  );
  const [first] = reached;
  const away = first === undefined ? unreached : unreached.filter(isMaster);
  if (first === undefined || away.length > 0)
    throw failure("discovery.unreachable", {
      nodes: away.map(({ node, why }) => ({ node: node.name, why })),
      configuration: context.ssh.configuration,
    });
  const onMasters = seen.some(isMaster);
  const named = new Set(seen.map(({ node }) => node.name));
  const differences = [
    ...masters
      .filter((name) => onMasters && !named.has(name))
      .map((name) => `${name}: no node of the API, and other masters are`),
    ...reached.flatMap(({ node, kubelet }) =>
      alike(kubelet) === alike(first.kubelet)
        ? []
        : [
            `kubelet: ${node.name} has ${alike(kubelet)}, ${first.node.name} ${alike(first.kubelet)}`,
          ],
    ),
  ];
  if (differences.length > 0) throw failure("discovery.flags", { differences });
  const { service, files } = first.kubelet;
  return {
    kubelets: { service, onMasters, files },
    workers: seen.filter((one) => !isMaster(one)).map(({ node }) => node),
    noteworthy: {
      kubelets: known,
      unreachable: unreached.map(({ node, why }) => ({ node: node.name, why })),
      serving: [...new Set(reached.flatMap(({ kubelet }) => kubelet.serving ?? []))],
    },
  };
};

interface SeenHere {
  readonly service: FoundUnit;
  readonly files: KubeletFiles;
  /** May be named by its node. */
  readonly serving?: string;
}

interface Seen {
  readonly node: FoundNode;
  /** Absent: the machine was not reached. */
  readonly kubelet?: SeenHere;
}

const alike = ({ service, files }: SeenHere): string => JSON.stringify({ service, files });

const lookAtOne = async (context: DiscoveryContext, known: KnownNode): Promise<Seen> => {
  const opened = await openNode(context, known);
  const { name, addresses } = known;
  const node = { name, addresses, ssh: opened.way };
  if (opened.session === undefined) return { node: { ...node, unreachable: opened.error.message } };
  const { session } = opened;
  try {
    const { command, unit } = await wholeProcess(session, "kubelet");
    const seen = await seenKubelet(session, command);
    if (!seen.ok) {
      const differences = seen.faults.map((fault) => `${name}: kubelet ${fault}`);
      throw failure("discovery.flags", { differences });
    }
    const { files, serving } = seen;
    const restart = context.kubeletRestart;
    const service: FoundUnit =
      restart === undefined
        ? serviceFor(context, name, "kubelet", unit)
        : { kind: "command", restart };
    return { node, kubelet: { service, files, ...(serving === undefined ? {} : { serving }) } };
  } finally {
    await session.close();
  }
};
