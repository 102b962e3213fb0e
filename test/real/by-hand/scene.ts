import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import type { Pods } from "../../../tools/kubernetes-load/kubelet.ts";
import { startKubernetesLoad } from "../../../tools/kubernetes-load/load.ts";
import type { Load } from "../../../tools/load/clients.ts";
import { canHaveCluster } from "../cluster/programs.ts";
import { until } from "../cluster/run.ts";
import { succeeded } from "../etcd-workbench.ts";
import { canHaveHosts } from "../hosts/hosts.ts";
import { startByHand, type ByHandCluster, type ByHandOptions } from "./cluster.ts";
import { apiPort } from "./programs.ts";

export const inByHand = async (
  t: TestContext,
  shape: Omit<ByHandOptions, "folder">,
  body: (cluster: ByHandCluster) => Promise<void>,
): Promise<void> => {
  if (!canHaveHosts(t) || !canHaveCluster(t)) return;
  const folder = mkdtempSync(join(tmpdir(), "certwright-by-hand-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  await using cluster = await startByHand({ ...shape, folder: join(folder, "cluster") });
  await body(cluster);
};

/** Writes the estate and takes the CAs over; two of their keys lie on the operator's machine, where they were made. */
export const discoverAndAdopt = async (cluster: ByHandCluster): Promise<void> => {
  const { certwright, kubeconfig, sshConfiguration, masters, cas } = cluster;
  const ways = ["--kubeconfig", kubeconfig, "--ssh-config", sshConfiguration];
  const units = ["--service-command", "/srv/units/NAME/service VERB"];
  const { stdout } = succeeded(await certwright("discover", ...ways, ...units));
  assert.match(stdout, new RegExp(`by hand: ${masters.length} API server`));
  const { stdout: adopted } = succeeded(await certwright("ca", "adopt"));
  assert.match(adopted, /^adopted kubernetes-ca: .* with its key$/m);
  assert.match(adopted, /^adopted front-proxy-ca: .* without its key/m);
  for (const [name, pair] of [
    ["front-proxy-ca", cas.aggregator],
    ["etcd-ca", cas.etcd],
  ] as const) {
    const files = ["--certificate", pair.certificate, "--key", pair.key];
    succeeded(await certwright("ca", "adopt", name, ...files));
  }
};

/** `pods` are asked for logs, and execute something; none when absent. */
export const loadOn = ({ masters, kubeconfig }: ByHandCluster, pods?: Pods): Promise<Load> =>
  startKubernetesLoad({
    servers: masters.map(({ name, address }) => ({ name, host: address, port: apiPort })),
    kubeconfig,
    ...(pods === undefined ? {} : { pods }),
  });

/** A pod that asks nobody anything, and answers its kubelet. */
export const talker: Pods = {
  namespace: "default",
  selector: "app=talker",
  command: ["busybox", "date"],
};

const talkerManifest = `apiVersion: v1
kind: Pod
metadata: { name: talker, labels: { app: talker } }
spec:
  automountServiceAccountToken: false
  terminationGracePeriodSeconds: 0
  containers:
    - name: talker
      image: certwright.test/kubectl:latest
      imagePullPolicy: Never
      command: [busybox, sh, -c, "echo started; while :; do busybox sleep 60; done"]
`;

/** Returns when it is ready, on some worker. */
export const startTalker = async ({ folder, kubectl }: ByHandCluster): Promise<void> => {
  const file = join(folder, "talker.yaml");
  writeFileSync(file, talkerManifest);
  await until("the namespace has its service account", 60_000, () =>
    kubectl("get", "serviceaccount", "default"),
  );
  await kubectl("apply", "-f", file);
  await until("the talker is ready", 120_000, () =>
    kubectl("wait", "--for=condition=Ready", "pod/talker", "--timeout=10s"),
  );
};

/** A piece of each CA's certificate that no line end cuts. */
export const tracesOf = ({ cas }: ByHandCluster): readonly string[] =>
  Object.values(cas).map(({ certificate }) => readFileSync(certificate, "utf8").split("\n")[3]!);
