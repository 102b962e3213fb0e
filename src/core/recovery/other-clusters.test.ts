import assert from "node:assert/strict";
import { test } from "node:test";
import { madeUpRecovery } from "./examples/made-up-recovery.ts";
import { otherClusters } from "./other-clusters.ts";

const { cluster } = madeUpRecovery({ masters: ["m1"] });
const own = `https://${cluster.endpoint.host}:${cluster.endpoint.port}`;

const kubeconfig = (...servers: readonly string[]): string =>
  `kind: Config\nclusters:\n${servers.map((server, i) => `- name: c${i}\n  cluster: {server: "${server}"}\n`).join("")}`;

test("a kubeconfig of this cluster alone leads nowhere else, by its endpoint or by a master's address", () => {
  const [master] = cluster.masters;
  const text = kubeconfig(own, `https://${master!.address}:${cluster.port}`);
  assert.deepEqual(otherClusters(text, "kubeconfig", cluster), []);
});

test("another cluster in a kubeconfig is named with where it leads", () => {
  const other = "https://api.elsewhere.example";
  assert.deepEqual(otherClusters(kubeconfig(own, other), "kubeconfig", cluster), [`c1 (${other})`]);
});

test("the same host at another port is another cluster", () => {
  const other = `https://${cluster.endpoint.host}:16443`;
  assert.deepEqual(otherClusters(kubeconfig(other), "kubeconfig", cluster), [`c0 (${other})`]);
});

test("a file that is no kubeconfig is nobody's to write over, either", () => {
  assert.deepEqual(otherClusters("notes: mine\n", "kubeconfig", cluster), ["no kubeconfig at all"]);
  assert.deepEqual(otherClusters("", "kubeconfig", cluster), ["no kubeconfig at all"]);
  assert.throws(() => otherClusters("a: [", "kubeconfig", cluster), { code: "source.manifest" });
});
