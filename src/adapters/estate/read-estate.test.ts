import assert from "node:assert/strict";
import test from "node:test";
import { CertwrightError } from "../../core/errors/certwright-error.ts";
import { estateExample, kubernetesExample } from "./example.ts";
import { parseEstate } from "./read-estate.ts";

const faultsOf = (text: string): readonly string[] => {
  try {
    parseEstate(text, "certwright.yaml");
  } catch (error) {
    assert.ok(error instanceof CertwrightError);
    assert.equal(error.code, "estate.faulty");
    return error.message.split("\n");
  }
  return [];
};

test("the example is a correct estate with every default filled in", () => {
  const { etcd } = parseEstate(estateExample, "/srv/pki/certwright.yaml");
  assert.ok(etcd !== undefined);
  assert.deepEqual(etcd.issuers, {
    peer: "etcd-peer-ca",
    server: "etcd-server-ca",
    client: "etcd-client-ca",
  });
  assert.equal(etcd.members[2]!.certificateDirectory, "/etc/etcd/pki");
  assert.equal(etcd.members[2]!.clientPort, 2379);
  assert.equal(etcd.clientsDirectory, "/srv/pki/clients");
  assert.deepEqual(
    etcd.users.map((user) => user.name),
    ["root", "app"],
  );
});

test("the example of a Kubernetes cluster is correct, too, with paths from the file's folder", () => {
  const { kubernetes, etcd } = parseEstate(kubernetesExample, "/srv/pki/certwright.yaml");
  assert.equal(etcd, undefined);
  assert.equal(kubernetes!.kubeconfig, "/srv/pki/admin.conf");
  assert.equal(kubernetes!.etcd!.members.length, 3);
  assert.equal(kubernetes!.directory, "/etc/kubernetes");
  const version = kubernetesExample.replace('"1.35.4"', "1.35");
  assert.deepEqual(faultsOf(version), [
    'certwright.yaml:9:12: kubernetes.version: must be a text, not 1.35; put it in quotes: "1.35"',
  ]);
});

test("a misspelt field is one fault: line, column, field and the right word", () => {
  assert.deepEqual(faultsOf(estateExample.replace("addresses: [etcd-2", "adresses: [etcd-2")), [
    'certwright.yaml:6:5: nodes.etcd-2.adresses: there is no such field; did you mean "addresses"?',
  ]);
});

test("a version without quotes is told to get them", () => {
  assert.deepEqual(faultsOf(estateExample.replace('"3.6"', "3.6")), [
    'certwright.yaml:11:12: etcd.version: is a number, a text is needed; put it in quotes: "3.6"',
  ]);
});

test("all faults of a file are told at once", () => {
  const text = estateExample
    .replace("node: etcd-3", "node: etcd-33")
    .replace("roles: [app]", "roles: [ap]")
    .replace("10.240.1.2", "10.240.1");
  assert.deepEqual(
    faultsOf(text).map((line) => line.split(" ", 2).join(" ")),
    [
      "certwright.yaml:4:37: nodes.etcd-1.addresses[1]:",
      "certwright.yaml:15:13: etcd.members[2].node:",
      "certwright.yaml:20:20: etcd.users.app.roles[0]:",
    ],
  );
});

test("two members may not share a node's ports or folders", () => {
  const two = (extra: string) => `nodes:
  a: { addresses: [127.0.0.1] }
etcd:
  cluster: c
  version: "3.6"
  members:
    - { node: a, name: m1 }
    - { node: a, name: m2${extra} }
`;
  assert.match(
    faultsOf(two(""))[0]!,
    /:8:7: etcd\.members\[1\]: port 2379 of 127\.0\.0\.1 is taken by member m1/,
  );
  assert.match(
    faultsOf(two(", clientPort: 1, peerPort: 2"))[0]!,
    /dataDirectory \/var\/lib\/etcd on node a is taken by member m1/,
  );
  assert.deepEqual(
    faultsOf(two(", clientPort: 1, peerPort: 2, dataDirectory: d, configDirectory: e")),
    [],
  );
});

test("a permission says which keys in exactly one way", () => {
  const wrong = (range: string) =>
    faultsOf(estateExample.replace("prefix: /app/", range)).map((line) => line.slice(0, 60));
  for (const range of ["prefix: /a, key: /b", "from: /a", "to: /b"]) {
    assert.match(wrong(range)[0]!, /^certwright\.yaml:18:9: etcd\.roles\.app\[0\]: exactly one/);
  }
  assert.match(
    wrong("from: /b, to: /a")[0]!,
    /^certwright\.yaml:18:\d+: etcd\.roles\.app\[0\]\.to/,
  );
  assert.deepEqual(wrong("from: /a, to: /b"), []);
});

test("the user root cannot lose its role, and the role root cannot be bent", () => {
  assert.match(
    faultsOf(`${estateExample}    root: { roles: [app] }\n`)[0]!,
    /:21:\d+: etcd\.users\.root\.roles: the user root must have the role root/,
  );
  assert.match(
    faultsOf(estateExample.replace("    app:\n      - {", "    root:\n      - {"))[0]!,
    /etcd\.roles\.root: etcd gives the role root/,
  );
});

test("what is no YAML is located, and a tab is named", () => {
  assert.deepEqual(faultsOf("nodes:\n\ta: 1"), [
    "certwright.yaml:2:1: tabs are not allowed as indentation; indent with spaces",
  ]);
  assert.match(faultsOf("nodes: {a: 1}\nnodes: {}")[0]!, /^certwright\.yaml:2:1: map keys must be/);
  assert.deepEqual(faultsOf(""), ["certwright.yaml:1:1: nodes: this field is missing"]);
});

test("a bomb of aliases is refused, not unfolded", () => {
  const lines = ["a0: &a0 [x,x,x,x,x,x,x,x,x]"];
  for (let i = 1; i < 9; i++) {
    lines.push(`a${i}: &a${i} [${Array.from({ length: 9 }, () => `*a${i - 1}`).join(",")}]`);
  }
  assert.match(faultsOf(lines.join("\n"))[0]!, /excessive alias count/);
});
