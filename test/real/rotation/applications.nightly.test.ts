/** Which pods are replaced by a rotation of the cluster's CA, and which are not. */
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";
import type { Plan } from "../../../src/core/model/plan.ts";
import type { Cluster } from "../cluster/cluster.ts";
import { until } from "../cluster/run.ts";
import { succeeded } from "../etcd-workbench.ts";
import { inKubernetes, type KubernetesScene } from "./kubernetes-scene.ts";
import { rotateKubernetes } from "./rotate-kubernetes.ts";
import { assertUnharmed } from "./scene.ts";

const clusterFolder = join(import.meta.dirname, "..", "cluster");

/** A client-go that reads its CA when it starts, and says so of each request that fails. */
const caller = readFileSync(join(clusterFolder, "workload.yaml"), "utf8").replaceAll(
  "steady",
  "caller",
);
/** It has a token and the CA before it, as everybody has, and asks the API for nothing. */
const web = readFileSync(join(clusterFolder, "web.yaml"), "utf8");

/** A pod of nobody's. */
const debug = `apiVersion: v1
kind: Pod
metadata: { name: debug }
spec:
  terminationGracePeriodSeconds: 0
  containers:
    - name: debug
      image: certwright.test/busybox:latest
      imagePullPolicy: Never
      command: [busybox, sleep, "2147483647"]
`;

interface Pod {
  readonly metadata: {
    readonly uid: string;
    readonly namespace: string;
    readonly ownerReferences?: readonly { readonly kind: string; readonly name: string }[];
  };
}

/** UIDs of pods by what made them: "default ReplicaSet web". Those of the control plane's manifests are left out. */
const podsByOwner = async (
  kubectl: Cluster["kubectl"],
): Promise<ReadonlyMap<string, readonly string[]>> => {
  const { items } = JSON.parse(await kubectl("get", "pods", "-A", "-o", "json")) as {
    readonly items: readonly Pod[];
  };
  const found = new Map<string, string[]>();
  for (const { metadata } of items) {
    const { namespace, uid, ownerReferences: [owner] = [] } = metadata;
    if (owner === undefined || owner.kind === "Node") continue;
    const key = `${namespace} ${owner.kind} ${owner.kind === "ReplicaSet" ? owner.name.replace(/-[^-]+$/, "") : owner.name}`;
    found.set(key, [...(found.get(key) ?? []), uid]);
  }
  return found;
};

const planOf = async ({ certwright, folder }: KubernetesScene, out: string): Promise<Plan> => {
  const words = ["plan", "rotate", "kubernetes-ca", "--protocol", "bundle", "--out", out];
  // One master on a busy machine.
  succeeded(await certwright(...words, "--timeout", "30s"));
  return JSON.parse(readFileSync(join(folder, out), "utf8")) as Plan;
};

const replaced = ({ phases }: Plan): readonly string[] =>
  phases.flatMap(({ id, steps }) =>
    steps.flatMap(({ effect }) =>
      effect.kind === "consumer.restart" && effect.consumer.split("/").length === 3
        ? [`${id} ${effect.consumer}`]
        : [],
    ),
  );

