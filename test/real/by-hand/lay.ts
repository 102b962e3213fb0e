import { chmodSync, copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import type { Host } from "../hosts/host.ts";
import type { Pair, Workshop } from "./pki.ts";
import { apiPort, places, type Units } from "./programs.ts";

/** The CAs of a cluster that was made by hand. */
export interface Cas {
  readonly cluster: Pair;
  readonly aggregator: Pair;
  readonly etcd: Pair;
}

/** First address of the service network: what pods dial. */
const serviceAddress = "10.96.0.1";

const copy = (host: Host, from: string, to: string): void => {
  copyFileSync(from, host.path(to));
  if (from.endsWith("-key.pem")) chmodSync(host.path(to), 0o600);
};

const copyPair = (host: Host, { certificate, key }: Pair, to: string): void => {
  copy(host, certificate, `${to}.pem`);
  copy(host, key, `${to}-key.pem`);
};

/** A script for each program that starts, stops and restarts it, where an init system would have its own. */
export const writeUnits = (host: Host, units: Units): void => {
  for (const [name, words] of Object.entries(units)) {
    const folder = `/srv/units/${name}`;
    mkdirSync(host.path(folder), { recursive: true });
    copyFileSync(join(import.meta.dirname, "../hosts/service.sh"), host.path(`${folder}/service`));
    writeFileSync(host.path(`${folder}/command`), words.map((word) => `${word}\n`).join(""));
  }
};

export const layMember = async (
  workshop: Workshop,
  folder: string,
  host: Host,
  { etcd }: Cas,
): Promise<void> => {
  mkdirSync(host.path(places.store), { recursive: true });
  copy(host, etcd.certificate, `${places.store}/ca.pem`);
  for (const name of ["server", "peer"]) {
    const pair = await workshop.issue(etcd, join(folder, host.name, name), {
      commonName: host.name,
      names: [`IP:${host.address}`, "IP:127.0.0.1", `DNS:${host.name}`],
      usages: ["serverAuth", "clientAuth"],
    });
    copyPair(host, pair, `${places.store}/${name}`);
  }
};

export interface Accounts {
  readonly key: string;
  readonly publicKey: string;
}

export const layMaster = async (
  workshop: Workshop,
  folder: string,
  host: Host,
  { cluster, aggregator, etcd }: Cas,
  accounts: Accounts,
  /** Host names and addresses of the cluster besides the machine's own. */
  endpoint: string,
): Promise<void> => {
  const { ssl, configuration } = places;
  const own = (name: string): string => join(folder, host.name, name);
  for (const path of [ssl, configuration]) mkdirSync(host.path(path), { recursive: true });
  copy(host, cluster.certificate, `${ssl}/ca.pem`);
  copyPair(host, cluster, `${ssl}/signer`);
  copy(host, aggregator.certificate, `${ssl}/aggregator-ca.pem`);
  copy(host, etcd.certificate, `${ssl}/etcd-ca.pem`);
  for (const file of [accounts.key, accounts.publicKey])
    copy(host, file, `${ssl}/${basename(file)}`);
  const addresses = [...new Set([host.address, endpoint, serviceAddress, "127.0.0.1"])];
  const serving = await workshop.issue(cluster, own("apiserver"), {
    commonName: "kube-apiserver",
    names: [
      ...addresses.map((address) => `IP:${address}`),
      ...["kubernetes", "kubernetes.default", "kubernetes.default.svc"].map(
        (name) => `DNS:${name}`,
      ),
    ],
    usages: ["serverAuth"],
  });
  copyPair(host, serving, `${ssl}/apiserver`);
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
    copyPair(host, pair, `${ssl}/${name}`);
  }
  for (const name of ["controller-manager", "scheduler"]) {
    const pair = await workshop.issue(cluster, own(name), {
      commonName: `system:kube-${name}`,
      usages: ["clientAuth"],
    });
    const text = kubeconfigText(cluster, pair, host.address);
    writeFileSync(host.path(`${configuration}/${name}.kubeconfig`), text, { mode: 0o600 });
  }
};

/** As `kubectl config … --embed-certs=true` writes it. */
export const kubeconfigText = (ca: Pair, pair: Pair, host: string): string => {
  const inline = (file: string): string => readFileSync(file).toString("base64");
  return `apiVersion: v1
kind: Config
clusters:
- name: by-hand
  cluster:
    certificate-authority-data: ${inline(ca.certificate)}
    server: https://${host}:${apiPort}
contexts:
- name: default
  context: { cluster: by-hand, user: me }
current-context: default
users:
- name: me
  user:
    client-certificate-data: ${inline(pair.certificate)}
    client-key-data: ${inline(pair.key)}
`;
};
