import assert from "node:assert/strict";
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { digests } from "../../../src/adapters/crypto/node-digests.ts";
import { exampleKubernetes } from "../../../src/core/plan/examples/kubernetes.ts";
import type { Gathered } from "../../../src/engine/rotation/gather/gather.ts";
import { startCluster, type Cluster } from "../cluster/cluster.ts";
import { canHaveCluster } from "../cluster/programs.ts";
import { openHandsBench, type HandsBench } from "../kubernetes-hands/bench.ts";

test("a kubeadm cluster is gathered as it is planned with, and what is wrong with it is told", async (t) => {
  if (!canHaveCluster(t)) return;
  const folder = mkdtempSync(join(tmpdir(), "certwright-gather-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  await using cluster = await startCluster({
    masters: 1,
    workers: 1,
    folder: join(folder, "cluster"),
    progress: (line) => t.diagnostic(line),
  });
  await using bench = await openHandsBench(cluster, join(folder, "operator"));
  const gather = (): Promise<Gathered> => bench.world.gather();

  await t.test("an untouched one is the planner's example, sound, and the same twice", async () => {
    const first = await gather();
    assert.deepEqual(first.findings, []);
    const { consumers, slots, edges, blind } = first.inventory;
    const example = exampleKubernetes({
      digests,
      now: 0,
      masters: 1,
      workers: 1,
      workloads: ["daemonset/kube-system/kube-proxy"],
      clientsComplete: false,
    });
    assert.deepEqual(idsOf(consumers), idsOf(example.consumers));
    assert.deepEqual(idsOf(slots), idsOf(example.slots));
    assert.deepEqual(idsOf(edges), idsOf(example.edges));
    assert.deepEqual(idsOf(blind), ["clients-outside"]);
    for (const { id, holds, faults, role, port, serves } of slots) {
      assert.equal(faults, undefined, id);
      if (id.endsWith("/signer")) assert.equal(holds, undefined, id);
      else assert.equal(holds?.certificates.length, 1, id);
      if (role === "presents" && port !== undefined) assert.deepEqual(serves, holds?.certificates);
    }
    for (const { id, program, healthy, process } of consumers) {
      if (["client", "kubeadm", "object"].includes(program)) continue;
      assert.equal(healthy, true, id);
      if (program !== "workload") assert.notEqual(process, undefined, id);
    }
    const second = await gather();
    assert.equal(second.inventory.digest, first.inventory.digest);
  });

  await t.test("what kubeadm or the operator does without is not missed", () =>
    doesWithout(cluster, bench, gather),
  );

  await t.test("a key that is another CA's, and a node that nobody named, are in the way", () =>
    isInTheWay(cluster, gather),
  );
});

const idsOf = (all: readonly { readonly id: string }[]): readonly string[] =>
  all.map(({ id }) => id).toSorted();

const doesWithout = async (
  cluster: Cluster,
  { kubeconfig }: HandsBench,
  gather: () => Promise<Gathered>,
): Promise<void> => {
  const master = cluster.nodes[0]!;
  const admin = master.path("/etc/kubernetes/super-admin.conf");
  const [before, own] = [readFileSync(admin), readFileSync(kubeconfig, "utf8")];
  const info = await cluster.kubectl(
    "-n",
    "kube-public",
    "get",
    "cm",
    "cluster-info",
    "-o",
    "json",
  );
  const saved = `${kubeconfig}.cluster-info`;
  writeFileSync(saved, info);
  const operator = ["clusterrolebinding", "operator", "--clusterrole=cluster-admin"];
  await cluster.kubectl("create", ...operator, "--serviceaccount=default:default");
  const token = (await cluster.kubectl("create", "token", "default")).trim();
  try {
    rmSync(admin);
    await cluster.kubectl("-n", "kube-public", "delete", "cm", "cluster-info");
    writeFileSync(
      kubeconfig,
      own
        .replace(/client-certificate-data: .*\n/, `token: ${token}\n`)
        .replace(/ *client-key-data: .*\n/, ""),
    );
    const { inventory, findings } = await gather();
    assert.deepEqual(findings, []);
    assert.deepEqual(idsOf(inventory.blind), ["clients-outside"]);
    const consumers = idsOf(inventory.consumers);
    assert.ok(!consumers.includes("master-1/super-admin"));
    assert.ok(!consumers.includes("cluster/cluster-info"));
    const operators = idsOf(inventory.slots).filter((id) => id.startsWith("operator/"));
    assert.deepEqual(operators, ["operator/kubeconfig/trust"]);
  } finally {
    writeFileSync(kubeconfig, own);
    writeFileSync(admin, before, { mode: 0o600 });
    await cluster.kubectl("delete", "clusterrolebinding", "operator");
    await cluster.kubectl("create", "-f", saved);
  }
};

const isInTheWay = async (cluster: Cluster, gather: () => Promise<Gathered>): Promise<void> => {
  const master = cluster.nodes[0]!;
  const [key, other] = ["front-proxy-ca.key", "etcd/ca.key"].map((name) =>
    master.path(`/etc/kubernetes/pki/${name}`),
  );
  const before = readFileSync(key!);
  const node = join(mkdtempSync(join(tmpdir(), "certwright-node-")), "node.json");
  const metadata = { name: "worker-9" };
  writeFileSync(node, JSON.stringify({ apiVersion: "v1", kind: "Node", metadata }));
  await cluster.kubectl("create", "-f", node);
  try {
    copyFileSync(other!, key!);
    const { inventory, findings } = await gather();
    assert.deepEqual(
      findings.map(({ rule, subject }) => [rule, subject]),
      [["node-unknown", "worker-9"]],
    );
    const faulty = inventory.slots.filter(({ faults }) => faults !== undefined);
    assert.deepEqual(idsOf(faulty), ["master-1/kubeadm/front-proxy-ca"]);
    assert.equal(faulty[0]!.faults![0]!.kind, "key-mismatch");
  } finally {
    writeFileSync(key!, before, { mode: 0o600 });
    await cluster.kubectl("delete", "node", "worker-9");
    rmSync(join(node, ".."), { recursive: true });
  }
};
