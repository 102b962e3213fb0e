/** What can happen to three masters' files, one thing after the other on one cluster, each brought back by one command. */
import assert from "node:assert/strict";
import { cpSync } from "node:fs";
import test from "node:test";
import type { Node } from "../cluster/node.ts";
import { inRecovery } from "./in-recovery.ts";
import { lose, whenControlPlaneIsGone } from "./lose.ts";
import { loseAndRecover, readVerdict } from "./lose-and-recover.ts";

interface Harm {
  readonly what: string;
  /** As the verdict calls it. */
  readonly found: string;
  readonly harm: (masters: readonly Node[]) => Promise<void>;
}

const harms: readonly Harm[] = [
  {
    what: "everything is gone on one",
    found: "one-of-several-gone",
    harm: async ([, second]) => {
      await lose([second!], ["/etc/kubernetes"]);
      await whenControlPlaneIsGone([second!]);
    },
  },
  {
    what: "files of one are copied onto another",
    found: "copied-files",
    harm: async ([first, second]) => {
      const pki = "/etc/kubernetes/pki";
      cpSync(first!.path(pki), second!.path(pki), { recursive: true, force: true });
    },
  },
  {
    what: "another CA lies where one has etcd's",
    found: "master-differs",
    harm: async ([, , third]) => {
      const pki = "/etc/kubernetes/pki";
      for (const end of ["crt", "key"])
        await third!.run(["cp", `${pki}/front-proxy-ca.${end}`, `${pki}/etcd/ca.${end}`]);
    },
  },
];

test("three masters are had back whatever has become of their files", (t) =>
  inRecovery(t, { masters: 3, workers: 1 }, async (scene) => {
    const { cluster, masters } = scene;
    const story = await loseAndRecover(scene, {
      nodes: masters,
      paths: ["/etc/kubernetes", "/var/lib/kubelet/pki"],
      said: (line) => t.diagnostic(line),
    });
    assert.equal(story.verdict.verdict.case, "all-gone");
    assert.deepEqual(story.workload.failures, []);
    assert.deepEqual(story.objects.lost, []);
    assert.equal(story.nodesReady, cluster.nodes.length);
    for (const { what, found, harm } of harms) {
      t.diagnostic(what);
      await harm(masters);
      const { verdict } = readVerdict(await scene.recover(["--plan-only", "-o", "json"]));
      assert.equal(verdict.case, found, what);
      const { code, seconds, stdout, stderr } = await scene.recover(["--yes"]);
      assert.equal(code, 0, `${what}:\n${stdout.slice(-8000)}\n${stderr}`);
      t.diagnostic(`${what}: ${seconds} s`);
      const again = readVerdict(await scene.recover(["--plan-only", "-o", "json"]));
      assert.equal(again.verdict.case, "sound", `${what}: ${JSON.stringify(again.verdict)}`);
      await scene.kubectl("wait", "--for=condition=Ready", "nodes", "--all", "--timeout=240s");
    }
  }));
