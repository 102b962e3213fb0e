import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseEstate } from "../../../src/adapters/estate/read-estate.ts";
import type { RotationPorts } from "../../../src/engine/rotation/ports.ts";
import { certwright } from "../../cli/process.ts";
import type { Cluster } from "../cluster/cluster.ts";
import { kubernetesVersion } from "../cluster/programs.ts";
import { succeeded } from "../etcd-workbench.ts";
import { benchWorld, openBenchPorts, type BenchWorld } from "../gather/bench-world.ts";

/** Eyes and hands on a cluster whose CAs certwright has adopted. */
export interface HandsBench extends AsyncDisposable {
  readonly ports: RotationPorts;
  readonly world: BenchWorld;
  /** The operator's own. */
  readonly kubeconfig: string;
}

const passphrase = "a passphrase for tests";

/** `folder` is made. */
export const openHandsBench = async (cluster: Cluster, folder: string): Promise<HandsBench> => {
  mkdirSync(folder);
  const kubeconfig = join(folder, "kubeconfig");
  copyFileSync(cluster.kubeconfig, kubeconfig);
  const text = estateText(cluster, kubeconfig);
  writeFileSync(join(folder, "certwright.yaml"), text);
  const words = join(folder, "passphrase");
  writeFileSync(words, `${passphrase}\n`, { mode: 0o600 });
  const env = {
    PATH: process.env["PATH"] ?? "",
    HOME: folder,
    CERTWRIGHT_PASSPHRASE_FILE: words,
  };
  succeeded(await certwright(["ca", "adopt"], { cwd: folder, env, deadline: 120_000 }));
  const ports = openBenchPorts(join(folder, "certwright-pki"), passphrase);
  const world = benchWorld(ports, parseEstate(text, join(folder, "certwright.yaml")));
  return { ports, world, kubeconfig, [Symbol.asyncDispose]: () => world.close() };
};

const estateText = (
  { nodes, sshConfiguration, kubeconfig: administrator }: Cluster,
  kubeconfig: string,
): string => {
  const [, endpoint] = /server: https:\/\/(\S+)/.exec(readFileSync(administrator, "utf8"))!;
  const named = (role: string): string =>
    nodes
      .filter((node) => node.role === role)
      .map(({ name }) => name)
      .join(", ");
  const machines = nodes.map(
    ({ name, address }) =>
      `  ${name}: { addresses: [${address}], ssh: { destination: ${name}, configuration: ${sshConfiguration} } }\n`,
  );
  return `nodes:
${machines.join("")}kubernetes:
  cluster: test
  version: ${JSON.stringify(kubernetesVersion)}
  kubeconfig: ${kubeconfig}
  endpoint: "${endpoint}"
  controlPlane: [${named("master")}]
  workers: [${named("worker")}]
  kubelet: { restart: [pkill, -F, /run/kubelet.pid] }
  workloads: [{ kind: DaemonSet, namespace: kube-system, name: kube-proxy }]
`;
};
