/**
 * The same loss as in recover.cluster.test.ts, mended as an operator did it by hand in an evening: kubeadm's phases, a
 * worker that joins again, tokens that are made anew, pods that are deleted. Its interruptions are counted by the same
 * probes, and printed beside certwright's.
 */
import assert from "node:assert/strict";
import test from "node:test";
import type { Node } from "../cluster/node.ts";
import { until } from "../cluster/run.ts";
import { inRecovery } from "./in-recovery.ts";
import { lose, whenControlPlaneIsGone } from "./lose.ts";
import { loseAndRecover } from "./lose-and-recover.ts";
import { lostOf, objectsOf } from "./objects.ts";
import type { RecoveryScene } from "./scene.ts";

const directory = "/etc/kubernetes";
/** kubeadm waits four minutes for a node's bootstrap. */
const deadline = 6 * 60_000;

interface Told {
  readonly commands: number;
  readonly seconds: number;
  readonly apiGapSeconds: number;
  readonly failures: number;
  readonly lost: number;
}

/** Without the time in which somebody reads, thinks and types. */
const byHand = async (scene: RecoveryScene): Promise<Told> => {
  const { masters, cluster } = scene;
  const [master] = masters;
  const workers = cluster.nodes.filter(({ role }) => role === "worker");
  const before = await objectsOf(master!);
  await lose(masters, [directory]);
  await whenControlPlaneIsGone(masters);
  const began = performance.now();
  const typed = { commands: 0 };
  const type = async (node: Node, ...words: string[]): Promise<string> => {
    typed.commands += 1;
    return node.run(words, deadline);
  };
  const phase = (words: string): Promise<string> =>
    type(master!, "kubeadm", "init", "phase", ...words.split(" "), "--config", "/srv/kubeadm.yaml");
  const kubectl = (...words: string[]): Promise<string> =>
    type(master!, "kubectl", "--kubeconfig", `${directory}/admin.conf`, ...words);

  for (const name of ["etcd-ca", "etcd-healthcheck-client", "etcd-peer", "etcd-server"])
    await phase(`certs ${name}`);
  await phase("etcd local");
  await phase("certs all");
  await phase("kubeconfig all");
  await phase("control-plane all");
  await until("the API server is ready", deadline, () => kubectl("get", "--raw", "/readyz"));
  await phase("bootstrap-token");

  await type(master!, "rm", "-rf", "/var/lib/kubelet/pki", `${directory}/kubelet.conf`);
  await phase("kubeconfig kubelet");
  await type(master!, "pkill", "-F", "/run/kubelet.pid");
  const printed = await type(master!, "kubeadm", "token", "create", "--print-join-command");
  const [, , endpoint, ...flags] = printed.trim().split(/\s+/);
  for (const worker of workers) {
    // kubeadm joins no node that is Ready; nobody says that it is not before the controller-manager has missed it.
    const silent = ["--for=condition=Ready=Unknown", `node/${worker.name}`, "--timeout=240s"];
    await kubectl("wait", ...silent);
    const own = ["/var/lib/kubelet/pki", `${directory}/pki`, `${directory}/kubelet.conf`];
    await type(worker, "rm", "-rf", ...own);
    const socket = ["--cri-socket", "unix:///run/containerd/containerd.sock"];
    const joining = type(
      worker,
      "kubeadm",
      "join",
      "phase",
      "kubelet-start",
      endpoint!,
      ...flags,
      ...socket,
    );
    // Nothing here is systemd, which kubeadm would ask to start the kubelet with its new files.
    await until("kubeadm has laid the kubelet's files", deadline, () =>
      worker.run(["test", "-e", `${directory}/bootstrap-kubelet.conf`]),
    );
    await type(worker, "pkill", "-F", "/run/kubelet.pid");
    await joining;
  }
  await until("every node is Ready", deadline, () =>
    kubectl("wait", "--for=condition=Ready", "nodes", "--all", "--timeout=5s"),
  );

  const secrets = await kubectl(
    "get",
    "secrets",
    "-A",
    "--field-selector",
    "type=kubernetes.io/service-account-token",
    "-o",
    'jsonpath={range .items[*]}{.metadata.namespace} {.metadata.name}{"\\n"}{end}',
  );
  for (const line of secrets.trim().split("\n").filter(Boolean)) {
    const [namespace, name] = line.split(" ");
    const emptied = ["-p", '{"data":{"token":null}}'];
    await kubectl("patch", "secret", "-n", namespace!, name!, ...emptied);
  }
  const pods = await kubectl(
    "get",
    "pods",
    "-A",
    "--field-selector",
    "spec.serviceAccountName!=default",
    "-o",
    'jsonpath={range .items[*]}{.metadata.namespace} {.metadata.name}{"\\n"}{end}',
  );
  for (const line of pods.trim().split("\n").filter(Boolean)) {
    const [namespace, name] = line.split(" ");
    await kubectl("delete", "pod", "-n", namespace!, name!, "--wait=false", "--grace-period=0");
  }
  for (const one of ["daemonset/kube-proxy", "deployment/coredns"])
    await kubectl("rollout", "status", "-n", "kube-system", one, "--timeout=180s");
  const seconds = Number(((performance.now() - began) / 1000).toFixed(1));
  const replaced = ["kube-system/kube-proxy", "kube-system/coredns"];
  const lost = lostOf(before, await objectsOf(master!), replaced);
  const watched = (await Promise.all(scene.workloads.map((one) => one.stop()))).flat();
  const [api] = await scene.api.stop();
  return {
    commands: typed.commands,
    seconds,
    apiGapSeconds: Number((api!.longestGap / 1000).toFixed(1)),
    failures: watched.flatMap((one) => one.failures).filter(({ at }) => at >= scene.since).length,
    lost: lost.length,
  };
};

const words = (who: string, { commands, seconds, apiGapSeconds, failures, lost }: Told): string =>
  `${who}: ${commands} commands, ${seconds} s of machine time, the API away for ${apiGapSeconds} s, ${failures} requests to the application failed, ${lost} objects lost`;

test("an operator's evening and certwright's command mend the same loss; certwright's interrupts no more", async (t) => {
  const shape = { masters: 1, workers: 1 } as const;
  const told: { hands?: Told; own?: Told } = {};
  await inRecovery(t, shape, async (scene) => {
    told.hands = await byHand(scene);
    t.diagnostic(words("by hand", told.hands));
  });
  await inRecovery(t, shape, async (scene) => {
    const nodes = scene.masters;
    const own = await loseAndRecover(scene, { nodes, paths: [directory] });
    told.own = {
      commands: 1,
      seconds: own.recovered.seconds,
      apiGapSeconds: own.apiGapSeconds,
      failures: own.workload.failures.length,
      lost: own.objects.lost.length,
    };
    t.diagnostic(words("certwright", told.own));
  });
  if (told.hands === undefined || told.own === undefined) return;
  assert.equal(told.own.failures, 0);
  assert.equal(told.own.lost, 0);
  assert.ok(told.own.commands < told.hands.commands);
});
