/** The CA of a control plane that kubeadm did not make becomes one that signs leaves somewhere else, under load: nobody notices. */
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { X509Certificate } from "node:crypto";
import test from "node:test";
import type { LoadSummary } from "../../../tools/load/record.ts";
import { succeeded } from "../etcd-workbench.ts";
import { answerLeaves, handedOut, makeExternalCa } from "../rotation/external-ca.ts";
import { agreed, goOn, planFile, reached, run } from "../rotation/rotate.ts";
import { assertUnharmed, inWords } from "../rotation/scene.ts";
import { discoverAndAdopt, inByHand, loadOn } from "./scene.ts";

const deadline = 1_500_000;
const blind = ["clients-outside", "partial-chain", "external-signs-others"].flatMap((id) => [
  "--accept-blind",
  id,
]);

test("every leaf of the cluster's CA is signed by one whose key is nowhere here, and no request fails", (t) =>
  inByHand(t, { masters: 1, members: 1 }, async (cluster) => {
    await discoverAndAdopt(cluster);
    const external = await makeExternalCa(cluster.folder);
    const words = ["plan", "rotate", "kubernetes-ca", "--protocol", "bundle", "--soak", "0"];
    words.push("--to-external", external.root, "--external-signs", "leaves", "--out", planFile);

    // A controller-manager that signs would go on with the old CA.
    const first = await cluster.certwright(...words);
    assert.equal(first.code, 1, first.stdout);
    assert.match(first.stdout, /the key of the CA that is to come never comes here/);
    assert.match(first.stdout, /without --cluster-signing-cert-file/);
    const [master] = cluster.masters;
    const unit = "/srv/units/kube-controller-manager";
    const command = master!.path(`${unit}/command`);
    const flags = readFileSync(command, "utf8").replaceAll(/^--cluster-signing-.*\n/gm, "");
    writeFileSync(command, flags);
    master!.run(`${unit}/service`, "restart");
    const ways = ["--kubeconfig", cluster.kubeconfig, "--ssh-config", cluster.sshConfiguration];
    const units = ["--service-command", "/srv/units/NAME/service VERB"];
    succeeded(await cluster.certwright("discover", ...ways, ...units, "--yes"));
    succeeded(await cluster.certwright(...words));

    const { code, stderr } = await run(cluster, ["apply", planFile, ...agreed]).ended;
    assert.equal(code, 3, stderr);
    assert.match(stderr, /certificates wait for being signed by generation 2 of kubernetes-ca/);
    const answers = await answerLeaves(cluster, external, stderr);
    // Half of them: the run still stands, and says how many are missing.
    const half = answers.slice(0, 2);
    const { stderr: left } = succeeded(await cluster.certwright("answer", ...half));
    assert.match(left, new RegExp(`still awaited: ${answers.length - 2} certificates`));
    const standing = await run(cluster, ["resume", ...goOn, ...blind]).ended;
    assert.equal(standing.code, 3, standing.stderr);
    succeeded(await cluster.certwright("answer", ...answers.slice(2), external.root));

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
    const published = await cluster.kubectl(
      "get",
      "configmap/kube-root-ca.crt",
      "-o",
      "jsonpath={.data.ca\\.crt}",
    );
    assert.equal(new X509Certificate(published).subject, "O=Example\nCN=Corporate Root");

    // What it signs is renewed by asking once more.
    const again = join(cluster.folder, "renew.json");
    const renewal = ["plan", "renew", "operator/kubeconfig", "--out", again];
    succeeded(await cluster.certwright(...renewal));
    const asked = await run(cluster, ["apply", again, ...agreed]).ended;
    assert.equal(asked.code, 3, asked.stderr);
    succeeded(
      await cluster.certwright("answer", ...(await answerLeaves(cluster, external, asked.stderr))),
    );
    await reached(run(cluster, ["resume", ...goOn], { deadline }));
  }));

test("etcd's own CA, whose peers and clients are verified by their addresses, goes the same way", (t) =>
  inByHand(t, { masters: 1, members: 3 }, async (cluster) => {
    await discoverAndAdopt(cluster);
    const external = await makeExternalCa(cluster.folder, "Etcd CA");
    const words = ["plan", "rotate", "etcd-ca", "--protocol", "bundle", "--soak", "0"];
    words.push("--to-external", external.root, "--external-signs", "leaves", "--out", planFile);
    succeeded(await cluster.certwright(...words));
    const { code, stderr } = await run(cluster, ["apply", planFile, ...agreed]).ended;
    assert.equal(code, 3, stderr);

    // What is not what was asked for is told with its field, and nothing of it is taken.
    const [first, ...others] = handedOut(cluster.folder, stderr);
    const wrong = await external.answer(first!.file, "wrong", { subject: "/CN=root" });
    const refused = await cluster.certwright("answer", wrong);
    assert.equal(refused.code, 1, refused.stderr);
    assert.match(refused.stdout, /subject: it is CN=root, and .* was asked for/);
    assert.match(refused.stdout, /cure: have it signed with the subject of the request/);
    const short = await external.answer(first!.file, "short", { days: 1 });
    assert.match((await cluster.certwright("answer", short)).stdout, /validity: it ends /);
    const { stdout: awaited } = succeeded(await cluster.certwright("answer"));
    assert.equal(awaited.trim().split("\n").length, others.length + 2, awaited);

    const answers = await answerLeaves(cluster, external, stderr);
    succeeded(await cluster.certwright("answer", ...answers));
    await reached(run(cluster, ["resume", ...goOn, ...blind], { deadline }));
  }));
