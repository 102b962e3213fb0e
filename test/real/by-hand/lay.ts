import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import type { Host } from "../hosts/host.ts";
import type { Pair, Workshop } from "./pki.ts";
import { apiPort, kubeletYaml, places, type Units } from "./programs.ts";

/** What is done on a machine from here. */
export type Machine = Pick<Host, "name" | "address" | "path" | "run">;

/** The CAs of a cluster that was made by hand. */
export interface Cas {
  readonly cluster: Pair;
  readonly aggregator: Pair;
  readonly etcd: Pair;
}

/** Private and public key of service accounts. */
export interface Accounts {
  readonly key: string;
  readonly publicKey: string;
}

/** Texts by their paths on a host. */
export type Files = ReadonlyMap<string, string>;

/** First address of the service network: what pods dial. */
const serviceAddress = "10.96.0.1";

/** As `cp` does: what is there is written over. */
export const put = (host: Machine, files: Files): void => {
  for (const [path, text] of files) {
    const isSecret = !path.endsWith(".pem") || path.endsWith("-key.pem");
    mkdirSync(dirname(host.path(path)), { recursive: true });
    writeFileSync(host.path(path), text, { mode: isSecret ? 0o600 : 0o644 });
  }
};

/** A script for each program that starts, stops and restarts it, where an init system would have its own. */
export const writeUnits = (host: Machine, units: Units): void => {
  for (const [name, words] of Object.entries(units)) {
    const folder = `/srv/units/${name}`;
    mkdirSync(host.path(folder), { recursive: true });
    copyFileSync(join(import.meta.dirname, "../hosts/service.sh"), host.path(`${folder}/service`));
    writeFileSync(host.path(`${folder}/respawn`), "");
    writeFileSync(host.path(`${folder}/command`), words.map((word) => `${word}\n`).join(""));
  }
};

const read = (file: string): string => readFileSync(file, "utf8");

const pairAs = (to: string, { certificate, key }: Pair): readonly (readonly [string, string])[] => [
  [`${to}.pem`, read(certificate)],
  [`${to}-key.pem`, read(key)],
];

/** What a member of etcd reads. */
export const memberFiles = async (
  workshop: Workshop,
  folder: string,
  host: Machine,
  { etcd }: Cas,
): Promise<Files> => {
  const files = new Map([[`${places.store}/ca.pem`, read(etcd.certificate)]]);
  for (const name of ["server", "peer"]) {
    const pair = await workshop.issue(etcd, join(folder, host.name, name), {
      commonName: host.name,
      names: [`IP:${host.address}`, "IP:127.0.0.1", `DNS:${host.name}`],
      usages: ["serverAuth", "clientAuth"],
    });
    for (const [path, text] of pairAs(`${places.store}/${name}`, pair)) files.set(path, text);
  }
  return files;
};

/** What the programs of a master read; `endpoint` is the cluster's address besides the machine's own. */
export const masterFiles = async (
  workshop: Workshop,
  folder: string,
  host: Machine,
  { cluster, aggregator, etcd }: Cas,
  { accounts, endpoint }: { readonly accounts: Accounts; readonly endpoint: string },
): Promise<Files> => {
  const { ssl, configuration } = places;
  const own = (name: string): string => join(folder, host.name, name);
  const files = new Map([
    [`${ssl}/ca.pem`, read(cluster.certificate)],
    ...pairAs(`${ssl}/signer`, cluster),
    [`${ssl}/aggregator-ca.pem`, read(aggregator.certificate)],
    [`${ssl}/etcd-ca.pem`, read(etcd.certificate)],
    [`${ssl}/${basename(accounts.key)}`, read(accounts.key)],
    [`${ssl}/${basename(accounts.publicKey)}`, read(accounts.publicKey)],
  ]);
  const addresses = [...new Set([host.address, endpoint, serviceAddress, "127.0.0.1"])];
  const names = ["kubernetes", "kubernetes.default", "kubernetes.default.svc"];
  const serving = await workshop.issue(cluster, own("apiserver"), {
    commonName: "kube-apiserver",
    names: [...addresses.map((address) => `IP:${address}`), ...names.map((name) => `DNS:${name}`)],
    usages: ["serverAuth"],
  });
  for (const [path, text] of pairAs(`${ssl}/apiserver`, serving)) files.set(path, text);
  for (const [name, by, commonName, organization] of [
    ["kubelet-client", cluster, "kube-apiserver-kubelet-client", "system:masters"],
    ["etcd-client", etcd, "kube-apiserver-etcd-client", undefined],
    ["aggregator", aggregator, "aggregator", undefined],
  ] as const) {
    const pair = await workshop.issue(by, own(name), {
      commonName,
      ...(organization === undefined ? {} : { organization }),
      usages: ["clientAuth"],
    });
    for (const [path, text] of pairAs(`${ssl}/${name}`, pair)) files.set(path, text);
  }
  for (const name of ["controller-manager", "scheduler"]) {
    const pair = await workshop.issue(cluster, own(name), {
      commonName: `system:kube-${name}`,
      usages: ["clientAuth"],
    });
    files.set(`${configuration}/${name}.kubeconfig`, kubeconfigText(cluster, pair, host.address));
  }
  return files;
};

/**
 * What the kubelet of a worker reads: certificate and key in its kubeconfig, or in files that this names. `endpoint` is
 * what it dials.
 */
export const workerFiles = async (
  workshop: Workshop,
  folder: string,
  host: Machine,
  { cluster }: Cas,
  { endpoint, inFiles }: { readonly endpoint: string; readonly inFiles: boolean },
): Promise<Files> => {
  const pair = await workshop.issue(cluster, join(folder, host.name, "kubelet"), {
    commonName: `system:node:${host.name}`,
    organization: "system:nodes",
    usages: ["clientAuth"],
  });
  const { ssl, configuration } = places;
  return new Map([
    [`${ssl}/ca.pem`, read(cluster.certificate)],
    ...(inFiles ? pairAs(`${ssl}/kubelet`, pair) : []),
    [
      `${configuration}/kubelet.kubeconfig`,
      inFiles
        ? kubeconfigOf(endpoint, [
            `certificate-authority: ${ssl}/ca.pem`,
            `client-certificate: ${ssl}/kubelet.pem`,
            `client-key: ${ssl}/kubelet-key.pem`,
          ])
        : kubeconfigText(cluster, pair, endpoint),
    ],
    [`${configuration}/kubelet.yaml`, kubeletYaml],
  ]);
};

/** As `kubectl config … --embed-certs=true` writes it. */
export const kubeconfigText = (ca: Pair, pair: Pair, host: string): string => {
  const inline = (file: string): string => readFileSync(file).toString("base64");
  return kubeconfigOf(host, [
    `certificate-authority-data: ${inline(ca.certificate)}`,
    `client-certificate-data: ${inline(pair.certificate)}`,
    `client-key-data: ${inline(pair.key)}`,
  ]);
};

const kubeconfigOf = (
  host: string,
  [ca, certificate, key]: readonly [ca: string, certificate: string, key: string],
): string => `apiVersion: v1
kind: Config
clusters:
- name: by-hand
  cluster:
    ${ca}
    server: https://${host}:${apiPort}
contexts:
- name: default
  context: { cluster: by-hand, user: me }
current-context: default
users:
- name: me
  user:
    ${certificate}
    ${key}
`;
