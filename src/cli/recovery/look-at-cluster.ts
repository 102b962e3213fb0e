import { systemClock } from "../../adapters/clock/system-clock.ts";
import { digests } from "../../adapters/crypto/node-digests.ts";
import { verifySignature } from "../../adapters/crypto/node-verify.ts";
import { systemNodes } from "../../adapters/node/system-nodes.ts";
import { identifyKey } from "../../adapters/source/identify-key.ts";
import { tlsProbe } from "../../adapters/tls/tls-probe.ts";
import { kubernetesDefaults } from "../../core/estate/settle-kubernetes.ts";
import { situationOf, type Situation } from "../../core/recovery/cases.ts";
import type { NodeFound, RecoveryFacts } from "../../core/recovery/facts.ts";
import { judgeFiles } from "../../core/recovery/judge.ts";
import {
  knownCluster,
  type KnownCluster,
  type Unknowns,
} from "../../core/recovery/known-cluster.ts";
import { lookForRecovery } from "../../engine/recovery/look.ts";
import type { EstateNode } from "../../core/model/estate.ts";
import type { Terminal } from "../terminal.ts";
import type { keptCas } from "./kept-cas.ts";
import { nodesAlike, type WayToMasters } from "./nodes.ts";

export interface Looked {
  readonly situation: Situation;
  readonly known: KnownCluster | Unknowns;
}

/** Looks at the control plane nodes, and then at the workers that etcd's data names, where there is a way to them. */
export const lookAtCluster = async (
  terminal: Terminal,
  masters: readonly EstateNode[],
  kept: Awaited<ReturnType<typeof keptCas>>,
  way: WayToMasters & { readonly gone: readonly string[] },
): Promise<Looked> => {
  const facts = { ...(await lookAt(terminal, masters, kept)), gone: way.gone };
  const known = knownCluster(facts);
  const names = "unknown" in known ? [] : known.workers.map(({ name }) => name);
  const workers = nodesAlike(names, way);
  if (workers.length === 0) return { situation: situationOf(facts, judgeFiles(facts)), known };
  const found = await lookAt(terminal, workers, []);
  const all: RecoveryFacts = { ...facts, nodes: facts.nodes.concat(found.nodes.map(asWorker)) };
  return { situation: situationOf(all, judgeFiles(all)), known };
};

/** One of which nothing is left is a worker all the same: the data says so. */
const asWorker = (node: NodeFound): NodeFound => ({ ...node, role: "worker" });

const lookAt = async (
  terminal: Terminal,
  nodes: readonly EstateNode[],
  kept: Awaited<ReturnType<typeof keptCas>>,
): Promise<RecoveryFacts> => {
  let ended = terminal.progress("looking");
  return await lookForRecovery({
    ports: {
      nodes: systemNodes,
      tls: tlsProbe,
      digests,
      verifySignature,
      identifyKey,
      clock: systemClock,
    },
    nodes,
    directory: kubernetesDefaults.directory,
    etcdDataDirectory: kubernetesDefaults.etcdDataDirectory,
    kept,
    progress: (what) => {
      ended();
      ended = terminal.progress(`looking at ${what}`);
    },
  }).finally(() => ended());
};
