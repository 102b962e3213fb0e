/** After a rotation kubeadm takes new machines in, and lets nobody in who knows the cluster by its old CA. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import { joinAsPrinted, pinOf, printedJoin } from "../cluster/kubeadm.ts";
import type { Node } from "../cluster/node.ts";
import { inKubernetes, type KubernetesScene } from "./kubernetes-scene.ts";
import { statusFor } from "./api-answer.ts";
import { rotateKubernetes } from "./rotate-kubernetes.ts";

const issuers = ["kubernetes-ca", "front-proxy-ca", "etcd-ca"] as const;
/** What every master has to have the same. */
const shared = [
  "ca.crt",
  "ca.key",
  "front-proxy-ca.crt",
  "front-proxy-ca.key",
  "etcd/ca.crt",
  "etcd/ca.key",
  "sa.pub",
  "sa.key",
] as const;
const kubectl = ["kubectl", "--kubeconfig", "/etc/kubernetes/admin.conf"];

const pki = (node: Node, file: string): string =>
  readFileSync(node.path(`/etc/kubernetes/pki/${file}`), "utf8").trim();

/** With the pin of the old CA it leaves again; with what kubeadm prints now it becomes Ready. */
const takesIn = async (
  { cluster }: KubernetesScene,
  role: Node["role"],
  oldPin: string,
): Promise<Node> => {
  const [first] = cluster.nodes;
  const node = await cluster.addMachine(role);
  const words = await printedJoin(node, first!);
  const pin = pinOf(first!);
  assert.ok(words.includes(pin), words.join(" "));
  const outdated = words.map((word) => (word === pin ? oldPin : word));
  await assert.rejects(node.run(outdated, 120_000), /none of the public keys.*are pinned/);
  await joinAsPrinted(node, words, first!);
  return node;
};

test("after a rotation of all CAs a new worker and a new master join with the new CA's pin, and not with the old one's", (t) =>
  inKubernetes(t, { masters: 1, workers: 1 }, async (scene) => {
    const { cluster } = scene;
    const [first] = cluster.nodes;
    const oldPin = pinOf(first!);
    await rotateKubernetes(t, scene, { issuers, protocol: "bundle" });
    assert.notEqual(pinOf(first!), oldPin);

    const worker = await takesIn(scene, "worker", oldPin);
    t.diagnostic(`${worker.name} has joined and is Ready`);
    assert.equal(pki(worker, "ca.crt"), pki(first!, "ca.crt"));
    const master = await takesIn(scene, "master", oldPin);
    t.diagnostic(`${master.name} has joined and is Ready`);
    for (const file of shared) assert.equal(pki(master, file), pki(first!, file), file);

    // Each API server takes what the other one's master was given, and etcd has a second member.
    for (const by of [first!, master]) {
      const server = ["--server", `https://${by.address}:6443`];
      for (const asking of [first!, master]) {
        const ready = await asking.run([...kubectl, ...server, "get", "--raw", "/readyz"]);
        assert.match(ready, /^ok/);
      }
      assert.equal(await statusFor(by.address, cluster.kubeconfig), 401);
      assert.equal(await statusFor(by.address, scene.kubeconfig), 200);
    }
    const etcd = ["-n", "kube-system", "get", "pods", "-l", "component=etcd", "-o", "name"];
    assert.equal((await first!.run([...kubectl, ...etcd])).trim().split("\n").length, 2);
    // What kubeadm finds on it is what it would have made itself.
    assert.match(await master.run(["kubeadm", "certs", "check-expiration"]), /apiserver/);
    await master.run(["kubeadm", "certs", "renew", "all"]);
  }));
