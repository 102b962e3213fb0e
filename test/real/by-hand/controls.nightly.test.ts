/**
 * The ways in which operators rotate such a cluster's CAs without certwright, under the load that judges certwright's:
 * it must see them fail, with three masters and three members, too.
 */
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import test, { type TestContext } from "node:test";
import type { Load } from "../../../tools/load/clients.ts";
import type { LoadSummary } from "../../../tools/load/record.ts";
import { run, until } from "../cluster/run.ts";
import { entering } from "../hosts/enter.ts";
import type { Host } from "../hosts/host.ts";
import { inWords } from "../rotation/scene.ts";
import type { ByHandCluster, Pki } from "./cluster.ts";
import { put } from "./lay.ts";
import { apiPort } from "./programs.ts";
import { inByHand, loadOn } from "./scene.ts";

const controlPlane = ["kube-apiserver", "kube-controller-manager", "kube-scheduler"] as const;

type Change = (cluster: ByHandCluster, pki: Pki, load: Load) => Promise<void>;

/** An operator's: what does not start at once is looked after when everything is in its place. */
const restart = async (host: Host, program: string): Promise<void> => {
  try {
    await run(entering(host, "host", [`/srv/units/${program}/service`, "restart"]));
  } catch (error) {
    assert.match(String(error), /ended as soon as it was started/);
  }
};

const takeKubeconfig = ({ kubeconfig }: ByHandCluster, pki: Pki): void =>
  writeFileSync(kubeconfig, pki.kubeconfig, { mode: 0o600 });

/** What the team of the story did: all files through templates, all members of etcd at once, all API servers, the rest. */
const allAtOnce: Change = async (cluster, pki, load) => {
  const { masters, members } = cluster;
  load.enter("replace");
  for (const [host, files] of pki.files) put(host, files);
  takeKubeconfig(cluster, pki);
  load.enter("restart etcd");
  await Promise.all(members.map((host) => restart(host, "etcd")));
  for (const program of controlPlane) {
    load.enter(`restart ${program}`);
    await Promise.all(masters.map((host) => restart(host, program)));
  }
};

/** With care and with one CA: a machine's files, its programs, then the next. */
const machineByMachine: Change = async (cluster, pki, load) => {
  const { masters, members } = cluster;
  for (const host of [...members, ...masters]) {
    load.enter(host.name);
    put(host, pki.files.get(host)!);
    for (const program of members.includes(host) ? ["etcd"] : controlPlane)
      await restart(host, program);
  }
  load.enter("kubeconfig");
  takeKubeconfig(cluster, pki);
};

/** All is well in the end: what failed is the way and no mistake of this test. */
const assertWorks = async ({ masters, kubectl }: ByHandCluster): Promise<void> => {
  for (const { address } of masters) {
    const words = ["--server", `https://${address}:${apiPort}`, "get", "--raw", "/readyz"];
    await until(`API server at ${address}`, 180_000, () => kubectl(...words));
  }
};

for (const [title, change] of [
  ["everything at once, as the story did, is seen to fail", allAtOnce],
  ["machine by machine without both CAs in every bundle is seen to fail", machineByMachine],
] as const) {
  test(title, (t: TestContext) =>
    inByHand(t, { masters: 3, members: 3 }, async (cluster) => {
      const pki = await cluster.makePki("other");
      const load = await loadOn(cluster);
      let summary: LoadSummary;
      try {
        await until("the load has asked", 60_000, () => (load.count() < 100 ? undefined : true));
        // Else what is seen below may be the harness's own fault.
        assert.deepEqual(load.failures(), []);
        await change(cluster, pki, load);
        load.enter("after");
        await assertWorks(cluster);
      } finally {
        summary = await load.stop();
        t.diagnostic(inWords(summary));
      }
      assert.ok(summary.failed > 0, inWords(summary));
    }),
  );
}
