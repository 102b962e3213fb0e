import assert from "node:assert/strict";
import test from "node:test";
import { CertwrightError } from "../../core/errors/certwright-error.ts";
import type { Estate } from "../../core/model/estate.ts";
import { parseEstate } from "./read-estate.ts";

const read = (text: string): Estate => parseEstate(text, "/srv/pki/certwright.yaml");

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

const accessOf = (node: string) => read(`nodes:\n  a: ${node}\n`).nodes[0]!.access;

const etcd = (lines: string, nodes = ""): string => `nodes:
  a: { addresses: [10.0.0.1] }
  b: { addresses: [10.0.0.2] }
${nodes}etcd:
  cluster: c
  version: "3.6"
  members: [{ node: a }, { node: b }]
  users: { app: { roles: [] } }
${lines}`;

test("a machine is this one when its first address is, and else reached by ssh to that address", () => {
  for (const address of ["127.0.0.1", "'::1'"]) {
    assert.deepEqual(accessOf(`{ addresses: [${address}, 10.0.0.1] }`), { kind: "local" });
  }
  assert.deepEqual(accessOf("{ addresses: [10.0.0.1, a.example.org] }"), {
    kind: "ssh",
    destination: "10.0.0.1",
    sudo: false,
  });
  assert.deepEqual(accessOf("{ addresses: [10.0.0.1], local: true }"), { kind: "local" });
  assert.deepEqual(accessOf("{ addresses: [127.0.0.1], ssh: { port: 2222 } }"), {
    kind: "ssh",
    destination: "127.0.0.1",
    port: 2222,
    sudo: false,
  });
});

test("every word of ssh is kept, and its configuration is found from the estate file's folder", () => {
  const ssh =
    "{ destination: bastion-a, user: pki, port: 22, configuration: ssh_config, sudo: true }";
  assert.deepEqual(accessOf(`{ addresses: [10.0.0.1], ssh: ${ssh} }`), {
    kind: "ssh",
    destination: "bastion-a",
    user: "pki",
    port: 22,
    configuration: "/srv/pki/ssh_config",
    sudo: true,
  });
});

test("a machine is not both this one and another", () => {
  assert.deepEqual(
    faultsOf("nodes:\n  a: { addresses: [a.example.org], local: true, ssh: {} }\n"),
    ['certwright.yaml:2:3: nodes.a: has both "local" and "ssh"; keep the one that is so'],
  );
});

test("what ssh cannot be told is told at its place", () => {
  const fault = (ssh: string): string =>
    faultsOf(`nodes:\n  a: { addresses: [a], ssh: ${ssh} }\n`)[0]!;
  assert.match(fault("{ port: 70000 }"), /^certwright\.yaml:2:\d+: nodes\.a\.ssh\.port: /);
  assert.match(fault("{ sudo: yes please }"), /nodes\.a\.ssh\.sudo: /);
  assert.match(fault('{ user: "-oProxyCommand=x" }'), /nodes\.a\.ssh\.user: /);
  assert.match(fault("{ destination: -oProxyCommand=x }"), /nodes\.a\.ssh\.destination: /);
  assert.match(
    fault("{ configuraton: x }"),
    /nodes\.a\.ssh\.configuraton: there is no such field; did you mean "configuration"\?/,
  );
  assert.equal(
    fault("{ configuration: ~/.ssh/config }"),
    'certwright.yaml:2:46: nodes.a.ssh.configuration: "~/.ssh/config": only a shell knows what ~ is; write the whole path, or one from the folder of this file',
  );
});

test("a member is restarted by systemd unless it says otherwise, for itself or for all", () => {
  const services = (lines: string) => read(etcd(lines)).etcd!.members.map(({ service }) => service);
  const systemd = { kind: "systemd", unit: "etcd.service" };
  assert.deepEqual(services(""), [systemd, systemd]);
  const pod = { kind: "static-pod", manifest: "/etc/kubernetes/manifests/etcd.yaml" };
  assert.deepEqual(services(`  service: { staticPod: ${pod.manifest} }\n`), [pod, pod]);
  const own = etcd("  service: { none: true }\n").replace(
    "{ node: a }",
    "{ node: a, service: { restart: [rc, etcd, restart], stop: [rc, stop], start: [rc, start] } }",
  );
  assert.deepEqual(
    read(own).etcd!.members.map(({ service }) => service),
    [
      {
        kind: "command",
        restart: ["rc", "etcd", "restart"],
        stop: ["rc", "stop"],
        start: ["rc", "start"],
      },
      { kind: "none" },
    ],
  );
});

