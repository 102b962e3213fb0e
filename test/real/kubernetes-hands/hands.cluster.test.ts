import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import type { Claim, Proof } from "../../../src/core/model/claim.ts";
import type { ConsumerId, SlotId } from "../../../src/core/model/inventory.ts";
import type { Effect } from "../../../src/core/model/plan.ts";
import { pemOf } from "../../../src/engine/rotation/root-client.ts";
import { startCluster, type Cluster } from "../cluster/cluster.ts";
import { canHaveCluster } from "../cluster/programs.ts";
import { openHandsBench, type HandsBench } from "./bench.ts";

const healthy = (group: string): Claim => ({ kind: "healthy", group });
const restarted = (consumer: string): Claim => ({
  kind: "restarted",
  consumer: consumer as ConsumerId,
});
const restart = (consumer: string): Effect => ({
  kind: "consumer.restart",
  consumer: consumer as ConsumerId,
});

test("a kubeadm cluster's programs are seen and restarted", async (t) => {
  if (!canHaveCluster(t)) return;
  const folder = mkdtempSync(join(tmpdir(), "certwright-hands-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  await using cluster = await startCluster({
    masters: 1,
    workers: 1,
    folder: join(folder, "cluster"),
    progress: (line) => t.diagnostic(line),
  });
  await using bench = await openHandsBench(cluster, join(folder, "operator"));
  const { world } = bench;
  const comes = async (claim: Claim, verdict: Proof["verdict"] = "holds"): Promise<void> => {
    const end = Date.now() + 120_000;
    let proof = await world.await(claim, verdict);
    while (proof.verdict !== verdict && Date.now() < end) proof = await world.await(claim, verdict);
    assert.equal(proof.verdict, verdict, `${JSON.stringify(claim)}: ${proof.evidence}`);
  };
  const done = async (effect: Effect): Promise<void> =>
    assert.deepEqual(await world.perform(effect), { kind: "done" });

  await t.test("every group of a new cluster is healthy", async () => {
    for (const group of [
      "kube-apiserver",
      "kube-controller-manager",
      "kube-scheduler",
      "etcd/test",
      "master-1/kubelet",
      "worker-1/kubelet",
      "daemonset/kube-system/kube-proxy",
    ]) {
      await comes(healthy(group));
    }
    const follows = await world.see({
      kind: "follows",
      consumer: "master-1/kube-scheduler" as ConsumerId,
    });
    assert.equal(follows.verdict, "fails", "the only one leads");
  });

  await t.test("whom servers let in is asked at their ports, and follows their files", () =>
    tellsWhoIsTrusted(cluster, bench, comes),
  );

  await t.test("pods that are older than what they read have to be replaced", async () => {
    const id = "daemonset/kube-system/kube-proxy";
    await comes(restarted(id));
    const about = ["-n", "kube-system", "annotate", "configmap", "kube-root-ca.crt", "seen=1"];
    await cluster.kubectl(...about);
    await comes(restarted(id), "fails");
    await done(restart(id));
    await comes(restarted(id));
    await comes(healthy(id));
  });

  // Side by side, since each of them mostly waits.
  await Promise.all([
    t.test("a kubelet that is stopped is not healthy, whatever its node is called", async () => {
      const worker = cluster.nodes.find(({ role }) => role === "worker")!;
      const [there, away] = ["config.yaml", "config.away"].map((name) =>
        worker.path(`/var/lib/kubelet/${name}`),
      );
      renameSync(there!, away!);
      await done(restart("worker-1/kubelet"));
      await comes(healthy("worker-1/kubelet"), "fails");
      renameSync(away!, there!);
      await comes(healthy("worker-1/kubelet"));
      await comes(restarted("worker-1/kubelet"));
    }),
    t.test(
      "a static pod is restarted time and again, and its manifest is what it was but for one mark",
      async () => {
        const manifest = cluster.nodes[0]!.path("/etc/kubernetes/manifests/kube-scheduler.yaml");
        const before = unmarked(manifest);
        const pid = async (): Promise<string> =>
          (await cluster.nodes[0]!.run(["pgrep", "-x", "kube-scheduler"])).trim();
        for (const time of ["first", "second", "third"]) {
          const former = await pid();
          const began = performance.now();
          await done(restart("master-1/kube-scheduler"));
          const seconds = ((performance.now() - began) / 1000).toFixed(1);
          t.diagnostic(`restarted for the ${time} time in ${seconds} s`);
          await comes(restarted("master-1/kube-scheduler"));
          assert.notEqual(await pid(), former);
          assert.equal(unmarked(manifest), before);
          assert.equal(readFileSync(manifest, "utf8").match(/certwright\//g)?.length, 1);
        }
        await comes(healthy("kube-scheduler"));
      },
    ),
    t.test("flags are set in the manifest and the process, and set back", async () => {
      const consumer = "master-1/kube-controller-manager" as ConsumerId;
      const manifest = cluster.nodes[0]!.path(
        "/etc/kubernetes/manifests/kube-controller-manager.yaml",
      );
      const before = unmarked(manifest);
      const [was, flags] = ["test", "other"].map((name) => ({ "cluster-name": name }));
      const first = before.replace("--cluster-name=kubernetes", "--cluster-name=test");
      assert.notEqual(first, before, "kubeadm names its clusters");
      for (const [wanted, other] of [
        [was!, flags!],
        [flags!, was!],
      ] as const) {
        const began = performance.now();
        await done({ kind: "flags.set", consumer, flags: wanted });
        t.diagnostic(`flags set in ${((performance.now() - began) / 1000).toFixed(1)} s`);
        await comes({ kind: "flags", consumer, flags: wanted });
        assert.equal((await world.see({ kind: "flags", consumer, flags: other })).verdict, "fails");
        if (wanted === was) assert.equal(unmarked(manifest), first);
      }
    }),
  ]);
});

/** A static pod's manifest without the mark of its last restart. */
const unmarked = (manifest: string): string =>
  readFileSync(manifest, "utf8")
    .replace(/^ *certwright\/restarted-at: .*\n/gm, "")
    .replace("  annotations:\n", "");

type Comes = (claim: Claim, verdict?: Proof["verdict"]) => Promise<void>;

/** New generations, which nobody trusts until they are in the files that these servers watch. */
const tellsWhoIsTrusted = async (
  cluster: Cluster,
  { ports }: HandsBench,
  comes: Comes,
): Promise<void> => {
  const { authority } = ports;
  const [master] = cluster.nodes;
  const askedAt = (
    [
      ["master-1/kube-apiserver/client-trust", "kubernetes-ca"],
      ["master-1/kubelet/client-trust", "kubernetes-ca"],
      ["master-1/kube-apiserver/requestheader-trust", "front-proxy-ca"],
    ] as const
  ).map(([slot, issuer]) => ({ slot: slot as SlotId, issuer }));
  const files = { "kubernetes-ca": "ca.crt", "front-proxy-ca": "front-proxy-ca.crt" };
  for (const [issuer, name] of Object.entries(files)) {
    await authority.addGeneration(issuer, { number: 2 });
    const file = master!.path(`/etc/kubernetes/pki/${name}`);
    for (const one of askedAt.filter((asked) => asked.issuer === issuer)) {
      await comes({ kind: "accepts", ...one, generation: 1 });
      await comes({ kind: "refuses", ...one, generation: 2 });
    }
    const { generations } = await authority.issuer(issuer);
    const both = generations.flatMap(({ certificate }) => certificate ?? []);
    const before = readFileSync(file, "utf8");
    put(file, pemOf(both));
    for (const one of askedAt.filter((asked) => asked.issuer === issuer)) {
      await comes({ kind: "accepts", ...one, generation: 2 });
      await comes({ kind: "accepts", ...one, generation: 1 });
    }
    put(file, before);
    for (const one of askedAt.filter((asked) => asked.issuer === issuer)) {
      await comes({ kind: "refuses", ...one, generation: 2 });
    }
  }
};

/** By one rename. */
const put = (file: string, text: string): void => {
  writeFileSync(`${file}.new`, text);
  renameSync(`${file}.new`, file);
};
