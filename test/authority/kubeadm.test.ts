import assert from "node:assert/strict";
import {
  copyFileSync,
  linkSync,
  mkdirSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { parse, stringify } from "yaml";

import { verifySignature } from "../../src/adapters/crypto/node-verify.ts";
import { loadPrivateKey } from "../../src/adapters/source/identify-key.ts";
import type { Certificate } from "../../src/core/model/certificate.ts";
import { formatName } from "../../src/core/x509/names.ts";
import { extension } from "../../src/core/x509/oids.ts";
import { buildPath } from "../../src/core/x509/path.ts";
import { writePem } from "../../src/core/x509/pem.ts";
import type { Authority } from "../../src/engine/authority/authority.ts";
import { runProgram } from "../cli/process.ts";
import {
  certificateOf,
  configuration,
  kubeadmProgram,
  makeTree,
} from "../issuance/kubeadm-tree.ts";
import { folder } from "../issuance/workshop.ts";
import { leaveOut } from "../left-out.ts";
import { withAuthority } from "./bent.ts";

const cas = {
  "kubernetes-ca": "pki/ca",
  "front-proxy-ca": "pki/front-proxy-ca",
  "etcd-ca": "pki/etcd/ca",
} as const;
type Ca = keyof typeof cas;

/** Every leaf that kubeadm 1.35 makes, and whose it is. */
const leaves: readonly (readonly [file: string, ca: Ca])[] = [
  ["pki/apiserver.crt", "kubernetes-ca"],
  ["pki/apiserver-kubelet-client.crt", "kubernetes-ca"],
  ["pki/front-proxy-client.crt", "front-proxy-ca"],
  ["pki/apiserver-etcd-client.crt", "etcd-ca"],
  ["pki/etcd/server.crt", "etcd-ca"],
  ["pki/etcd/peer.crt", "etcd-ca"],
  ["pki/etcd/healthcheck-client.crt", "etcd-ca"],
  ["admin.conf", "kubernetes-ca"],
  ["super-admin.conf", "kubernetes-ca"],
  ["controller-manager.conf", "kubernetes-ca"],
  ["scheduler.conf", "kubernetes-ca"],
  ["kubelet.conf", "kubernetes-ca"],
];

/** kubeadm's three CAs with their second generations, in an authority. */
const adopted = async (
  kubeadm: string,
  dir: string,
  use: (authority: Authority) => Promise<void>,
): Promise<void> => {
  await makeTree(kubeadm, dir);
  await withAuthority(
    (ports) => ports,
    async (authority) => {
      for (const [name, path] of Object.entries(cas)) {
        const from = { certificate: `${path}.crt`, key: `${path}.key` };
        const key = loadPrivateKey(readFileSync(join(dir, from.key)))!;
        const certificates = [certificateOf(join(dir, from.certificate))];
        const { canSign } = await authority.adopt({ name, certificates, key, from });
        assert.ok(canSign);
        await authority.addGeneration(name, { number: 2 });
      }
      await use(authority);
    },
  );
};

const generation = async (
  authority: Authority,
  name: string,
  number: number,
): Promise<Certificate> =>
  (await authority.issuer(name)).generations.find((one) => one.number === number)!.certificate!;

const reissued = async (authority: Authority, ca: Ca, like: Certificate) =>
  await authority.reissue({ issuer: ca, generation: 2, like, key: "same" });

/** Whether Go and OpenSSL, trusting each generation alone, accept what a leaf's file holds. */
const acceptedBy = async (
  authority: Authority,
  ca: Ca,
  presented: readonly Certificate[],
): Promise<readonly (readonly [go: boolean, openssl: boolean])[]> => {
  const verdicts: (readonly [boolean, boolean])[] = [];
  for (const number of [1, 2]) {
    const root = await generation(authority, ca, number);
    const accepts = (profile: "go" | "openssl"): boolean =>
      buildPath({
        leaf: presented[0]!,
        intermediates: presented.slice(1),
        anchors: [root],
        at: Date.now(),
        usages: ["any"],
        profile,
        verifySignature,
      }).ok;
    verdicts.push([accepts("go"), accepts("openssl")]);
  }
  return verdicts;
};

const neither = [false, false] as const;
const both = [true, true] as const;

/** DER of what a leaf says of its subject. */
const saysOf = ({ extensions, subject, publicKey }: Certificate) => {
  const value = (oid: string) => {
    const found = extensions.find((one) => one.oid === oid);
    return found && { critical: found.critical, value: Buffer.from(found.value).toString("hex") };
  };
  return {
    subject: Buffer.from(subject.der).toString("hex"),
    key: publicKey.id,
    names: value(extension.subjectAltName),
    "key usage": value(extension.keyUsage),
    "extended key usage": value(extension.extKeyUsage),
    "basic constraints": value(extension.basicConstraints),
  };
};

test("the successor of a CA of kubeadm's has a name of its own and is otherwise as kubeadm made the first", async (t) => {
  const kubeadm = kubeadmProgram(t);
  if (kubeadm === undefined) return;
  await adopted(kubeadm, folder(t), async (authority) => {
    for (const name of Object.keys(cas)) {
      const first = await generation(authority, name, 1);
      const next = await generation(authority, name, 2);
      assert.equal(formatName(next.subject), `${formatName(first.subject)} g2`);
      assert.equal(formatName(next.issuer), formatName(next.subject));
      assert.equal(next.publicKey.algorithm, first.publicKey.algorithm);
      assert.equal(next.publicKey.bits, first.publicKey.bits);
      assert.deepEqual(next.basicConstraints, { ca: true });
      assert.deepEqual(
        new Set(next.keyUsage),
        new Set([...first.keyUsage!, "cRLSign"]),
        "what kubeadm's may, and to sign revocation lists",
      );
      const years = (next.notAfter - next.notBefore) / (365 * 86_400_000);
      assert.equal(Math.round(years), 10);
    }
  });
});

test("each of kubeadm's leaves is signed again by the next generation with the same names, organisation, usages and key", async (t) => {
  const kubeadm = kubeadmProgram(t);
  if (kubeadm === undefined) return;
  const dir = folder(t);
  await adopted(kubeadm, dir, async (authority) => {
    for (const [file, ca] of leaves) {
      const like = certificateOf(join(dir, file));
      const { certificate, presented, warnings } = await reissued(authority, ca, like);
      assert.deepEqual(saysOf(certificate), saysOf(like), file);
      assert.deepEqual(warnings, [], file);
      const days = (one: Certificate) => Math.round((one.notAfter - one.notBefore) / 86_400_000);
      assert.equal(days(certificate), days(like), file);
      assert.deepEqual(await acceptedBy(authority, ca, presented), [neither, both], file);
    }
  });
});

test("a CA of kubeadm's signs its successor, so that whoever trusts the first alone accepts its leaves, too", async (t) => {
  const kubeadm = kubeadmProgram(t);
  if (kubeadm === undefined) return;
  const dir = folder(t);
  await adopted(kubeadm, dir, async (authority) => {
    for (const name of Object.keys(cas)) await authority.crossSign(name, 2, 1);
    for (const [file, ca] of leaves) {
      const like = certificateOf(join(dir, file));
      const order = { issuer: ca, generation: 2, like, key: "same", via: 1 } as const;
      const { presented } = await authority.reissue(order);
      assert.deepEqual(await acceptedBy(authority, ca, presented), [both, both], file);
    }
  });
});

test("a leaf of another CA than the one that was adopted is not signed again", async (t) => {
  const kubeadm = kubeadmProgram(t);
  if (kubeadm === undefined) return;
  const dir = folder(t);
  await adopted(kubeadm, dir, async (authority) => {
    const like = certificateOf(join(dir, "pki/apiserver-etcd-client.crt"));
    await assert.rejects(reissued(authority, "kubernetes-ca", like), {
      code: "authority.reissue-foreign",
    });
  });
});

/** As certwright leaves a cluster: new CAs with their keys, and every leaf by them. */
const rotate = async (authority: Authority, dir: string): Promise<void> => {
  const pem = ({ der }: Certificate): string => writePem("CERTIFICATE", der);
  for (const [file, ca] of leaves) {
    const path = join(dir, file);
    const { certificate } = await reissued(authority, ca, certificateOf(path));
    if (!file.endsWith(".conf")) {
      writeFileSync(path, pem(certificate));
      continue;
    }
    const config = parse(readFileSync(path, "utf8"));
    const root = pem(await generation(authority, ca, 2));
    config.clusters[0].cluster["certificate-authority-data"] = Buffer.from(root).toString("base64");
    config.users[0].user["client-certificate-data"] = Buffer.from(pem(certificate)).toString(
      "base64",
    );
    writeFileSync(path, stringify(config));
  }
  for (const [name, path] of Object.entries(cas)) {
    const to = `node-1:/etc/kubernetes/${path}.key`;
    const signer = await authority.signer({ issuer: name, generation: 2, to });
    writeFileSync(join(dir, `${path}.crt`), pem(signer.certificate));
    writeFileSync(join(dir, `${path}.key`), signer.key.pem("traditional"), { mode: 0o600 });
  }
};

test("kubeadm checks and renews every leaf with the CAs that it was given in the place of its own", async (t) => {
  const kubeadm = kubeadmProgram(t);
  if (kubeadm === undefined) return;
  if (process.getuid?.() !== 0) {
    leaveOut(
      t,
      "kubeadm looks in /etc/kubernetes only, and only root can give it another root folder",
    );
    return;
  }
  const dir = folder(t);
  const root = join(dir, "root");
  const etc = join(root, "etc/kubernetes");
  mkdirSync(etc, { recursive: true });
  try {
    linkSync(kubeadm, join(root, "kubeadm"));
  } catch {
    // The cache is on another file system.
    copyFileSync(kubeadm, join(root, "kubeadm"));
  }
  await adopted(kubeadm, dir, async (authority) => {
    for (const file of [
      "pki",
      ...leaves.flatMap(([one]) => (one.endsWith(".conf") ? [one] : [])),
    ]) {
      renameSync(join(dir, file), join(etc, file));
    }
    writeFileSync(join(etc, "kubeadm.yaml"), configuration("/etc/kubernetes/pki"));
    await rotate(authority, etc);
    const inside = async (...words: string[]): Promise<string> => {
      const outcome = await runProgram("chroot", [root, "/kubeadm", ...words], {
        cwd: dirname(root),
        env: { HOME: "/", PATH: process.env["PATH"] ?? "" },
        deadline: 120_000,
      });
      assert.equal(
        outcome.code,
        0,
        `kubeadm ${words.join(" ")}\n${outcome.stdout}${outcome.stderr}`,
      );
      return outcome.stdout;
    };
    const config = ["--config", "/etc/kubernetes/kubeadm.yaml"];
    const before = await inside("certs", "check-expiration", ...config);
    assert.match(before, /apiserver +\w+ \d+, \d{4} .* ca +no/);
    assert.doesNotMatch(before, /MISSING|invalid/i);
    const serials = new Map(leaves.map(([file]) => [file, certificateOf(join(etc, file)).serial]));
    const said = await inside("certs", "renew", "all", ...config);
    assert.match(said, /certificate for serving the Kubernetes API renewed/);
    for (const [file, ca] of leaves) {
      const renewed = certificateOf(join(etc, file));
      // Nobody but the kubelet renews its own.
      assert.equal(renewed.serial === serials.get(file), file === "kubelet.conf", file);
      const signer = await generation(authority, ca, 2);
      assert.equal(formatName(renewed.issuer), formatName(signer.subject), file);
      assert.ok(
        verifySignature(
          signer.publicKey.spki,
          renewed.signatureAlgorithm,
          renewed.tbs,
          renewed.signature,
        ),
        file,
      );
    }
    // It takes the CAs, and what they signed, for its own, as before a master joins or is upgraded.
    const made = await inside("init", "phase", "certs", "all", ...config);
    for (const name of ["ca", "front-proxy-ca", "etcd/ca", "apiserver", "etcd/server"]) {
      assert.match(made, new RegExp(`Using existing ${name} `), name);
    }
  });
});
