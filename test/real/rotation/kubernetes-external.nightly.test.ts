/** A whole cluster's leaves are renewed, then its CAs put below an external one, under load and on one master. */
import assert from "node:assert/strict";
import test, { type TestContext } from "node:test";
import { startKubernetesLoad } from "../../../tools/kubernetes-load/load.ts";
import type { LoadSummary } from "../../../tools/load/record.ts";
import { succeeded } from "../etcd-workbench.ts";
import { makeExternalCa } from "./external-ca.ts";
import { inKubernetes, type KubernetesScene } from "./kubernetes-scene.ts";
import { rotateKubernetes } from "./rotate-kubernetes.ts";
import { agreed, reached, run } from "./rotate.ts";
import { assertUnharmed, inWords } from "./scene.ts";

/** 14 leaves took 49 s on two busy cores, and there are restarts besides. */
const deadline = 600_000;

interface Expiration {
  readonly certificates: readonly { readonly name: string; readonly expirationDate: string }[];
}

/** As kubeadm sees it. */
const expirations = async ({ cluster }: KubernetesScene): Promise<ReadonlyMap<string, number>> => {
  const text = await cluster.nodes[0]!.run(["kubeadm", "certs", "check-expiration", "-o", "json"]);
  const { certificates } = JSON.parse(text.slice(text.indexOf("{"))) as Expiration;
  return new Map(
    certificates.map(({ name, expirationDate }) => [name, Date.parse(expirationDate)]),
  );
};

const renewUnderLoad = async (
  t: TestContext,
  scene: KubernetesScene,
  words: readonly string[],
): Promise<LoadSummary> => {
  const planFile = `renew-${words.join("-").replaceAll("/", "-")}.plan.json`;
  succeeded(await scene.certwright("plan", "renew", ...words, "--out", planFile));
  const [master] = scene.cluster.nodes;
  const load = await startKubernetesLoad({
    servers: [{ name: master!.name, host: master!.address, port: 6443 }],
    kubeconfig: scene.kubeconfig,
  });
  let summary: LoadSummary;
  try {
    await reached(run(scene, ["apply", planFile, ...agreed], { load, deadline }));
  } finally {
    summary = await load.stop();
    t.diagnostic(inWords(summary));
  }
  return summary;
};

test("one master: every leaf is renewed and nobody notices, then the CAs are put below an external one", (t) =>
  inKubernetes(t, { masters: 1, workers: 1 }, async (scene) => {
    const before = await expirations(scene);
    assertUnharmed(await renewUnderLoad(t, scene, ["--all"]));
    const after = await expirations(scene);
    assert.deepEqual([...after.keys()], [...before.keys()]);
    for (const [name, date] of after) assert.ok(date > before.get(name)!, name);
    const { stderr } = succeeded(await scene.certwright("plan", "renew", "--within", "30d"));
    assert.match(stderr, /nothing to renew ends by .*; the next one is .*; no plan was made/);
    // Key and certificate are one file: nobody is stopped for a new key.
    const [master, worker] = scene.cluster.nodes.map(({ name }) => name);
    const renewed = [`${master}/kube-scheduler`, `${worker}/kubelet`, `${master}/admin`];
    assertUnharmed(await renewUnderLoad(t, scene, [...renewed, "--new-key"]));

    const issuers = ["kubernetes-ca", "front-proxy-ca"] as const;
    const external = await makeExternalCa(scene.folder);
    const blind = ["clients-outside", "partial-chain"];
    assertUnharmed(
      await rotateKubernetes(t, scene, { issuers, protocol: "bundle", blind, external }),
    );
  }));
