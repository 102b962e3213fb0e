/** What a cluster may have that keeps it from coming back by its files alone. */
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";
import { deadWebhook, webhooksOf } from "./dead-webhook.ts";
import { inRecovery } from "./in-recovery.ts";
import { loseAndRecover } from "./lose-and-recover.ts";

const setting = "serverTLSBootstrap: true";
const path = "/var/lib/kubelet/config.yaml";

test("kubelets that ask what to serve with are approved by rule, and a webhook that nobody answers for is held open and put back", (t) =>
  inRecovery(t, { masters: 1, workers: 1 }, async (scene) => {
    const { cluster, masters, kubectl } = scene;
    for (const node of cluster.nodes)
      await node.run(["sh", "-c", `printf '%s\n' '${setting}' >> ${path}`]);
    const config = ["-n", "kube-system", "configmap", "kubelet-config"];
    const text = await cluster.kubectl("get", ...config, "-o", "jsonpath={.data.kubelet}");
    const data = { kubelet: `${text.trimEnd()}\n${setting}\n` };
    await cluster.kubectl("patch", ...config, "--type", "merge", "-p", JSON.stringify({ data }));
    const file = join(scene.folder, "webhook.json");
    writeFileSync(file, JSON.stringify(deadWebhook));
    await cluster.kubectl("create", "-f", file);
    const webhooks = await webhooksOf(cluster.kubectl);
    const told = await loseAndRecover(scene, {
      nodes: masters,
      paths: ["/etc/kubernetes", "/var/lib/kubelet/pki"],
      said: (line) => t.diagnostic(line),
    });
    for (const step of ["webhooks.open", "serving.approve", "webhooks.close"])
      assert.ok(
        told.verdict.steps.some(({ id }) => id === step),
        step,
      );
    assert.deepEqual(await webhooksOf(kubectl), webhooks);
    assert.deepEqual(told.workload.failures, []);
    const requests = await kubectl("get", "csr", "--no-headers");
    assert.doesNotMatch(requests, /Pending/);
    for (const { name } of cluster.nodes) {
      assert.match(requests, new RegExp(`kubelet-serving +system:node:${name} .*Approved,Issued`));
      assert.equal(await kubectl("get", "--raw", `/api/v1/nodes/${name}/proxy/healthz`), "ok");
    }
  }));