test("only pods that may have read the old CA are replaced, in their turns, and nobody's request fails", (t) =>
  inKubernetes(t, { masters: 1, workers: 1, with: ["audit"] }, async (scene) => {
    const { cluster, folder } = scene;
    const apply = async (name: string, manifest: string): Promise<void> => {
      const file = join(folder, name);
      writeFileSync(file, manifest);
      await cluster.kubectl("apply", "-f", file);
    };
    await apply("caller.yaml", caller);
    await apply("web.yaml", web);
    await apply("debug.yaml", debug);
    for (const name of ["caller", "web"])
      await cluster.kubectl("rollout", "status", `deployment/${name}`, "--timeout=180s");
    await cluster.kubectl("wait", "--for=condition=Ready", "pod/debug", "--timeout=180s");

    const all = ["default/caller", "default/web"].map((name) => `trust deployment/${name}`);
    const system = ["daemonset/kube-system/kube-proxy", "deployment/kube-system/coredns"].map(
      (name) => `trust ${name}`,
    );
    const first = await planOf(scene, "first.plan.json");
    assert.deepEqual(replaced(first), [...system, ...all]);
    assert.match(
      first.blind.find(({ id }) => id === "pods-loose")?.where ?? "",
      /^default\/debug$/,
    );
    await cluster.kubectl("delete", "pod/debug");

    // A budget that a rollout would not keep is told before anything is begun.
    const strict = (value: string): Promise<string> =>
      cluster.kubectl("patch", "deployment/caller", "--type=merge", "-p", value);
    await strict('{"spec":{"strategy":{"rollingUpdate":{"maxUnavailable":2}}}}');
    const refused = await scene.certwright(
      "plan",
      "rotate",
      "kubernetes-ca",
      "--out",
      "no.json",
      "--timeout",
      "30s",
    );
    assert.equal(refused.code, 1);
    assert.match(refused.stdout + refused.stderr, /PodDisruptionBudget caller allows 1 to be away/);
    await strict('{"spec":{"strategy":{"rollingUpdate":{"maxUnavailable":0}}}}');

    const estate = join(folder, "certwright.yaml");
    const text = readFileSync(estate, "utf8");
    const withApplications = (more: string): void =>
      writeFileSync(
        estate,
        text
          .replace(/applications: \{ restart: discovered \}/, `applications: { ${more} }`)
          // Nobody else uses it; without that word the audit log would be watched for a day.
          .replace("clientsComplete: false", "clientsComplete: true"),
      );
    withApplications("exclude: [{ kind: Deployment, namespace: default, name: web }]");
    const excluding = await planOf(scene, "second.plan.json");
    assert.deepEqual(replaced(excluding), [...system, all[0]]);
    assert.deepEqual(
      excluding.blind.map(({ id, where }) => [id, where]),
      [["applications-excluded", "Deployment default/web"]],
    );

    // Without a word of the operator's about it: the audit log tells that it asks for nothing.
    const silent = 60_000;
    const started = await cluster.kubectl("get", "pods", "-o", "json");
    const youngest = Math.max(
      ...[...started.matchAll(/"startedAt": "([^"]+)"/g)].map(([, time]) => Date.parse(time!)),
    );
    await until("every pod has run for a minute", 2 * silent, async () =>
      Date.now() > youngest + silent ? true : undefined,
    );
    withApplications("leaveSilent: 1m");
    const plan = await planOf(scene, "third.plan.json");
    assert.deepEqual(replaced(plan), [...system, all[0]]);
    assert.deepEqual(
      plan.blind.map(({ id, where }) => [id, where]),
      [["applications-silent", "Deployment default/web"]],
    );

    const before = await podsByOwner(cluster.kubectl);
    const summary = await rotateKubernetes(t, scene, {
      issuers: ["kubernetes-ca"],
      protocol: "bundle",
      blind: ["applications-silent"],
    });
    assertUnharmed(summary);
    const kubectl = (...words: string[]): Promise<string> =>
      cluster.kubectl(...words, "--kubeconfig", scene.kubeconfig);
    const after = await podsByOwner(kubectl);
    assert.deepEqual([...after.keys()].toSorted(), [...before.keys()].toSorted());
    const kept = [...before].flatMap(([owner, uids]) =>
      uids.some((uid) => after.get(owner)?.includes(uid) === true) ? [owner] : [],
    );
    assert.deepEqual(kept.toSorted(), ["default DaemonSet steady", "default ReplicaSet web"]);
    for (const owner of kept)
      assert.deepEqual(after.get(owner)?.toSorted(), before.get(owner)?.toSorted());
    // Who was replaced has been so once, and reaches the API with what it read.
    const restarts = await kubectl("get", "replicasets", "-l", "app=caller", "-o", "name");
    assert.equal(restarts.trim().split("\n").length, 2);
    const said = await kubectl("logs", "--selector=app=caller", "--tail=-1");
    assert.match(said, /^started$/m);
    assert.doesNotMatch(said, /^failed/m);
  }));
