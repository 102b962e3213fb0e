import type { KubernetesWorkload } from "../model/estate.ts";
import { kubernetesDefaults } from "../estate/settle-kubernetes.ts";
import type { Discovery, FoundNode } from "./discovery.ts";

/** Workloads of this namespace are in the file; those of others stand there for their owners to decide. */
const systemNamespace = "kube-system";

/** certwright.yaml for what was found, with a word beside what an operator has to decide. */
export const estateText = (found: Discovery, writtenOn: string): string => {
  const { controlPlane, workers, etcdDataDirectory: directory } = found;
  const nodes = [...controlPlane, ...workers];
  const own = found.workloads.filter(({ namespace }) => namespace === systemNamespace);
  const others = found.workloads.filter(({ namespace }) => namespace !== systemNamespace);
  const { cluster, frontProxy, etcd } = kubernetesDefaults.issuers;
  return [
    `# What certwright discover found on ${writtenOn}. It is yours from now on.`,
    "nodes:",
    ...nodes.map(nodeLines),
    "kubernetes:",
    `  cluster: ${scalar(found.cluster)}`,
    `  version: ${scalar(found.version)}`,
    `  kubeconfig: ${scalar(found.kubeconfig)}`,
    `  # What kubelets and people dial.`,
    `  endpoint: ${scalar(`${found.endpoint.host.includes(":") ? `[${found.endpoint.host}]` : found.endpoint.host}:${found.endpoint.port}`)}`,
    ...names("controlPlane", controlPlane),
    ...(workers.length === 0 ? [] : names("workers", workers)),
    `  port: ${found.port}`,
    "  # How a kubelet is restarted, on every node.",
    found.kubelet.kind === "systemd"
      ? `  kubelet: { systemd: ${scalar(found.kubelet.unit)} }`
      : `  kubelet: { restart: [${found.kubelet.command.map(scalar).join(", ")}] }`,
    "  # What the CAs are called in the authority: certwright ca adopt.",
    `  issuers: { cluster: ${cluster}, frontProxy: ${frontProxy}, etcd: ${etcd} }`,
    `  etcd: ${found.etcd}`,
    ...(directory === undefined || directory === kubernetesDefaults.etcdDataDirectory
      ? []
      : [`  etcdDataDirectory: ${scalar(directory)}`]),
    "  # Workloads that talk to the API and read its CA when they start; each is replaced pod by pod.",
    ...(own.length === 0 ? ["  workloads: []"] : ["  workloads:", ...own.map(workloadLine)]),
    ...(others.length === 0
      ? []
      : [
          "  # These read it, too. Programs with client-go 0.36 or newer notice a new one within five minutes; move",
          '  # the others up into the list, without the "#".',
          ...others.map((one) => workloadLine(one).replace("    - ", "  #  - ")),
        ]),
    "  # Say true when nobody else uses the API or etcd with these CAs: other people's kubeconfigs, CI, monitoring.",
    "  clientsComplete: false",
    "",
  ].join("\n");
};

const nodeLines = ({ name, addresses, ssh, unreachable }: FoundNode): string => {
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
    `    ssh: {${fields.length === 0 ? "" : ` ${fields.join(", ")} `}}`,
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

const workloadLine = ({ kind, namespace, name }: KubernetesWorkload): string =>
  `    - { kind: ${kind}, namespace: ${scalar(namespace)}, name: ${scalar(name)} }`;

/** Bare where YAML 1.1 and 1.2 read it as a string, as a name or an IPv4 address, else in the quotes that it shares with JSON. */
const scalar = (text: string): string =>
  /^(?:[A-Za-z/][A-Za-z0-9./_-]*|\d+\.\d+\.\d+\.\d+)$/.test(text) &&
  !/^(?:y|n|yes|no|on|off|true|false|null)$/i.test(text)
    ? text
    : JSON.stringify(text);