test("no form of service, two forms, and half a stop are one fault each", () => {
  const one =
    'exactly one of "systemd", "staticPod", "restart" and "none" says how it is restarted';
  const hint = "write for example { systemd: etcd.service }";
  for (const service of ["{}", "{ systemd: etcd.service, none: true }"]) {
    assert.deepEqual(faultsOf(etcd(`  service: ${service}\n`)), [
      `certwright.yaml:9:3: etcd.service: ${one}; ${hint}`,
    ]);
  }
  const pair = '"stop" and "start" stand together, beside "restart"';
  assert.deepEqual(faultsOf(etcd("  service: { restart: [x], stop: [y] }\n")), [
    `certwright.yaml:9:3: etcd.service: ${pair}`,
  ]);
  assert.deepEqual(faultsOf(etcd("  service: { systemd: x, stop: [y], start: [z] }\n")), [
    `certwright.yaml:9:3: etcd.service: ${pair}`,
  ]);
  const member = etcd("").replace("{ node: b }", "{ node: b, service: {} }");
  assert.deepEqual(faultsOf(member), [
    `certwright.yaml:7:37: etcd.members[1].service: ${one}; ${hint}`,
  ]);
  assert.match(faultsOf(etcd("  service: { restart: [] }\n"))[0]!, /etcd\.service\.restart: /);
  assert.match(
    faultsOf(etcd("  service: { restart: rc restart }\n"))[0]!,
    /etcd\.service\.restart: /,
  );
});

test("every user is a client with the files that init writes, which a declaration may move", () => {
  const { clients, clientsComplete } = read(
    etcd(
      "  clientsComplete: true\n  clients:\n    app: { reload: start }\n    cron: { user: app, node: b, certificate: /c, key: /k, trust: /t, service: { systemd: cron.service } }\n",
    ),
  ).etcd!;
  assert.equal(clientsComplete, true);
  const folder = "/srv/pki/clients";
  const files = (user: string) => ({
    certificate: `${folder}/${user}/client.crt`,
    key: `${folder}/${user}/client.key`,
    trust: `${folder}/${user}/server-ca.crt`,
  });
  const none = { kind: "none" };
  assert.deepEqual(
    clients.map((client) =>
      Object.assign({ node: undefined }, client, client.node && { node: client.node.name }),
    ),
    [
      {
        name: "root",
        user: "root",
        ...files("root"),
        reload: "handshake",
        service: none,
        node: undefined,
      },
      {
        name: "app",
        user: "app",
        ...files("app"),
        reload: "start",
        service: none,
        node: undefined,
      },
      {
        name: "cron",
        user: "app",
        certificate: "/c",
        key: "/k",
        trust: "/t",
        reload: "handshake",
        service: { kind: "systemd", unit: "cron.service" },
        node: "b",
      },
    ],
  );
});

test("a client of nobody, on no machine, or without its files' places is told with the word that was meant", () => {
  const clients = (line: string): readonly string[] => faultsOf(etcd(`  clients:\n    ${line}\n`));
  assert.deepEqual(clients("ap: {}"), [
    'certwright.yaml:10:5: etcd.clients.ap: there is no user "ap"; did you mean "app"?',
  ]);
  assert.deepEqual(clients("cron: { user: ap }"), [
    'certwright.yaml:10:19: etcd.clients.cron.user: there is no user "ap"; did you mean "app"?',
  ]);
  assert.deepEqual(clients("cron: { user: nothing-alike }"), [
    'certwright.yaml:10:19: etcd.clients.cron.user: there is no user "nothing-alike"; describe it under etcd.users; there are: root, app',
  ]);
  assert.deepEqual(clients("app: { node: c, certificate: /c, key: /k, trust: /t }"), [
    'certwright.yaml:10:18: etcd.clients.app.node: there is no node "c"; did you mean "a"?',
  ]);
  assert.deepEqual(clients("app: { node: b, key: /k }"), [
    "certwright.yaml:10:5: etcd.clients.app: where its files lie on b is not said: certificate, trust; only files on this machine have a place by default",
  ]);
  assert.match(
    clients("app: { reload: sometimes }")[0]!,
    /etcd\.clients\.app\.reload: .*handshake/,
  );
});
