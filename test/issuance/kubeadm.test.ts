import assert from "node:assert/strict";
import { mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { profiles, profileOf } from "../../src/core/issuance/profiles.ts";
import type { Certificate } from "../../src/core/model/certificate.ts";
import { formatGeneralName, formatName } from "../../src/core/x509/names.ts";
import { oidName } from "../../src/core/x509/oids.ts";
import { certificateOf, kubeadmProgram, makeTree } from "./kubeadm-tree.ts";
import { samples } from "./samples.ts";
import { folder, issue, makeCa, type Pair } from "./workshop.ts";

const days = (milliseconds: number): number => Math.round(milliseconds / 86_400_000);

/** What is compared, as text, so that a difference is read in one line. */
const fieldsOf = (c: Certificate): Record<string, string> => ({
  subject: formatName(c.subject),
  issuer: formatName(c.issuer),
  key: `${c.publicKey.algorithm} ${c.publicKey.bits}`,
  signature: c.signatureAlgorithm.oid,
  "basic constraints": JSON.stringify(c.basicConstraints),
  "key usage": [...(c.keyUsage ?? [])].join(", "),
  "extended key usage": (c.extendedKeyUsage ?? []).map(oidName).join(", "),
  names: (c.subjectAltName ?? []).map(formatGeneralName).toSorted().join(", "),
  days: String(days(c.notAfter - c.notBefore)),
  critical: c.extensions
    .flatMap(({ oid, critical }) => (critical ? [oidName(oid)] : []))
    .toSorted()
    .join(", "),
  "subject key identifier": String(c.subjectKeyIdentifier !== undefined),
  "authority key identifier": String(c.authorityKeyIdentifier?.keyIdentifier !== undefined),
  "serial octets": String(c.serial.length / 2),
});

/** Where we differ from kubeadm, and why. A difference that is not here fails the test, and so does one that is gone. */
const differences: Readonly<
  Record<"authority" | "client" | "peer" | "server", Readonly<Record<string, string>>>
> = {
  authority: {
    "key usage":
      "cRLSign, so that the CA can publish revocations; no keyEncipherment and digitalSignature, which a CA's key never does",
    names: "kubeadm writes the common name as a DNS name, which names no host",
    "subject key identifier": "",
    "authority key identifier": "two generations of a CA are told apart by it",
    "serial octets": "20 octets of randomness, where kubeadm has 63 bits",
  },
  client: {
    "key usage":
      "RFC 5280 section 4.2.1.12: a client signs, and enciphers no keys (zlint e_key_usage_and_extended_key_usage_inconsistent)",
    "subject key identifier": "RFC 5280 section 4.2.1.2 wants one in leaves too; Go leaves it out",
    "serial octets": "20 octets of randomness, where kubeadm has 63 bits",
  },
  server: {
    "subject key identifier": "RFC 5280 section 4.2.1.2 wants one in leaves too; Go leaves it out",
    "serial octets": "20 octets of randomness, where kubeadm has 63 bits",
  },
  peer: {
    "subject key identifier": "RFC 5280 section 4.2.1.2 wants one in leaves too; Go leaves it out",
    "serial octets": "20 octets of randomness, where kubeadm has 63 bits",
  },
};

/** Not made by kubeadm's phases: the kubelet's serving certificate comes from a signing request. */
const notKubeadms = new Set(["kubelet-server", "mesh-ca"]);

const kubernetesProfiles = profiles.filter(
  (profile) => profile.files !== undefined && !notKubeadms.has(profile.name),
);

const authorities = (): Map<string, Pair> =>
  new Map(
    kubernetesProfiles.flatMap((profile) =>
      profile.kind === "authority"
        ? [
            [
              profile.name,
              makeCa(profile.commonName, profile.key, { lifetime: profile.ttl * 1000 }),
            ],
          ]
        : [],
    ),
  );

test("every kubeadm profile makes what kubeadm itself makes, but for the differences listed with their reasons", async (t) => {
  const found = kubeadmProgram(t);
  if (found === undefined) return;
  const dir = folder(t);
  await makeTree(found, dir);
  const cas = authorities();
  let compared = 0;
  for (const profile of kubernetesProfiles) {
    const file = profile.files![0]!;
    const theirs = fieldsOf(certificateOf(join(dir, file.path)));
    const pair =
      profile.kind === "authority"
        ? cas.get(profile.name)!
        : issue(cas.get(profile.issuer!)!, profile, samples[profile.name] ?? {});
    const ours = fieldsOf(pair.certificate);
    const kind =
      profile.kind === "authority"
        ? "authority"
        : !profile.role.serverFlag
          ? "client"
          : profile.role.clientFlag
            ? "peer"
            : "server";
    const differing = Object.keys(ours).filter((field) => ours[field] !== theirs[field]);
    const expected = Object.keys(differences[kind]).filter(
      (field) => differences[kind][field] !== "",
    );
    assert.deepEqual(
      differing.toSorted(),
      expected.toSorted(),
      `${profile.name}: ${differing.map((f) => `${f}: ours ${ours[f]}, kubeadm's ${theirs[f]}`).join("; ")}`,
    );
    for (const { path, mode } of profile.files!) {
      assert.equal(statSync(join(dir, path)).mode & 0o777, mode, path);
    }
    if (profile.files!.some(({ holds }) => holds === "key")) {
      const header = /-----BEGIN [A-Z ]+-----/;
      const key = readFileSync(join(dir, profile.files![1]!.path), "utf8");
      assert.equal(header.exec(pair.key.pem("traditional"))?.[0], header.exec(key)?.[0]);
    }
    compared += 1;
  }
  assert.equal(compared, 15);
});

test("kubeadm takes our CAs and certificates for its own and replaces none", async (t) => {
  const found = kubeadmProgram(t);
  if (found === undefined) return;
  const dir = folder(t);
  const cas = authorities();
  const written = new Map<string, string>();
  for (const profile of kubernetesProfiles) {
    const pair =
      profile.kind === "authority"
        ? cas.get(profile.name)!
        : issue(cas.get(profile.issuer!)!, profile, samples[profile.name] ?? {});
    for (const { path, holds, mode } of profile.files!) {
      if (holds === "kubeconfig") continue;
      const target = join(dir, path);
      mkdirSync(dirname(target), { recursive: true });
      const text = holds === "key" ? pair.key.pem("traditional") : pair.pem;
      writeFileSync(target, text, { mode });
      written.set(target, text);
    }
  }
  const out = await makeTree(found, dir);
  assert.equal(written.size, 20);
  for (const [path, text] of written) assert.equal(readFileSync(path, "utf8"), text, path);
  for (const name of [
    "ca",
    "apiserver",
    "front-proxy-ca",
    "etcd/server",
    "apiserver-etcd-client",
  ]) {
    assert.match(out, new RegExp(`Using existing ${name} `), name);
  }
  // Its own client certificates are now signed by our CA.
  assert.equal(formatName(certificateOf(join(dir, "admin.conf")).issuer), "CN=kubernetes");
});

test("a kubeadm certificate with a name left out is noticed, so the comparison above can fail", async (t) => {
  const found = kubeadmProgram(t);
  if (found === undefined) return;
  const dir = folder(t);
  await makeTree(found, dir);
  const profile = profileOf("kube-apiserver");
  assert.ok(profile.kind === "leaf");
  const { always: _, ...without } = profile;
  const ours = issue(makeCa("kubernetes", profile.key), without, samples["kube-apiserver"]!);
  assert.notEqual(
    fieldsOf(ours.certificate)["names"],
    fieldsOf(certificateOf(join(dir, "pki/apiserver.crt")))["names"],
  );
});
