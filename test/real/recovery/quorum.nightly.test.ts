/** Members of etcd whose data is gone, on kubeadm's own masters: two of three. */
import assert from "node:assert/strict";
import test from "node:test";
import type { Node } from "../cluster/node.ts";
import { until } from "../cluster/run.ts";
import { inRecovery } from "./in-recovery.ts";
import { readVerdict } from "./lose-and-recover.ts";
import { lostOf, objectsOf } from "./objects.ts";
import type { RecoveryScene } from "./scene.ts";

const manifest = "/etc/kubernetes/manifests/etcd.yaml";
const pki = "/etc/kubernetes/pki/etcd";
const client = [`--cacert=${pki}/ca.crt`, `--cert=${pki}/server.crt`, `--key=${pki}/server.key`];

/** As a disk that is gone: etcd has ended before its data goes. */
const loseData = async (nodes: readonly Node[]): Promise<void> => {
  for (const node of nodes) await node.run(["rm", manifest]);
  for (const node of nodes)
    await until(`etcd on ${node.name} has ended`, 120_000, async () => {
      const names = await node.run(["ps", "-e", "-o", "comm="]);
      return names.split("\n").includes("etcd") ? undefined : true;
    });
  for (const node of nodes) await node.run(["rm", "-rf", "/var/lib/etcd/member"]);
};

const recover = async (
  t: test.TestContext,
  scene: RecoveryScene,
  words: readonly string[],
): Promise<void> => {
  const { verdict } = readVerdict(await scene.recover(["--plan-only", "-o", "json"]));
  assert.equal(verdict.case, "quorum-lost");
  const { code, seconds, stdout, stderr } = await scene.recover(["--yes", ...words]);
  assert.equal(code, 0, `${stdout.slice(-8000)}\n${stderr}`);
  t.diagnostic(`${words.join(" ")}: ${seconds} s`);
  const again = readVerdict(await scene.recover(["--plan-only", "-o", "json"]));
  assert.equal(again.verdict.case, "sound", JSON.stringify(again.verdict));
  await scene.kubectl("wait", "--for=condition=Ready", "nodes", "--all", "--timeout=240s");
  const members = await scene.masters[0]!.run(["etcdctl", ...client, "member", "list"]);
  assert.equal(members.match(/, started, .*, false$/gm)?.length, 3, members);
};

test("two of three masters' etcd data is gone: it comes back from the third, with every object that was there", (t) =>
  inRecovery(t, { masters: 3, workers: 1 }, async (scene) => {
    const [first, second, third] = scene.masters as [Node, Node, Node];
    const before = await objectsOf(first);
    await loseData([first, third]);
    await recover(t, scene, ["--restore-etcd-from", second.name]);
    assert.deepEqual(lostOf(before, await objectsOf(second), []), []);
  }));
