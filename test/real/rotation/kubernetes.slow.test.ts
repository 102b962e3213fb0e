/** All CAs of a running kubeadm cluster are rotated under load: nobody notices, and at the end the old CAs are gone. */
import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { existsSync, globSync, readFileSync } from "node:fs";
import { request } from "node:https";
import test, { type TestContext } from "node:test";
import { readKubeconfig } from "../../../src/adapters/kubernetes/read-kubeconfig.ts";
import { startKubernetesLoad } from "../../../tools/kubernetes-load/load.ts";
import { succeeded } from "../etcd-workbench.ts";
import type { Cluster } from "../cluster/cluster.ts";
import { inKubernetes, type KubernetesScene } from "./kubernetes-scene.ts";
import { agreed, planFile, reached, run } from "./rotate.ts";
import { assertUnharmed, inWords } from "./scene.ts";
import { filesWith } from "./traces.ts";

type Protocol = "bundle" | "cross-signed";

const issuers = ["kubernetes-ca", "front-proxy-ca", "etcd-ca"] as const;
/** Nobody else uses the cluster, which certwright cannot know. */
const accepted = ["--accept-blind", "clients-outside"];
/** Three masters took 12 minutes with seven others at work. */
const deadline = 1_500_000;
const pki = "/etc/kubernetes/pki";
const apiPort = 6443;

const fingerprint = (file: string): string =>
  new X509Certificate(readFileSync(file)).fingerprint256;

const caFiles = ({ nodes }: Cluster): readonly string[] =>
  ["ca.crt", "front-proxy-ca.crt", "etcd/ca.crt"].map((name) => nodes[0]!.path(`${pki}/${name}`));

/** Every file of every node in which a certificate may be, kubeconfigs decoded elsewhere. */
const filesOf = ({ nodes }: Cluster): readonly string[] =>
  nodes.flatMap((node) =>
    globSync([node.path(`${pki}/**/*.crt`), node.path("/var/lib/kubelet/pki/*current.pem")]),
  );

/** Every object of the kinds in which a CA may be, as the API has it. */
const objectsOf = async ({ kubectl }: Cluster): Promise<string> =>
  kubectl(
    "get",
    "configmaps,secrets,validatingwebhookconfigurations,mutatingwebhookconfigurations,apiservices,customresourcedefinitions",
    "--all-namespaces",
    "-o",
    "json",
  );

/** What an API server answers to whom that kubeconfig describes; what it shows itself is the load's matter. */
const statusFor = (server: string, kubeconfig: string): Promise<number> => {
  const { pair } = readKubeconfig(kubeconfig);
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  request(
    {
      host: server,
      port: apiPort,
      path: "/api/v1/nodes",
      rejectUnauthorized: false,
      cert: pair?.certificate,
      key: pair?.key,
      agent: false,
    },
    (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    },
  )
    .on("error", reject)
    .end();
  return promise;
};

const namesOf = async ({ kubectl }: Cluster, kinds: string): Promise<number> =>
  (await kubectl("get", kinds, "--all-namespaces", "-o", "name")).trim().split("\n").length;

const kinds =
  "namespaces,configmaps,secrets,serviceaccounts,deployments,daemonsets,clusterroles,nodes";

const rotate = async (
  t: TestContext,
  scene: KubernetesScene,
  protocol: Protocol,
): Promise<void> => {
  const { cluster } = scene;
  const masters = cluster.nodes.filter(({ role }) => role === "master");
  const old = new Set(caFiles(cluster).map(fingerprint));
  assert.equal(old.size, 3);
  const oldPems = caFiles(cluster).map((file) =>
    new X509Certificate(readFileSync(file)).raw.toString("base64"),
  );
  const oldKubeconfig = cluster.kubeconfig;
  const objectsBefore = await namesOf(cluster, kinds);

  succeeded(
    await scene.certwright(
      ...["plan", "rotate", ...issuers, "--protocol", protocol, "--out", planFile],
    ),
  );
  const load = await startKubernetesLoad({
    servers: masters.map(({ name, address }) => ({ name, host: address, port: apiPort })),
    kubeconfig: scene.kubeconfig,
  });
  try {
    await reached(run(scene, ["apply", planFile, ...agreed, ...accepted], { load, deadline }));
  } finally {
    const summary = await load.stop();
    t.diagnostic(inWords(summary));
    assertUnharmed(summary);
  }

  assert.deepEqual(filesWith(filesOf(cluster), old), []);
  const objects = await objectsOf({
    ...cluster,
    kubectl: (...words) => cluster.kubectl("--kubeconfig", scene.kubeconfig, ...words),
  });
  for (const pem of oldPems) {
    assert.ok(!objects.includes(pem.slice(100, 160)), "an object still holds an old CA");
  }
  for (const { address } of masters) {
    assert.equal(await statusFor(address, oldKubeconfig), 401);
    assert.equal(await statusFor(address, scene.kubeconfig), 200);
  }
  const own = {
    ...cluster,
    kubectl: (...words: string[]) => cluster.kubectl("--kubeconfig", scene.kubeconfig, ...words),
  };
  assert.equal(await namesOf(own, kinds), objectsBefore);
  const [first] = masters;
  assert.match(await first!.run(["kubeadm", "certs", "check-expiration"]), /apiserver/);
  await first!.run(["kubeadm", "certs", "renew", "all"]);
  assert.ok(existsSync(first!.path(`${pki}/ca.key`)));
};

for (const [masters, protocol] of [
  [1, "bundle"],
  [3, "bundle"],
  [3, "cross-signed"],
] as const) {
  test(`${masters} master${masters === 1 ? "" : "s"}: all CAs are rotated by ${protocol} under load, and no request fails`, (t) =>
    inKubernetes(t, { masters, workers: 1 }, (scene) => rotate(t, scene, protocol)));
}
