import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import test from "node:test";
import type { RunReport } from "../../../src/core/run/report.ts";
import { componentProgram } from "../../../tools/components/cache.ts";
import { certwright } from "../../cli/process.ts";
import { succeeded } from "../etcd-workbench.ts";
import { inKubernetes, type KubernetesScene } from "./kubernetes-scene.ts";

interface Told extends RunReport {
  readonly goalReached: boolean;
  readonly differences: readonly string[];
  readonly notRehearsed: readonly string[];
}

/** A rotation of a control plane takes minutes, and the machine may have others to do. */
const deadline = 20 * 60_000;

const issuers = ["kubernetes-ca", "front-proxy-ca", "etcd-ca"];
const pki = "/etc/kubernetes/pki";

/** What every file of a master's PKI holds. */
const digestsOf = ({ cluster }: KubernetesScene): Promise<string> =>
  cluster.nodes[0]!.run(["find", pki, "-type", "f", "-exec", "sha256sum", "{}", "+"]);

test("a cluster's rotation is rehearsed on a copy of its control plane, which is left as it was", (t) =>
  inKubernetes(t, { masters: 1, workers: 1 }, async (scene) => {
    const programs = dirname(componentProgram("kubernetes", "kube-apiserver")!);
    const rehearse = () =>
      certwright(["rehearse", "all.plan.json", "--programs", programs, "-o", "json"], {
        cwd: scene.folder,
        env: scene.env,
        deadline,
      });
    succeeded(await scene.certwright("plan", "rotate", ...issuers, "--out", "all.plan.json"));
    const before = await digestsOf(scene);
    const kubeconfig = readFileSync(scene.kubeconfig, "utf8");

    const good = await rehearse();
    assert.notEqual(good.stdout, "", good.stderr);
    const told = JSON.parse(good.stdout) as Told;
    assert.equal(told.verdict, "reached", good.stderr);
    assert.deepEqual(told.differences, []);
    assert.ok(told.restarts.length > 0);
    assert.match(told.notRehearsed.join("\n"), /whom worker-1\/kubelet lets in at its port/);
    assert.equal(await digestsOf(scene), before);
    assert.equal(readFileSync(scene.kubeconfig, "utf8"), kubeconfig);
    const left = join(scene.folder, "certwright-pki", "rehearsals");
    assert.deepEqual(existsSync(left) ? readdirSync(left) : [], []);

    // Another CA's key in the place of the CA's, which the running controller-manager has not noticed.
    await scene.cluster.nodes[0]!.run(["cp", `${pki}/front-proxy-ca.key`, `${pki}/ca.key`]);
    const bad = await rehearse();
    assert.equal(bad.code, 1, bad.stdout);
    assert.match(bad.stderr, /master-1\/kube-controller-manager/);
  }));
