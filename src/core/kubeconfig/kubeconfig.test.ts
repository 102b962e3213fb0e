import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { utf8Bytes, utf8Of } from "../bytes/utf8.ts";
import { parseKubeconfig, type KubeconfigField } from "./kubeconfig.ts";

const base64 = (text: string): string => Buffer.from(text).toString("base64");
const change = (field: KubeconfigField, text: string) => new Map([[field, utf8Bytes(text)]]);

const two = `# ours, since 2019
apiVersion: v1
kind: Config
clusters:
- cluster: # the old one
    certificate-authority-data: ${base64("old CA")}
    server: https://old:6443
  name: old
- cluster:
    certificate-authority-data: "${base64("new CA")}"   # quoted by hand
    server: "https://new:6443"
  name: new
contexts:
- context: {cluster: new, user: me}
  name: me@new
- context:
    cluster: old
    user: robot
  name: robot@old
current-context: me@new
users:
- name: robot
  user: {token: not-a-secret}
- name: me
  user:
    client-certificate-data: ${base64("certificate")}
    client-key-data: >-
      ${base64("the key, which is").slice(0, 8)}
      ${base64("the key, which is").slice(8)}
preferences: {}
`;

test("the parts are those of the current context, with field and line", () => {
  const kubeconfig = parseKubeconfig(two, "admin.conf");
  const part = kubeconfig.part("certificate-authority");
  assert.ok(part.kind === "inline");
  assert.equal(part.within, "clusters[1].cluster.certificate-authority-data");
  assert.equal(part.line, 10);
  assert.equal(utf8Of(part.bytes).text, "new CA");
  const key = kubeconfig.part("client-key");
  assert.ok(key.kind === "inline");
  assert.equal(utf8Of(key.bytes).text, "the key, which is");
});

test("other content changes its value and not one other character", () => {
  const changed = parseKubeconfig(two, "admin.conf").with(change("certificate-authority", "third"));
  assert.equal(changed, two.replace(base64("new CA"), base64("third")));
});

test("several parts change at once, and a folded value becomes one of one line", () => {
  const changed = parseKubeconfig(two, "admin.conf").with(
    new Map([
      ...change("client-key", "k"),
      ...change("client-certificate", "a longer certificate"),
    ]),
  );
  assert.equal(
    changed,
    two
      .replace(base64("certificate"), base64("a longer certificate"))
      .replace(/>-\n.*\n.*\n/, `${base64("k")}\n`),
  );
  const key = parseKubeconfig(changed, "admin.conf").part("client-key");
  assert.ok(key.kind === "inline");
  assert.equal(utf8Of(key.bytes).text, "k");
});

test("what is written is read back, and writing what was there changes nothing, in YAML and in JSON", () => {
  const value = (json: boolean, ca: string): string => {
    const whole = {
      clusters: [{ name: "a", cluster: { "certificate-authority-data": base64(ca) } }],
      contexts: [{ name: "c", context: { cluster: "a", user: "u" } }],
      "current-context": "c",
    };
    return json
      ? JSON.stringify(whole, undefined, 2)
      : `\uFEFFclusters:\r\n- name: a\r\n  cluster:\r\n    certificate-authority-data: ${base64(ca)}\r\ncontexts:\r\n- name: c\r\n  context: {cluster: a}\r\ncurrent-context: c\r\n`;
  };
  fc.assert(
    fc.property(
      fc.boolean(),
      fc.string({ minLength: 1 }),
      fc.string({ minLength: 1 }),
      (json, before, after) => {
        const text = value(json, before);
        const parsed = parseKubeconfig(text, "k");
        assert.equal(parsed.with(change("certificate-authority", before)), text);
        assert.equal(parsed.with(change("certificate-authority", after)), value(json, after));
      },
    ),
    { seed: Number(process.env["FC_SEED"] ?? 7), numRuns: 200 },
  );
});

test("cluster-info has one cluster and no context", () => {
  const text = `apiVersion: v1\nclusters:\n- cluster:\n    certificate-authority-data: ${base64("CA")}\n    server: https://x:6443\n  name: ""\ncontexts: null\ncurrent-context: ""\nkind: Config\nusers: null\n`;
  const kubeconfig = parseKubeconfig(text, "cluster-info");
  assert.equal(kubeconfig.part("certificate-authority").kind, "inline");
  assert.throws(() => kubeconfig.part("client-key"), { code: "kubeconfig.no-entry" });
});

test("a file's name is told, and never written over", () => {
  const text = two.replace(/client-certificate-data: .*/, "client-certificate: pki/me.crt");
  const kubeconfig = parseKubeconfig(text, "kubelet.conf");
  assert.deepEqual(kubeconfig.part("client-certificate"), {
    kind: "file",
    within: "users[1].user.client-certificate",
    line: 26,
    path: "pki/me.crt",
  });
  assert.throws(() => kubeconfig.with(change("client-certificate", "x")), {
    code: "kubeconfig.not-inline",
    message:
      "kubelet.conf:26: users[1].user.client-certificate names the file pki/me.crt, and is not written",
  });
});

test("what is missing, an alias, or no base64 is refused with its field", () => {
  const refused = (text: string, code: string, field: KubeconfigField = "certificate-authority") =>
    assert.throws(() => parseKubeconfig(text, "k").with(change(field, "x")), { code });
  refused(two.replace("current-context: me@new", "current-context: nobody"), "kubeconfig.no-entry");
  refused(two.replace("current-context: me@new\n", ""), "kubeconfig.no-entry");
  refused(
    two.replace("{cluster: new, user: me}", "{cluster: new}"),
    "kubeconfig.no-entry",
    "client-key",
  );
  refused(two.replace(/"[^"]*"   # quoted/, '""  # quoted'), "kubeconfig.absent");
  refused(
    two.replace("kind: Config", `kind: &x Config`).replace(/"[^"]*"   # q/, "*x # q"),
    "kubeconfig.malformed",
  );
  refused("a: [", "source.manifest");
  const broken = parseKubeconfig(two.replace(base64("new CA"), "b$$m"), "k");
  assert.throws(() => broken.part("certificate-authority"), {
    code: "kubeconfig.malformed",
    message:
      "k:10: clusters[1].cluster.certificate-authority-data: is no base64 (character) at its character 2",
  });
});
