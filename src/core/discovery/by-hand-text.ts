import { controlPlanePrograms } from "../model/estate.ts";
import type {
  ByHandFacts,
  FoundComponent,
  FoundEtcd,
  FoundKubelets,
  FoundMember,
  FoundUnit,
} from "./by-hand.ts";
import { scalar } from "./scalar.ts";

/** The lines of `kubernetes:` that a cluster of kubeadm's has not. */
export const componentLines = ({ components, kubelets }: ByHandFacts): readonly string[] => [
  "  # What the programs are started with, as their processes say: a plan is refused where it is something else.",
  "  components:",
  ...controlPlanePrograms.flatMap((program) => componentText(program, components[program])),
  ...(kubelets === undefined ? [] : kubeletText(kubelets)),
];

const kubeletText = ({ service, onMasters, files }: FoundKubelets): readonly string[] => [
  "    kubelet:",
  `      service: ${serviceText(service)}`,
  ...(onMasters ? ["      onMasters: true"] : []),
  "      files:",
  ...Object.entries(files).map(([what, path]) => `        ${what}: ${scalar(path)}`),
];

const componentText = (name: string, { service, flags }: FoundComponent): readonly string[] => [
  `    ${name}:`,
  `      service: ${serviceText(service)}`,
  "      flags:",
  ...Object.entries(flags).map(([flag, path]) => `        ${flag}: ${scalar(path)}`),
];

const list = (words: readonly string[]): string => `[${words.map(scalar).join(", ")}]`;

const serviceText = (service: FoundUnit): string => {
  if (service.kind === "systemd") return `{ systemd: ${scalar(service.unit)} }`;
  const verbs = (["restart", "stop", "start"] as const).flatMap((verb) => {
    const words = service[verb];
    return words === undefined ? [] : [`${verb}: ${list(words)}`];
  });
  return `{ ${verbs.join(", ")} }`;
};

/** The section of the etcd that its API servers use. */
export const etcdLines = (etcd: FoundEtcd): readonly string[] => {
  const { issuers, owner, members } = etcd;
  const [first] = members;
  const alike = (of: (member: FoundMember) => string): boolean =>
    new Set(members.map(of)).size === 1;
  const sameFiles = alike(({ files }) => JSON.stringify(files));
  const sameService = alike(({ service }) => serviceText(service));
  const sameData = alike(({ dataDirectory }) => dataDirectory);
  const samePorts = alike(({ clientPort, peerPort }) => `${clientPort} ${peerPort}`);
  const filesText = ({ files }: FoundMember): string =>
    `{ ${Object.entries(files)
      .map(([what, path]) => `${what}: ${scalar(path)}`)
      .join(", ")} }`;
  const own = (member: FoundMember): readonly string[] => [
    ...(samePorts ? [] : [`clientPort: ${member.clientPort}`, `peerPort: ${member.peerPort}`]),
    ...(sameData ? [] : [`dataDirectory: ${scalar(member.dataDirectory)}`]),
    ...(sameService ? [] : [`service: ${serviceText(member.service)}`]),
    ...(sameFiles ? [] : [`files: ${filesText(member)}`]),
  ];
  return [
    "etcd:",
    `  cluster: ${scalar(etcd.cluster)}`,
    `  version: ${JSON.stringify(etcd.version)}`,
    `  binary: ${scalar(etcd.binary)}`,
    `  owner: { user: ${scalar(owner.user)}, group: ${scalar(owner.group)} }`,
    `  issuers: { peer: ${issuers.peer}, server: ${issuers.server}, client: ${issuers.client} }`,
    ...(samePorts ? [`  clientPort: ${first!.clientPort}`, `  peerPort: ${first!.peerPort}`] : []),
    ...(sameData ? [`  dataDirectory: ${scalar(first!.dataDirectory)}`] : []),
    ...(sameService ? [`  service: ${serviceText(first!.service)}`] : []),
    ...(sameFiles
      ? [
          "  files:",
          ...Object.entries(first!.files).map(([what, path]) => `    ${what}: ${scalar(path)}`),
        ]
      : []),
    "  members:",
    ...members.map(
      (member) =>
        `    - { ${[`node: ${scalar(member.node)}`, `name: ${scalar(member.name)}`, ...own(member)].join(", ")} }`,
    ),
    "  # Say true when nobody but the API servers uses it: backups, monitoring, network plugins.",
    "  clientsComplete: false",
  ];
};
