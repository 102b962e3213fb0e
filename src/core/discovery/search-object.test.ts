import assert from "node:assert/strict";
import { test } from "node:test";
import { digests } from "../../adapters/crypto/node-digests.ts";
import { verifySignature } from "../../adapters/crypto/node-verify.ts";
import { ca, leaf } from "../../../test/path/workshop.ts";
import { writePem } from "../x509/pem.ts";
import type { Holder } from "./holder.ts";
import { knownCas } from "./known-cas.ts";
import { holdersIn } from "./search-object.ts";

const cluster = ca("CN=kubernetes");
const etcd = ca("CN=etcd-ca");
const cas = knownCas(
  [
    { ca: "cluster", certificate: cluster.certificate },
    { ca: "etcd", certificate: etcd.certificate },
  ],
  { digests, verifySignature },
);
const pemOf = (der: Uint8Array): string => writePem("CERTIFICATE", der);
const base64 = (bytes: string | Uint8Array): string => Buffer.from(bytes).toString("base64");

const inWords = (holders: readonly Holder[]): readonly string[] =>
  holders.map(
    ({ holds, cas: of, fields, writer }) => `${holds} ${of.join()} ${fields.join()} ${writer}`,
  );

const secret = (data: Readonly<Record<string, string>>, type = "Opaque") => ({
  kind: "Secret",
  metadata: { name: "x", namespace: "shop" },
  type,
  data,
});

test("a CA is found inside of what no text shows: DER and keystores", () => {
  const { der } = cluster.certificate;
  const keystore = Buffer.concat([
    Buffer.from([0xfe, 0xed, 0xfe, 0xed, 0, 1]),
    der,
    Buffer.from("x"),
  ]);
  const found = holdersIn(secret({ "ca.der": base64(der), "trust.jks": base64(keystore) }), cas);
  assert.deepEqual(inWords(found), ['trust cluster data["ca.der"],data["trust.jks"] owner']);
  const map = {
    kind: "ConfigMap",
    metadata: { name: "x", namespace: "shop" },
    binaryData: { "trust.jks": base64(keystore) },
  };
  assert.deepEqual(inWords(holdersIn(map, cas)), ['trust cluster binaryData["trust.jks"] owner']);
});

test("a certificate that a CA issued is told from one that names it and was signed by another", () => {
  const { der } = leaf([], etcd, { subject: "CN=prometheus" }).certificate;
  const forged = leaf([], ca("CN=etcd-ca"), { subject: "CN=prometheus" }).certificate.der;
  const found = holdersIn(secret({ mine: base64(pemOf(der)), theirs: base64(pemOf(forged)) }), cas);
  assert.deepEqual(inWords(found), ["certificate etcd data.mine owner"]);
});

test("what Kubernetes writes by itself is not left to its owner", () => {
  const { der } = cluster.certificate;
  const token = secret({ "ca.crt": base64(pemOf(der)) }, "kubernetes.io/service-account-token");
  assert.deepEqual(inWords(holdersIn(token, cas)), ['trust cluster data["ca.crt"] cluster']);
  const root = {
    kind: "ConfigMap",
    metadata: { name: "kube-root-ca.crt", namespace: "shop" },
    data: { "ca.crt": pemOf(der) },
  };
  assert.deepEqual(inWords(holdersIn(root, cas)), ['trust cluster data["ca.crt"] cluster']);
});

test("of ClusterTrustBundles Kubernetes writes its API servers' alone", () => {
  const bundle = (name: string, signer: object) => ({
    kind: "ClusterTrustBundle",
    metadata: { name },
    spec: { ...signer, trustBundle: pemOf(cluster.certificate.der) },
  });
  const signerName = "kubernetes.io/kube-apiserver-serving";
  const own = holdersIn(bundle("kubernetes.io:kube-apiserver-serving:x", { signerName }), cas);
  assert.deepEqual(inWords(own), ["trust cluster spec.trustBundle cluster"]);
  assert.equal(own[0]?.owner, "kube-controller-manager");
  const other = holdersIn(bundle("example.org:mesh:x", { signerName: "example.org/mesh" }), cas);
  assert.deepEqual(inWords(other), ["trust cluster spec.trustBundle owner"]);
  assert.deepEqual(inWords(holdersIn(bundle("all", {}), cas)), inWords(other));
});

test("copies in annotations are passed over, and owners' names cannot steer a terminal", () => {
  const { der } = cluster.certificate;
  const annotations = {
    "kubectl.kubernetes.io/last-applied-configuration": pemOf(der),
    "meta.helm.sh/release-name": "web\u001b[2J",
  };
  const metadata = { name: "x", namespace: "shop", annotations };
  assert.deepEqual(holdersIn({ kind: "ConfigMap", metadata, data: {} }, cas), []);
  const [held] = holdersIn({ kind: "ConfigMap", metadata, data: { ca: pemOf(der) } }, cas);
  assert.equal(held?.owner, "Helm, release web?[2J");
});
