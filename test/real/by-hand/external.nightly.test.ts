/** The CAs of a control plane that kubeadm did not make, put below an external one under load: one master, and nobody notices. */
import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import test from "node:test";
import type { LoadSummary } from "../../../tools/load/record.ts";
import { succeeded } from "../etcd-workbench.ts";
import { answerAll, makeExternalCa } from "../rotation/external-ca.ts";
import { agreed, goOn, planFile, reached, run } from "../rotation/rotate.ts";
import { assertUnharmed, inWords } from "../rotation/scene.ts";
import { discoverAndAdopt, inByHand, loadOn } from "./scene.ts";

/** It took two and a half minutes with three clusters beside it. */
const deadline = 1_500_000;
const blind = ["clients-outside", "partial-chain"].flatMap((id) => ["--accept-blind", id]);

test("the CAs that API servers read by themselves are put below an external one, and no request fails", (t) =>
  inByHand(t, { masters: 1, members: 1 }, async (cluster) => {
    await discoverAndAdopt(cluster);
    const external = await makeExternalCa(cluster.folder);
    const words = ["plan", "rotate", "kubernetes-ca", "front-proxy-ca", "--protocol", "bundle"];
    words.push("--soak", "0", "--to-external", external.root, "--out", planFile);
    succeeded(await cluster.certwright(...words));

    const { code, stderr } = await run(cluster, ["apply", planFile, ...agreed]).ended;
    assert.equal(code, 3, stderr);
    await answerAll(cluster, external, stderr);

    const load = await loadOn(cluster);
    let summary: LoadSummary;
    try {
      await reached(run(cluster, ["resume", ...goOn, ...blind], { load, deadline }));
      load.enter("after");
    } finally {
      summary = await load.stop();
      t.diagnostic(inWords(summary));
    }
    assertUnharmed(summary);
    // Everybody has certwright's CA, which the external one has signed, and no root.
    const published = await cluster.kubectl(
      "get",
      "configmap/kube-root-ca.crt",
      "-o",
      "jsonpath={.data.ca\\.crt}",
    );
    const { issuer, subject } = new X509Certificate(published);
    assert.deepEqual([issuer, subject], ["O=Example\nCN=Corporate Root", "CN=kubernetes g2"]);
  }));
