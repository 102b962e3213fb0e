import assert from "node:assert/strict";
import { test } from "node:test";

import { utf8Bytes } from "../../../core/bytes/utf8.ts";
import { settle } from "../../../core/estate/settle.ts";
import type { ConsumerId } from "../../../core/model/inventory.ts";
import type { PlanFinding } from "../../../core/plan/finding.ts";
import { layoutOf } from "../layout.ts";
import type { Look } from "../look.ts";
import { manifestFindings } from "./manifest-findings.ts";

const settled = settle(
  {
    nodes: { m1: { addresses: ["10.0.0.1"] } },
    kubernetes: {
      cluster: "main",
      version: "1.35.4",
      kubeconfig: "/root/.kube/config",
      endpoint: "10.0.0.1:6443",
      controlPlane: ["m1"],
    },
  },
  (path) => path,
);
assert.ok(settled.ok);
const layout = layoutOf(settled.estate);

const pki = "/etc/kubernetes/pki";
/** What kubeadm 1.35 writes, without what names no certificate. */
const flags = {
  etcd: {
    "cert-file": `${pki}/etcd/server.crt`,
    "data-dir": "/var/lib/etcd",
    "key-file": `${pki}/etcd/server.key`,
    "peer-cert-file": `${pki}/etcd/peer.crt`,
    "peer-key-file": `${pki}/etcd/peer.key`,
    "peer-trusted-ca-file": `${pki}/etcd/ca.crt`,
    "trusted-ca-file": `${pki}/etcd/ca.crt`,
  },
  "kube-apiserver": {
    "client-ca-file": `${pki}/ca.crt`,
    "etcd-cafile": `${pki}/etcd/ca.crt`,
    "etcd-certfile": `${pki}/apiserver-etcd-client.crt`,
    "etcd-keyfile": `${pki}/apiserver-etcd-client.key`,
    "kubelet-client-certificate": `${pki}/apiserver-kubelet-client.crt`,
    "kubelet-client-key": `${pki}/apiserver-kubelet-client.key`,
    "proxy-client-cert-file": `${pki}/front-proxy-client.crt`,
    "proxy-client-key-file": `${pki}/front-proxy-client.key`,
    "requestheader-client-ca-file": `${pki}/front-proxy-ca.crt`,
    "service-account-key-file": `${pki}/sa.pub`,
    "service-account-signing-key-file": `${pki}/sa.key`,
    "tls-cert-file": `${pki}/apiserver.crt`,
    "tls-private-key-file": `${pki}/apiserver.key`,
  },
  "kube-controller-manager": {
    "authentication-kubeconfig": "/etc/kubernetes/controller-manager.conf",
    "authorization-kubeconfig": "/etc/kubernetes/controller-manager.conf",
    "client-ca-file": `${pki}/ca.crt`,
    "cluster-signing-cert-file": `${pki}/ca.crt`,
    "cluster-signing-key-file": `${pki}/ca.key`,
    kubeconfig: "/etc/kubernetes/controller-manager.conf",
    "requestheader-client-ca-file": `${pki}/front-proxy-ca.crt`,
    "root-ca-file": `${pki}/ca.crt`,
    "service-account-private-key-file": `${pki}/sa.key`,
  },
  "kube-scheduler": {
    "authentication-kubeconfig": "/etc/kubernetes/scheduler.conf",
    "authorization-kubeconfig": "/etc/kubernetes/scheduler.conf",
    kubeconfig: "/etc/kubernetes/scheduler.conf",
  },
} as const;
type Program = keyof typeof flags;

const manifestOf = (program: Program, changed: Readonly<Record<string, string | undefined>>) =>
  [
    "kind: Pod",
    "spec:",
    "  containers:",
    "  - command:",
    `    - ${program}`,
    ...Object.entries({ ...flags[program], ...changed }).flatMap(([flag, value]) =>
      value === undefined ? [] : [`    - --${flag}=${value}`],
    ),
  ].join("\n");

const found = (program: Program, manifest: string | undefined): Promise<readonly PlanFinding[]> => {
  const consumer = layout.consumers.get(`m1/${program}` as ConsumerId)!;
  const session = {
    read: async (path: string) =>
      manifest === undefined || path !== `/etc/kubernetes/manifests/${program}.yaml`
        ? undefined
        : { path, bytes: utf8Bytes(manifest) },
  };
  const sessions = {
    use: (_: unknown, work: (one: typeof session) => Promise<unknown>) => work(session),
  };
  return manifestFindings({ at: { layout, sessions } } as unknown as Look, consumer);
};

test("kubeadm's own manifests name the files of the layout", async () => {
  for (const program of Object.keys(flags) as Program[]) {
    assert.deepEqual(await found(program, manifestOf(program, {})), [], program);
  }
});

test("a flag that names another file, or is not there, is told with both", async () => {
  const other = manifestOf("kube-apiserver", {
    "client-ca-file": "/srv/pki/clients.crt",
    "kubelet-client-key": undefined,
  });
  const [finding] = await found("kube-apiserver", other);
  assert.equal(finding?.rule, "flag-differs");
  assert.equal(finding.subject, "m1/kube-apiserver");
  assert.deepEqual(finding.evidence, [
    `/etc/kubernetes/manifests/kube-apiserver.yaml: --client-ca-file=/srv/pki/clients.crt, not ${pki}/ca.crt`,
    `/etc/kubernetes/manifests/kube-apiserver.yaml: no --kubelet-client-key, not ${pki}/apiserver-kubelet-client.key`,
  ]);
});

test("data in another directory than the estate's is told, with the field that says where", async () => {
  const [finding, ...rest] = await found("etcd", manifestOf("etcd", { "data-dir": "/srv/etcd" }));
  assert.deepEqual(rest, []);
  assert.equal(finding?.rule, "data-directory");
  assert.match(finding.text, /data in \/srv\/etcd, and the estate says \/var\/lib\/etcd/);
  assert.match(finding.cure, /etcdDataDirectory/);
});

test("a controller-manager signs with the CA's files or with those split from them, and with no others", async () => {
  const signing = (certificate: string, key: string) =>
    found(
      "kube-controller-manager",
      manifestOf("kube-controller-manager", {
        "cluster-signing-cert-file": certificate,
        "cluster-signing-key-file": key,
      }),
    );
  assert.deepEqual(await signing(`${pki}/ca-signer.crt`, `${pki}/ca-signer.key`), []);
  const [finding] = await signing("/srv/signer.crt", `${pki}/ca.key`);
  assert.deepEqual(finding?.evidence, [
    `/etc/kubernetes/manifests/kube-controller-manager.yaml: --cluster-signing-cert-file=/srv/signer.crt, not ${pki}/ca-signer.crt nor ${pki}/ca.crt`,
    `/etc/kubernetes/manifests/kube-controller-manager.yaml: --cluster-signing-key-file=${pki}/ca.key, not ${pki}/ca-signer.key nor ${pki}/ca.key`,
  ]);
});

test("a manifest that is not there, or is none, is told", async () => {
  const [missing] = await found("kube-scheduler", undefined);
  assert.equal(missing?.rule, "manifest-unreadable");
  assert.match(missing.evidence[0]!, /kube-scheduler\.yaml: there is no such file/);
  const [other] = await found("kube-scheduler", "kind: Service\n");
  assert.match(other?.evidence[0] ?? "", /it is no Pod/);
});
