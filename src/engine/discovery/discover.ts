import {
  dataDirectories,
  differingFiles,
  layoutDifferences,
} from "../../core/discovery/compare-masters.ts";
import type { Discovery, FoundNode } from "../../core/discovery/discovery.ts";
import { certificatesInText } from "../../core/discovery/find-certificates.ts";
import type { Holder } from "../../core/discovery/holder.ts";
import { knownCas, type KnownCa, type KnownCas } from "../../core/discovery/known-cas.ts";
import {
  manifestOf,
  pkiDirectory,
  sharedFiles,
  staticPrograms,
} from "../../core/discovery/kubeadm-layout.ts";
import { notesOf } from "../../core/discovery/notes.ts";
import { failure } from "../../core/errors/certwright-error.ts";
import { flagValue } from "../../core/manifest/flag-value.ts";
import type { Fingerprint } from "../../core/model/certificate.ts";
import { some } from "../../core/text/some.ts";
import { lookAtEach } from "./at-once.ts";
import { discoverByHand } from "./by-hand.ts";
import { checkRights } from "./check-rights.ts";
import type { DiscoveryContext } from "./context.ts";
import { lookAtNode, type NodeFindings } from "./look-at-node.ts";
import { isKubeadms, readCluster, readNodes, type ClusterFacts } from "./read-cluster.ts";
import { searchApi } from "./search-api.ts";
import { connectionsIn } from "./who-connects.ts";

/** kubeadm's default for an endpoint without one, and for API servers (constants.KubeAPIServerPort). */
const usualPort = 6443;

type Reached = NodeFindings & { readonly reached: true };

/**
 * Finds out what there is, reading only. What cannot be rotated is refused with the reason, before anything else is
 * asked of the operator. Throws discovery.*, kubernetes.*.
 */
export const discover = async (context: DiscoveryContext): Promise<Discovery> => {
  const { api, progress, tools } = context;
  progress("what we may do");
  await checkRights(api);
  progress("nodes");
  const nodes = await readNodes(api);
  if (!(await isKubeadms(api))) return discoverByHand(context, nodes);
  const cluster = await readCluster(api, nodes);
  const masters = await lookAtAll(context, cluster.controlPlane, "master");
  const reached = masters.filter((one) => one.reached);
  refuseUnreached(context, masters);
  const { etcd } = cluster.config;
  refuseDifferences(reached, etcd);
  const workers = await lookAtAll(context, cluster.workers, "worker");
  const kubelet = kubeletService(context, [...masters, ...workers]);
  const known = caCertificates(reached[0]!, etcd);
  const cas = knownCas(known, tools);
  const found = await searchApi(api, cas, progress);
  for (const one of [...masters, ...workers])
    if (one.reached) for (const holder of fileHolders(one, cas)) found.holders.add(holder);
  const connections = connectionsIn(reached.map(({ node, heard }) => ({ node: node.name, heard })));
  const words = reached[0]!.master!.words.get("kube-apiserver")!;
  const [data] = etcd === "stacked" ? dataDirectories([reached[0]!.master!]) : [];
  const port = Number(flagValue(words, "secure-port") ?? usualPort);
  return {
    cluster: cluster.config.clusterName,
    version: cluster.version,
    kubeconfig: context.kubeconfig,
    endpoint: endpointOf(cluster, flagValue(words, "advertise-address"), port),
    port,
    etcd,
    ...(data === undefined ? {} : { etcdDataDirectory: data.path }),
    controlPlane: masters.map(foundNode),
    workers: workers.map(foundNode),
    kubelet,
    cas: known,
    holders: found.holders.holders(),
    workloads: found.workloads,
    loosePods: found.loosePods,
    ...(connections === undefined ? {} : { connections }),
    notes: notesOf({
      version: cluster.version,
      masters: reached.map(({ master }) => master!),
      kubelets: [...cluster.controlPlane, ...cluster.workers],
      unreachable: workers.flatMap((one) =>
        one.reached ? [] : [{ node: one.node.name, why: one.error.message }],
      ),
      loosePods: found.loosePods,
      uploadedCerts: found.uploadedCerts,
      etcd,
    }),
  };
};

const lookAtAll = (
  context: DiscoveryContext,
  nodes: ClusterFacts["workers"],
  role: "master" | "worker",
): Promise<readonly NodeFindings[]> =>
  lookAtEach(
    nodes,
    (node) => lookAtNode(context, node, role),
    (done) => context.progress(`${role}s: ${done} of ${nodes.length}`),
  );

