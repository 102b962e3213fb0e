import { kubernetesDefaults } from "../estate/settle-kubernetes.ts";
import { componentLines, etcdLines } from "./by-hand-text.ts";
import type { Discovery, FoundNode } from "./discovery.ts";
import type { ClusterCa, Holder } from "./holder.ts";
import { issuersOf } from "./issuers.ts";
import { scalar } from "./scalar.ts";

/** certwright.yaml for what was found, with a word beside what an operator has to decide. */
export const estateText = (found: Discovery, writtenOn: string): string => {
  const { controlPlane, workers, etcdDataDirectory: directory, byHand } = found;
  const nodes = [...controlPlane, ...workers, ...(byHand?.etcdNodes ?? [])];
  const { cluster, frontProxy, etcd } = issuersOf(found);
  return [
    `# What certwright discover found on ${writtenOn}. It is yours from now on.`,
    "nodes:",
    ...nodes.map(nodeLines),
    ...(byHand?.etcd === undefined ? [] : etcdLines(byHand.etcd)),
    "kubernetes:",
    `  cluster: ${scalar(found.cluster)}`,
    `  version: ${scalar(found.version)}`,
    `  kubeconfig: ${scalar(found.kubeconfig)}`,
    `  # What kubelets and people dial.`,
    `  endpoint: ${scalar(`${found.endpoint.host.includes(":") ? `[${found.endpoint.host}]` : found.endpoint.host}:${found.endpoint.port}`)}`,
    ...names("controlPlane", controlPlane),
    ...(workers.length === 0 ? [] : names("workers", workers)),
    `  port: ${found.port}`,
    ...(byHand === undefined ? kubeletLines(found.kubelet) : componentLines(byHand)),
    "  # What the CAs are called in the authority: certwright ca adopt.",
    `  issuers: { cluster: ${cluster}, frontProxy: ${frontProxy}, etcd: ${etcd} }`,
    `  etcd: ${found.etcd}`,
    ...(directory === undefined || directory === kubernetesDefaults.etcdDataDirectory
      ? []
      : [`  etcdDataDirectory: ${scalar(directory)}`]),
    "  # Whose pods are replaced once a new CA is published, so that their programs have read it. Which workloads have",
    `  # the CA before them is found out whenever a plan is made; ${count(found.workloads.length, "has", "have")} it now. Name under exclude what certwright`,
    "  # shall leave alone, and under askBefore what you want to be asked about:",
    "  #   exclude: [{ kind: Deployment, namespace: shop, name: web }, { namespace: batch }]",
    "  applications: { restart: discovered }",
    ...holderLines(found),
    "  # Say true when nobody else uses the API or etcd with these CAs: other people's kubeconfigs, CI, monitoring.",
    "  clientsComplete: false",
    "",
  ].join("\n");
};

const kubeletLines = (kubelet: Discovery["kubelet"]): readonly string[] => [
  "  # How a kubelet is restarted, on every node.",
  kubelet.kind === "systemd"
    ? `  kubelet: { systemd: ${scalar(kubelet.unit)} }`
    : `  kubelet: { restart: [${kubelet.command.map(scalar).join(", ")}] }`,
];

/** More than this is a cluster whose holders are a list of their own; certwright discover -o json has them all. */
const mostHolders = 500;

/** Those that only their owner writes, one for each object or file. */
const holderLines = (found: Discovery): readonly string[] => {
  const { holders } = found;
  const issuerOf = issuersOf(found);
  const places = new Map<string, { readonly holder: Holder; holds: string; cas: Set<ClusterCa> }>();
  for (const holder of holders) {
    if (holder.writer !== "owner") continue;
    const { kind, namespace, name, holds, cas } = holder;
    const word = [kind.toLowerCase(), ...(namespace === undefined ? [] : [namespace]), name]
      .join("/")
      .replaceAll(/\/+/g, "/")
      // As the schema has names; who is meant is told by the place.
      .replaceAll(/[^A-Za-z0-9._/-]/g, "_");
    const known = places.get(word);
    if (known === undefined) places.set(word, { holder, holds, cas: new Set(cas) });
    else {
      if (known.holds !== holds) known.holds = "both";
      for (const ca of cas) known.cas.add(ca);
    }
  }
  const lines = [...places].slice(0, mostHolders).map(([word, { holder, holds, cas }]) => {
    const { kind, namespace, name, resource, owner } = holder;
    const at =
      kind === "file"
        ? `node: ${scalar(namespace ?? "")}, path: ${scalar(name)}`
        : `object: ${scalar(resource ?? "")}`;
    const issuers = [...new Set([...cas].map((ca) => issuerOf[ca]))].join(", ");
    return `    - { name: ${scalar(word)}, holds: ${holds}, issuers: [${issuers}], ${at}, owner: ${scalar(owner)} }`;
  });
  return [
    "  # Who has these CAs or certificates of theirs, and certwright neither writes nor restarts it. A rotation waits",
    "  # until each is seen to have the new one, or somebody vouches for it (certwright acknowledge NAME). Add whom you",
    '  # know: - { name: ci, where: "Jenkins, credential k8s-prod", owner: the platform team }',
    ...(places.size > mostHolders
      ? [
          `  # These are ${mostHolders} of ${places.size}; the others are in certwright discover -o json.`,
        ]
      : []),
    ...(lines.length === 0 ? ["  holders: []"] : ["  holders:", ...lines]),
  ];
};

const nodeLines = ({ name, addresses, ssh, local, unreachable }: FoundNode): string => {
  const { destination, user, configuration, sudo } = ssh;
  const fields = [
    ...(destination === undefined ? [] : [`destination: ${scalar(destination)}`]),
    ...(user === undefined ? [] : [`user: ${scalar(user)}`]),
    ...(configuration === undefined ? [] : [`configuration: ${scalar(configuration)}`]),
    ...(sudo ? ["sudo: true"] : []),
  ];
  return [
    ...(unreachable === undefined
      ? []
      : [`  # could not be reached: ${unreachable.replaceAll(/\s+/g, " ")}`]),
    `  ${scalar(name)}:`,
    `    addresses: [${addresses.map(scalar).join(", ")}]`,
    local === true
      ? "    local: true"
      : `    ssh: {${fields.length === 0 ? "" : ` ${fields.join(", ")} `}}`,
  ].join("\n");
};

/** Names up to this many stand on one line. */
const onOneLine = 6;

const names = (field: string, nodes: readonly FoundNode[]): readonly string[] => {
  const written = nodes.map(({ name }) => scalar(name));
  return written.length <= onOneLine
    ? [`  ${field}: [${written.join(", ")}]`]
    : [`  ${field}:`, ...written.map((name) => `    - ${name}`)];
};

const count = (n: number, one: string, many: string): string => `${n} ${n === 1 ? one : many}`;
