/**
 * What goes wrong while a cluster's CAs are rotated, each once for real: it is told by name, nothing is done that would
 * make it worse, and once it is put right the rotation goes on, or everything goes back.
 */
import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { globSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import test, { type TestContext } from "node:test";
import { certwright } from "../../cli/process.ts";
import { makeOperator } from "../cluster/operator.ts";
import { until } from "../cluster/run.ts";
import { etcdPrograms, succeeded } from "../etcd-workbench.ts";
import { phaseOf, type RunningApply } from "./certwright-run.ts";
import {
  fillDisk,
  leadByOldManager,
  makeDiskSmall,
  pinned,
  shiftClock,
} from "./kubernetes-faults.ts";
import { killedNowAndThen } from "./killed-now-and-then.ts";
import { inKubernetes, type KubernetesScene } from "./kubernetes-scene.ts";
import { statusFor } from "./api-answer.ts";
import { agreed, goOn, lastEvents, planFile, reached, run } from "./rotate.ts";
import { fileSet } from "./traces.ts";

const issuers = ["kubernetes-ca", "front-proxy-ca"] as const;
const blind = ["--accept-blind", "clients-outside"] as const;
const impatient = ["--wait", "20s"] as const;
const deadline = 900_000;
const shape = { masters: 1, workers: 1 } as const;
const pki = "/etc/kubernetes/pki";

const planned = (scene: KubernetesScene, env: Readonly<Record<string, string>> = scene.env) => {
  rmSync(join(scene.folder, planFile), { force: true });
  const words = ["plan", "rotate", ...issuers, "--protocol", "bundle", "--soak", "0"];
  return certwright([...words, "--out", planFile], { cwd: scene.folder, env, deadline: 180_000 });
};

/** It was told what is in the way, and no plan was written. */
const refusedPlan = async (scene: KubernetesScene, words: RegExp): Promise<void> => {
  const { code, stdout, stderr } = await planned(scene);
  assert.equal(code, 1, stdout + stderr);
  assert.match(stdout + stderr, words);
};

const endsWith = async (
  t: TestContext,
  running: RunningApply,
  expected: readonly number[],
  words: RegExp,
): Promise<void> => {
  const { code, stderr } = await running.ended;
  const all = `${stderr}\n${lastEvents(running)}`;
  assert.ok(expected.includes(Number(code)), `${code}: ${all}`);
  assert.match(stderr, words, all);
  t.diagnostic(stderr.trim().split("\n").slice(-6).join("\n"));
};

/** Files of the nodes that a rotation writes certificates and keys into. */
const written = ({ cluster }: KubernetesScene): readonly string[] =>
  cluster.nodes.flatMap((node) =>
    globSync([node.path(`${pki}/**/*.{crt,key}`), node.path("/etc/kubernetes/*.conf")]).toSorted(),
  );

/** What a plan is refused for: nothing was begun. */
const beforeThePlan = async (scene: KubernetesScene): Promise<void> => {
  const { nodes, network } = scene.cluster;
  const worker = nodes.at(-1)!;
  for (const [seconds, words] of [
    [-600, /the clock of worker-1 is (?:600|59\d) s behind this machine's/],
    [172_800, /the clock of worker-1 is 172\d{3} s ahead of this machine's/],
  ] as const) {
    const setBack = shiftClock(worker, seconds);
    await refusedPlan(scene, words);
    setBack();
  }
  network.cut(worker.index);
  await refusedPlan(scene, /worker-1 cannot be reached/);
  network.mend(worker.index);
};

/** Somebody at another machine, with a PKI of their own, who knows nothing of the run. */
const elsewhere = async (scene: KubernetesScene, etcd: string): Promise<void> => {
  const other = makeOperator(scene.cluster, join(scene.folder, "elsewhere"), etcd);
  const options = { cwd: other.folder, env: other.env, deadline: 180_000 };
  const words = ["plan", "rotate", ...issuers, "--soak", "0", "--out", planFile];
  for (const each of [...other.preparation, words]) succeeded(await certwright(each, options));
  const { code, stderr } = await certwright(["apply", planFile, ...agreed, ...blind], options);
  assert.equal(code, 1, stderr);
  assert.match(stderr, /has this cluster since .* of another directory; one run at a time/);
};

/**
 * A node's disk is full while two more want to rotate as well; the node is away; an old controller-manager leads; a client
 * and a webhook trust the old CA only. All of it goes back to what was there.
 */
const thereAndBack = async (
  t: TestContext,
  scene: KubernetesScene,
  etcd: string,
): Promise<void> => {
  const { cluster, folder } = scene;
  const worker = cluster.nodes.at(-1)!;
  succeeded(await planned(scene));
  const before = fileSet(written(scene));
  const ca = readFileSync(caOf(scene), "utf8");
  let free: (() => void) | undefined;
  let besides: readonly RunningApply[] | undefined;
  const first = run(scene, ["apply", planFile, ...agreed, ...blind, ...impatient], {
    deadline,
    onEvent: ({ event }) => {
      if (event?.kind !== "step.settled") return;
      if (phaseOf(event.step ?? "") === "split") free ??= fillDisk(worker);
      besides ??= [run(scene, ["apply", planFile, ...agreed]), run(scene, ["resume", ...goOn])];
    },
  });
  await endsWith(
    t,
    first,
    [3],
    /worker-1: \/etc\/kubernetes\/\S+: no space left on its disk; nothing was changed/,
  );
  free!();
  const [again, beside] = besides!;
  await endsWith(t, again!, [1], /run \S+ is not finished/);
  await endsWith(t, beside!, [1], /process \d+ on /);
  await elsewhere(scene, etcd);

  // Before any rollout: that of a DaemonSet would wait for the node's pod.
  cluster.network.cut(worker.index);
  const away = run(scene, ["resume", ...goOn, ...blind, ...impatient], { deadline });
  await endsWith(t, away, [3], /worker-1/);
  cluster.network.mend(worker.index);

  const endOld = await leadByOldManager(cluster, folder, ca);
  try {
    const led = run(scene, ["resume", ...goOn, ...blind, ...impatient], { deadline });
    // Whichever is seen first: who leads, or what it publishes.
    const foreign =
      /kube-controller-manager is held by \S+, which is no node of the control plane|kube-root-ca/;
    await endsWith(t, led, [1, 3], foreign);
  } finally {
    await endOld();
  }
  // The master's own one has it right again by itself.
  const published = ["get", "configmap", "kube-root-ca.crt", "-o", "jsonpath={.data.ca\\.crt}"];
  await until("both CAs are published", 120_000, async () => {
    const found = await cluster.kubectl(...published);
    return found.split("BEGIN CERTIFICATE").length - 1 === 2 || undefined;
  });

  const asked = run(scene, ["resume", ...goOn, ...blind], { deadline });
  await endsWith(t, asked, [3], /switch\.holders .*pinned-client.*stale-webhook/);
  await reached(run(scene, ["rollback", ...agreed, ...blind], { deadline }));
  const now = fileSet(written(scene));
  // Files that it made beside stay, and nobody reads them.
  for (const [file, was] of before) assert.equal(now.get(file), was, file);
};

/**
 * kubeadm takes trust back that others rely on, and its leaves are no longer those that the plan knows. Meanwhile the
 * owners of the client and of the webhook do as they were told.
 */
const kubeadmBetween = async (t: TestContext, scene: KubernetesScene): Promise<void> => {
  const { cluster } = scene;
  succeeded(await planned(scene));
  const asked = run(scene, ["apply", planFile, ...agreed, ...blind], { deadline });
  await endsWith(t, asked, [3], /switch\.holders .*pinned-client.*stale-webhook/);
  await cluster.kubectl("apply", "-f", pinnedTo(scene, readFileSync(caOf(scene), "utf8")));
  await cluster.nodes[0]!.run(["kubeadm", "certs", "renew", "all"]);
  const drifted = run(scene, ["resume", ...goOn, ...blind], { deadline });
  await endsWith(t, drifted, [1], /somebody (?:has )?changed[^]*certwright resume \S+ --repair/);
  await reached(run(scene, ["resume", "--repair", ...goOn, ...blind], { deadline }));
  assert.equal(await statusFor(cluster.nodes[0]!.address, cluster.kubeconfig), 401);
  await cluster.nodes[0]!.run(["kubeadm", "certs", "renew", "all"]);
};

const caOf = ({ cluster }: KubernetesScene): string => cluster.nodes[0]!.path(`${pki}/ca.crt`);

/** A file with the objects of others, who trust these certificates. */
const pinnedTo = ({ folder }: Pick<KubernetesScene, "folder">, ca: string): string => {
  const file = join(folder, "pinned.json");
  writeFileSync(file, JSON.stringify({ apiVersion: "v1", kind: "List", items: pinned(ca) }));
  return file;
};

/** The API server's leaf for kubelets has ended when this returns: nobody reads logs any more. */
const letExpire = async (scene: KubernetesScene): Promise<void> => {
  const [master] = scene.cluster.nodes;
  const words = ["--issuer", "kubernetes-ca", "--profile", "kube-apiserver-kubelet-client"];
  succeeded(await scene.certwright("issue", ...words, "--ttl", "1m", "--out", "short"));
  const name = "kube-apiserver-kubelet-client";
  for (const end of ["crt", "key"]) {
    const text = readFileSync(join(scene.folder, "short", `${name}.${end}`));
    writeFileSync(master!.path(`${pki}/apiserver-kubelet-client.${end}`), text);
  }
  const { validTo } = new X509Certificate(
    readFileSync(master!.path(`${pki}/apiserver-kubelet-client.crt`)),
  );
  await until("it has ended", 180_000, () => Date.parse(validTo) < Date.now() || undefined);
};

/** The cluster of one master and one worker with a small disk, whose CA others than the operator trust. */
const inFaulty = async (
  t: TestContext,
  body: (scene: KubernetesScene, etcd: string) => Promise<void>,
): Promise<void> => {
  const etcd = etcdPrograms(t, "etcd");
  if (etcd === undefined) return;
  await inKubernetes(
    t,
    shape,
    (scene) => body(scene, dirname(etcd.etcd)),
    async ({ nodes, kubectl, kubeconfig }) => {
      const [master, worker] = [nodes[0]!, nodes.at(-1)!];
      const ca = readFileSync(master.path(`${pki}/ca.crt`), "utf8");
      await kubectl("apply", "-f", pinnedTo({ folder: dirname(kubeconfig) }, ca));
      await makeDiskSmall(worker);
      await worker.run(["pkill", "-F", "/run/kubelet.pid"]);
    },
  );
};

test("clocks, silent nodes, full disks, other runs and old controller-managers are told by name, and everything goes back", (t) =>
  inFaulty(t, async (scene, etcd) => {
    await beforeThePlan(scene);
    await thereAndBack(t, scene, etcd);
  }));

test("a kubeadm that renews in the middle is told, and the same run reaches its goal", (t) =>
  inFaulty(t, (scene) => kubeadmBetween(t, scene)));

test("a leaf that has ended is renewed first, and a run that is killed now and then reaches its goal", (t) =>
  inKubernetes(t, shape, async (scene) => {
    await letExpire(scene);
    const { stdout } = succeeded(await planned(scene));
    assert.match(stdout, /heal\S*\.write\.master-1\/kube-apiserver/);
    const first = ["apply", planFile, ...agreed, ...blind];
    const kills = await killedNowAndThen(scene, first, deadline);
    assert.ok(kills.length >= 3, kills.join(", "));
    t.diagnostic(`killed after ${kills.join(", ")}`);
    const { nodes, kubeconfig } = scene.cluster;
    assert.equal(await statusFor(nodes[0]!.address, kubeconfig), 401);
  }));

test("a node that goes silent while its pods are replaced is named once the run has no patience left, and the run goes on when it is back", (t) =>
  inKubernetes(t, shape, async (scene) => {
    const { nodes, network } = scene.cluster;
    const worker = nodes.at(-1)!;
    succeeded(await planned(scene));
    let cut = false;
    const stuck = run(scene, ["apply", planFile, ...agreed, ...blind, "--wait", "40s"], {
      deadline,
      onEvent: ({ event }) => {
        const isRollout = event?.step?.startsWith("trust.restart.daemonset/") === true;
        if (cut || event?.kind !== "step.intended" || !isRollout) return;
        cut = true;
        network.cut(worker.index);
      },
    });
    await endsWith(t, stuck, [3], /has come no further for 40 s: .*on worker-1/);
    network.mend(worker.index);
    await reached(run(scene, ["resume", ...goOn, ...blind], { deadline }));
  }));