const refuseUnreached = (context: DiscoveryContext, masters: readonly NodeFindings[]): void => {
  const nodes = masters.flatMap((one) =>
    one.reached ? [] : [{ node: one.node.name, why: one.error.message }],
  );
  if (nodes.length === 0) return;
  throw failure("discovery.unreachable", { nodes, configuration: context.ssh.configuration });
};

const refuseDifferences = (masters: readonly Reached[], etcd: "stacked" | "external"): void => {
  const needed = staticPrograms.filter((program) => program !== "etcd" || etcd === "stacked");
  for (const { node, master } of masters) {
    const missing = needed.find((program) => !master!.words.has(program));
    if (missing !== undefined)
      throw failure("discovery.no-kubeadm", {
        why: `${node.name} has no ${manifestOf(missing)}`,
      });
  }
  const differences = masters.flatMap(({ master }) => layoutDifferences(master!, etcd));
  const data = dataDirectories(masters.map(({ master }) => master!));
  if (new Set(data.map(({ path }) => path)).size > 1)
    differences.push(...data.map(({ node, path }) => `${node}: etcd keeps its data in ${path}`));
  if (differences.length > 0) throw failure("discovery.layout", { differences });
  const files = differingFiles(
    masters.map(({ master }) => master!),
    sharedFiles.filter((file) => !file.etcd || etcd === "stacked").map(({ path }) => path),
  );
  if (files.length > 0) throw failure("discovery.masters-differ", { files });
};

const kubeletService = (
  { kubeletRestart }: DiscoveryContext,
  nodes: readonly NodeFindings[],
): Discovery["kubelet"] => {
  if (kubeletRestart !== undefined) return { kind: "restart", command: kubeletRestart };
  const without = nodes.flatMap((one) =>
    one.reached && one.kubeletUnit === false ? [one.node.name] : [],
  );
  if (without.length > 0) throw failure("discovery.no-kubelet-unit", { nodes: some(without) });
  return { kind: "systemd", unit: "kubelet.service" };
};

/** Every certificate of each CA file: all of them are looked for. */
const caCertificates = (
  { node, master }: Reached,
  etcd: "stacked" | "external",
): readonly KnownCa[] => {
  const of = (ca: KnownCa["ca"], path: string): readonly KnownCa[] => {
    const certificates = master!.certificates.get(path) ?? [];
    if (certificates.length === 0)
      throw failure("discovery.no-ca", { node: node.name, path, why: "there is no certificate" });
    return certificates.map((certificate) => ({ ca, certificate }));
  };
  return [
    ...of("cluster", `${pkiDirectory}/ca.crt`),
    ...of("frontProxy", `${pkiDirectory}/front-proxy-ca.crt`),
    ...(etcd === "stacked" ? of("etcd", `${pkiDirectory}/etcd/ca.crt`) : []),
  ];
};

const fileHolders = ({ node, files }: Reached, cas: KnownCas): readonly Holder[] =>
  files.flatMap(({ path, text }) => {
    const fingerprints = new Set<Fingerprint>();
    const of = new Set<Holder["cas"][number]>();
    certificatesInText(text, (der) => {
      const related = cas.relate(der);
      if (related?.relation.holds !== "trust") return;
      fingerprints.add(related.fingerprint);
      for (const ca of related.relation.cas) of.add(ca);
    });
    if (fingerprints.size === 0) return [];
    return [
      {
        kind: "file",
        namespace: node.name,
        name: path,
        fields: [],
        holds: "trust",
        cas: [...of],
        fingerprints: [...fingerprints],
        owner: path.startsWith("/etc/cni/") ? "the network plugin" : "an operator",
        writer: "owner",
      },
    ];
  });

const foundNode = (one: NodeFindings): FoundNode => ({
  name: one.node.name,
  addresses: one.node.addresses,
  ssh: one.way,
  ...(one.reached ? {} : { unreachable: one.error.message }),
});

const endpointOf = (
  { config, controlPlane }: ClusterFacts,
  advertised: string | undefined,
  port: number,
): Discovery["endpoint"] => {
  const written = config.controlPlaneEndpoint;
  if (written === undefined) return { host: advertised ?? controlPlane[0]!.addresses[0]!, port };
  const [, host = written, given] = /^(\[[^\]]+\]|[^:]+)(?::(\d+))?$/.exec(written) ?? [];
  return {
    host: host.replace(/^\[|\]$/g, ""),
    port: given === undefined ? port : Number(given),
  };
};
