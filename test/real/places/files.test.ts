import assert from "node:assert/strict";
import { X509Certificate, createPrivateKey } from "node:crypto";
import {
  copyFileSync,
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { parse } from "yaml";
import type { Content } from "../../../src/core/model/claim.ts";
import type { SlotId } from "../../../src/core/model/inventory.ts";
import { parseKubeconfig } from "../../../src/core/kubeconfig/kubeconfig.ts";
import { kubeadmProgram, makeTree } from "../../issuance/kubeadm-tree.ts";
import { bundle, holding, holds, layKubelet, openScene, write, type PlacesScene } from "./scene.ts";

const ca = "kubernetes-ca";
const leaf = (generation: number, key: "same" | "new", insteadOf?: string): Content => ({
  kind: "leaf",
  issuer: ca,
  generation,
  key,
  ...(insteadOf === undefined ? {} : { insteadOf: insteadOf as never }),
});
const before: Content = { kind: "before" };
const signer = (generation: number): Content => ({ kind: "signer", issuer: ca, generation });

/** The lines in which two texts differ, without what stands before the value. */
const differing = (a: string, b: string): string[] => {
  const [left, right] = [a.split("\n"), b.split("\n")];
  assert.equal(left.length, right.length);
  return left.flatMap((line, i) => (line === right[i] ? [] : [/^\s*([\w-]+):/.exec(line)![1]!]));
};

interface Parts {
  readonly ca: readonly X509Certificate[];
  readonly certificate: X509Certificate;
  readonly key: string;
}

const partsIn = (text: string): Parts => {
  const config = parse(text) as {
    clusters: { cluster: Record<string, string> }[];
    users: { user: Record<string, string> }[];
  };
  const pem = (of: Record<string, string>, field: string): string =>
    Buffer.from(of[field]!, "base64").toString();
  const user = config.users[0]!.user;
  return {
    ca: pem(config.clusters[0]!.cluster, "certificate-authority-data")
      .split(/(?=-----BEGIN)/)
      .map((one) => new X509Certificate(one)),
    certificate: new X509Certificate(pem(user, "client-certificate-data")),
    key: pem(user, "client-key-data"),
  };
};

const inTree = (title: string, body: (scene: PlacesScene) => Promise<void>): void => {
  void test(title, async (t) => {
    const program = kubeadmProgram(t);
    if (program === undefined) return;
    const folder = mkdtempSync(join(tmpdir(), "certwright-kubeadm-"));
    try {
      await makeTree(program, folder);
      const scene = await openScene(folder);
      try {
        await body(scene);
      } finally {
        await scene.close();
      }
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
};

const generations = async ({ done }: PlacesScene): Promise<void> => {
  await done({ kind: "generation.create", issuer: ca, number: 2 });
  await done({ kind: "generation.stage", issuer: ca, number: 2, stage: "trusted" });
};

inTree(
  "what kubeadm wrote into its kubeconfigs is read, and written back byte for byte",
  async (scene) => {
    for (const name of readdirSync(scene.folder).filter((one) => one.endsWith(".conf"))) {
      const text = scene.read(name);
      const kubeconfig = parseKubeconfig(text, name);
      const parts = (["certificate-authority", "client-certificate", "client-key"] as const).map(
        (field) => {
          const part = kubeconfig.part(field);
          assert.ok(part.kind === "inline", `${name} ${field}`);
          return [field, part.bytes] as const;
        },
      );
      assert.equal(kubeconfig.with(new Map(parts)), text, name);
    }
  },
);

inTree(
  "the CA and the user's pair of one kubeconfig are two slots: one step writes both, and nothing else in it",
  async (scene) => {
    await generations(scene);
    const { done, is, refused, read } = scene;
    const [trust, certificate] = ["node-1/admin/trust", "node-1/admin/certificate"];
    const original = read("admin.conf");
    await done({
      kind: "backup.create",
      slots: [trust, certificate] as SlotId[],
      groups: [],
    });
    await is("holds", { kind: "backup" });
    await is("holds", holds(trust, bundle(ca, 1)));
    await is("fails", holds(trust, bundle(ca, 1, 2)), /admin\.conf: it holds/);
    await done({ kind: "generation.stage", issuer: ca, number: 2, stage: "issuing" });
    await done(
      write("node-1/admin", [
        [trust, bundle(ca, 1, 2), holding(bundle(ca, 1))],
        [certificate, leaf(2, "new"), holding(leaf(1, "new"))],
      ]),
    );
    await is("holds", holds(trust, bundle(ca, 1, 2)));
    await is("holds", holds(certificate, leaf(2, "new")));
    await is("holds", { kind: "presents", slot: certificate as SlotId, generation: 2 });
    const written = read("admin.conf");
    assert.deepEqual(differing(original, written), [
      "certificate-authority-data",
      "client-certificate-data",
      "client-key-data",
    ]);
    const [then, now] = [partsIn(original), partsIn(written)];
    assert.equal(now.ca.length, 2);
    assert.equal(now.certificate.subject, then.certificate.subject);
    assert.ok(now.certificate.checkPrivateKey(createPrivateKey(now.key)));
    assert.ok(now.certificate.verify(now.ca[1]!.publicKey));
    assert.match(now.key, /^-----BEGIN RSA PRIVATE KEY-----/);
    assert.equal(statSync(join(scene.folder, "admin.conf")).mode & 0o777, 0o600);

    // Somebody else's change of the other part is neither undone nor in the way.
    await done(write("node-1/admin", [[trust, before, holding(bundle(ca, 1, 2))]]));
    await is("holds", holds(trust, before));
    await is("fails", holds(certificate, before), /another one/);
    assert.deepEqual(differing(read("admin.conf"), written), ["certificate-authority-data"]);
    await done(write("node-1/admin", [[certificate, before, holding(leaf(2, "new"))]]));
    assert.equal(read("admin.conf"), original);

    // kubeadm in the middle (certs renew) is seen, and not written over.
    await done(write("node-1/admin", [[trust, bundle(ca, 1, 2), holding(bundle(ca, 1))]]));
    writeFileSync(join(scene.folder, "admin.conf"), original);
    await refused(
      write("node-1/admin", [[trust, bundle(ca, 2), holding(bundle(ca, 1, 2))]]),
      "rotation.drift",
    );
    assert.equal(read("admin.conf"), original);
  },
);

inTree(
  "a renewal keeps the key where it shall, and changes the certificate alone",
  async (scene) => {
    const { done, is, read } = scene;
    const certificate = "node-1/super-admin/certificate";
    const original = read("super-admin.conf");
    const former = partsIn(original).certificate.fingerprint256.replaceAll(":", "").toLowerCase();
    const renewed = leaf(1, "same", former);
    await is("fails", holds(certificate, renewed), /still/);
    await done(write("node-1/super-admin", [[certificate, renewed, holding(leaf(1, "same"))]]));
    await is("holds", holds(certificate, renewed));
    assert.deepEqual(differing(original, read("super-admin.conf")), ["client-certificate-data"]);
  },
);

inTree("a kubeconfig that names files says so with its field and is not written", async (scene) => {
  const { is, refused, folder, world } = scene;
  const path = join(folder, "admin.conf");
  writeFileSync(
    path,
    scene.read("admin.conf").replace(/client-certificate-data: .*/, "client-certificate: me.crt"),
  );
  const id = "node-1/admin/certificate";
  await is("fails", holds(id, leaf(1, "same")), /no certificate/);
  await refused(
    write("node-1/admin", [[id, leaf(1, "same"), holding(leaf(1, "same"))]]),
    "rotation.drift",
  );
  const { inventory } = await world.gather();
  const slot = inventory.slots.find((one) => one.id === id);
  assert.match(
    slot?.faults?.[0]?.evidence ?? "",
    /users\[0\]\.user\.client-certificate names the file me\.crt/,
  );
});

inTree(
  "a kubelet's certificate becomes a new file with its key, and the link leads there",
  async (scene) => {
    await generations(scene);
    const { done, is, kubelet } = scene;
    const id = "node-1/kubelet/client";
    const original = layKubelet(scene, "kubelet.conf");
    const current = kubelet("kubelet-client-current.pem");
    const first = readlinkSync(current);
    await done({ kind: "backup.create", slots: [id as SlotId], groups: [] });
    await is("holds", holds(id, leaf(1, "same")));
    await done({ kind: "generation.stage", issuer: ca, number: 2, stage: "issuing" });
    for (const [key, keptKey] of [
      ["same", true],
      ["new", false],
    ] as const) {
      await done(write("node-1/kubelet", [[id, leaf(2, key), holding(leaf(1, "same"))]]));
      await is("holds", holds(id, leaf(2, key)));
      assert.ok(lstatSync(current).isSymbolicLink());
      const target = readlinkSync(current);
      assert.match(target, /pki\/kubelet-client-\d{4}(-\d\d){5}\.pem$/);
      assert.notEqual(target, first);
      assert.equal(statSync(target).mode & 0o777, 0o600);
      const content = readFileSync(target, "utf8");
      const [, privateKey] = content.split(/(?=-----BEGIN \w+ PRIVATE KEY)/);
      const certificate = new X509Certificate(content);
      assert.equal(certificate.subject, "O=system:nodes\nCN=system:node:node-1");
      assert.ok(certificate.checkPrivateKey(createPrivateKey(privateKey!)));
      assert.equal(original.includes(privateKey!), keptKey);
      assert.equal(readFileSync(first, "utf8"), original, "the kubelet keeps former ones");
      // Back: the link alone, since the former file is still what it was.
      const files = readdirSync(kubelet("")).length;
      await done(write("node-1/kubelet", [[id, before, holding(leaf(2, key))]]));
      assert.equal(readlinkSync(current), first);
      assert.equal(readdirSync(kubelet("")).length, files);
      await is("holds", holds(id, before));
      // Older than the file that the kubelet has read since; but it was told otherwise only now.
      const { inventory } = await scene.world.gather();
      const { changedAt } = inventory.slots.find((one) => one.id === id)!.holds!;
      assert.ok(changedAt >= Math.trunc(lstatSync(current).ctimeMs));
      unlinkSync(target);
    }

    await done(write("node-1/kubelet", [[id, leaf(2, "same"), holding(leaf(1, "same"))]]));
    assert.deepEqual(await scene.restore(), [
      "put-back /var/lib/kubelet/pki/kubelet-client-current.pem",
    ]);
    assert.equal(readlinkSync(current), first);
    assert.deepEqual(await scene.restore(), []);
    for (const key of ["same", "new"] as const) {
      // Within one second, too: each is a file of its own.
      await done(write("node-1/kubelet", [[id, leaf(2, key), holding(leaf(1, "same"))]]));
      await done(write("node-1/kubelet", [[id, before, holding(leaf(2, key))]]));
    }

    // Where the former file is gone, there is another one like it.
    await done(write("node-1/kubelet", [[id, leaf(2, "same"), holding(leaf(1, "same"))]]));
    unlinkSync(first);
    renameSync(readlinkSync(current), kubelet("kubelet-client-2026-02-02-02-02-02.pem"));
    unlinkSync(current);
    symlinkSync(kubelet("kubelet-client-2026-02-02-02-02-02.pem"), current);
    await done(write("node-1/kubelet", [[id, before, holding(leaf(2, "same"))]]));
    assert.equal(readFileSync(current, "utf8"), original);

    // A plain file in the link's place would stop the kubelet.
    unlinkSync(current);
    copyFileSync(kubelet("kubelet-client-2026-02-02-02-02-02.pem"), current);
    const proof = await scene.world.see(holds(id, leaf(2, "same")));
    assert.equal(proof.verdict, "unknowable");
    assert.match(proof.evidence, /is no symbolic link/);
  },
);

inTree(
  "a CA's key goes out for those who sign: as files of their own, and as kubeadm's key alone",
  async (scene) => {
    await generations(scene);
    const { done, is, refused, read, folder } = scene;
    const [split, kubeadm] = ["node-1/kube-controller-manager/signer", "node-1/kubeadm/ca"];
    const [crt, key] = [read("pki/ca.crt"), read("pki/ca.key")];
    await done({
      kind: "backup.create",
      slots: [split, kubeadm, "node-1/kubelet/client-trust"] as SlotId[],
      groups: [],
    });
    await is("fails", holds(split, signer(1)), /there is nothing/);
    await done(write("node-1/kube-controller-manager", [[split, signer(1), { kind: "absent" }]]));
    await is("holds", holds(split, signer(1)));
    assert.equal(read("pki/ca-signer.crt"), crt);
    assert.equal(read("pki/ca-signer.key"), key);
    assert.equal(statSync(join(folder, "pki/ca-signer.key")).mode & 0o777, 0o600);
    assert.equal(statSync(join(folder, "pki/ca-signer.crt")).mode & 0o777, 0o644);

    await is("holds", holds(kubeadm, signer(1)));
    await is("fails", holds(kubeadm, signer(2)), /not the CA's/);
    await done(
      write("node-1/kubelet", [
        ["node-1/kubelet/client-trust", bundle(ca, 2), holding(bundle(ca, 1))],
      ]),
    );
    await done(write("node-1/kubeadm", [[kubeadm, signer(2), holding(signer(1))]]));
    await is("holds", holds(kubeadm, signer(2)));
    const certificate = new X509Certificate(read("pki/ca.crt"));
    assert.ok(certificate.checkPrivateKey(createPrivateKey(read("pki/ca.key"))));
    assert.equal(statSync(join(folder, "pki/ca.key")).mode & 0o777, 0o600);
    await done(write("node-1/kubeadm", [[kubeadm, before, holding(signer(2))]]));
    assert.equal(read("pki/ca.key"), key);
    await is("holds", holds(kubeadm, before));

    writeFileSync(join(folder, "pki/ca.key"), "somebody else's\n");
    await refused(
      write("node-1/kubeadm", [[kubeadm, signer(2), holding(signer(1))]]),
      "rotation.drift",
    );
    const audit = await scene.world.ports.authority.audit();
    assert.ok(
      audit.some((entry) => JSON.stringify(entry).includes(join(folder, "pki/ca-signer.key"))),
    );
  },
);
