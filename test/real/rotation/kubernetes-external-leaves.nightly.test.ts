/** A kubeadm cluster's CAs become ones that only answer signing requests, as openssl does; under load and on one master. */
import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import test, { type TestContext } from "node:test";
import { startKubernetesLoad } from "../../../tools/kubernetes-load/load.ts";
import type { LoadSummary } from "../../../tools/load/record.ts";
import { succeeded } from "../etcd-workbench.ts";
import { answerLeaves, makeExternalCa, type ExternalCa } from "./external-ca.ts";
import { inKubernetes, type KubernetesScene } from "./kubernetes-scene.ts";
import { steady } from "./rotate-kubernetes.ts";
import { agreed, goOn, reached, run } from "./rotate.ts";
import { assertUnharmed, inWords } from "./scene.ts";

/** As the rotation below an external root, which took 4 minutes with two clusters beside it. */
const deadline = 1_500_000;
const blind = ["clients-outside", "partial-chain", "external-signs-others"].flatMap((id) => [
  "--accept-blind",
  id,
]);

const askAndGoOn = async (
  t: TestContext,
  scene: KubernetesScene,
  external: ExternalCa,
  words: readonly string[],
): Promise<LoadSummary> => {
  const file = `${words.join("-").replaceAll(/[^a-z-]/g, "")}.json`;
  succeeded(await scene.certwright("plan", ...words, "--out", file));
  const { code, stderr } = await run(scene, ["apply", file, ...agreed]).ended;
  assert.equal(code, 3, stderr);
  const answers = await answerLeaves(scene, external, stderr);
  succeeded(await scene.certwright("answer", ...answers));
  const [master] = scene.cluster.nodes;
  const load = await startKubernetesLoad({
    servers: [{ name: master!.name, host: master!.address, port: 6443 }],
    kubeconfig: scene.kubeconfig,
    pods: steady,
  });
  let summary: LoadSummary;
  try {
    const accepted = words[0] === "rotate" ? blind : [];
    await reached(run(scene, ["resume", ...goOn, ...accepted], { load, deadline }));
  } finally {
    summary = await load.stop();
    t.diagnostic(inWords(summary));
  }
  return summary;
};

test("the cluster's CA and the front proxy's sign nowhere here any more, nobody notices, and a kubelet is renewed by asking", (t) =>
  inKubernetes(t, { masters: 1, workers: 1 }, async (scene) => {
    const [master, worker] = scene.cluster.nodes;
    const pki = (name: string): string => master!.path(`/etc/kubernetes/pki/${name}`);
    const rotate = async (issuer: string, external: ExternalCa): Promise<void> => {
      const words = ["rotate", issuer, "--protocol", "bundle", "--soak", "0"];
      words.push("--to-external", external.root, "--external-signs", "leaves");
      assertUnharmed(await askAndGoOn(t, scene, external, words));
    };
    const main = await makeExternalCa(scene.folder, "Cluster CA");
    await rotate("kubernetes-ca", main);
    await rotate("front-proxy-ca", await makeExternalCa(scene.folder, "Front Proxy CA"));

    // The keys of the old ones are gone, and of the new ones nothing but certificates is here.
    for (const name of ["ca", "front-proxy-ca"])
      assert.equal(existsSync(pki(`${name}.key`)), false);
    assert.deepEqual(
      readFileSync(pki("ca.crt"), "utf8").trim(),
      readFileSync(main.root, "utf8").trim(),
    );
    const serving = new X509Certificate(readFileSync(pki("apiserver.crt")));
    assert.equal(serving.issuer, "O=Example\nCN=Cluster CA");
    // kubeadm sees its external CA mode, and the controller-manager is as it would start it.
    const seen = await master!.run(["kubeadm", "certs", "check-expiration"]);
    assert.match(seen, /apiserver\s.*yes/);
    const manifest = readFileSync(
      master!.path("/etc/kubernetes/manifests/kube-controller-manager.yaml"),
      "utf8",
    );
    assert.match(manifest, /--cluster-signing-cert-file=\s/);
    assert.match(manifest, /--cluster-signing-key-file=\s/);

    const name = `${worker!.name}/kubelet`;
    assertUnharmed(await askAndGoOn(t, scene, main, ["renew", name]));
    const own = ["--kubeconfig", scene.kubeconfig];
    const nodes = await scene.cluster.kubectl(...own, "get", "nodes", "--no-headers");
    assert.equal(nodes.match(/ Ready /g)?.length, 2, nodes);
    const current = "/var/lib/kubelet/pki/kubelet-client-current.pem";
    const shown = new X509Certificate(await worker!.run(["cat", current]));
    assert.equal(shown.issuer, "O=Example\nCN=Cluster CA");
  }));
