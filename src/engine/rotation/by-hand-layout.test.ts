import assert from "node:assert/strict";
import { test } from "node:test";
import { componentFlags } from "../../core/estate/component-flags.ts";
import type { ComponentDeclaration, EstateDeclaration } from "../../core/estate/declaration.ts";
import { settle } from "../../core/estate/settle.ts";
import { controlPlanePrograms } from "../../core/model/estate.ts";
import { slots as apiServerSlots } from "../../programs/kube-apiserver/slots.ts";
import { slots as controllerManagerSlots } from "../../programs/kube-controller-manager/slots.ts";
import { slots as schedulerSlots } from "../../programs/kube-scheduler/slots.ts";
import { flagOf } from "./by-hand-layout.ts";
import { layoutOf, type Layout, type PlacedSlot } from "./layout.ts";

const ssl = "/etc/kubernetes/ssl";
const components = {
  "kube-apiserver": {
    service: { systemd: "kube-apiserver.service" },
    flags: {
      "client-ca-file": `${ssl}/ca.pem`,
      "tls-cert-file": `${ssl}/apiserver.pem`,
      "tls-private-key-file": `${ssl}/apiserver-key.pem`,
      "etcd-cafile": "/etc/etcd/ca.pem",
      "etcd-certfile": `${ssl}/etcd-client.pem`,
      "etcd-keyfile": `${ssl}/etcd-client-key.pem`,
    },
  },
  "kube-controller-manager": {
    service: { systemd: "kube-controller-manager.service" },
    flags: {
      kubeconfig: "/etc/kubernetes/manager.kubeconfig",
      "root-ca-file": `${ssl}/ca.pem`,
      "cluster-signing-cert-file": `${ssl}/signer.pem`,
      "cluster-signing-key-file": `${ssl}/signer-key.pem`,
    },
  },
  "kube-scheduler": {
    service: { restart: ["sv", "restart", "kube-scheduler"] },
    flags: { kubeconfig: "/etc/kubernetes/scheduler.kubeconfig" },
  },
} satisfies Record<string, ComponentDeclaration>;

const etcd = {
  cluster: "store",
  version: "3.6" as const,
  members: [{ node: "etcd-1" }, { node: "etcd-2" }],
  issuers: { peer: "etcd-peers", server: "etcd-servers", client: "etcd-clients" },
  files: {
    serverCertificate: "/etc/etcd/server.pem",
    serverKey: "/etc/etcd/server-key.pem",
    peerCertificate: "/etc/etcd/peer.pem",
    peerKey: "/etc/etcd/peer-key.pem",
    peerTrust: "/etc/etcd/ca.pem",
    clientTrust: "/etc/etcd/ca.pem",
  },
};

const declared = (kubernetes: Partial<EstateDeclaration["kubernetes"]> = {}) => ({
  nodes: Object.fromEntries(
    ["m1", "m2", "etcd-1", "etcd-2"].map((name) => [name, { addresses: [name] }]),
  ),
  etcd,
  kubernetes: {
    cluster: "main",
    version: "1.35.4",
    kubeconfig: "/root/.kube/config",
    endpoint: "api.example.org:6443",
    controlPlane: ["m1", "m2"],
    components,
    ...kubernetes,
  },
});

const layoutFrom = (declaration: EstateDeclaration): Layout => {
  const settled = settle(declaration, (path) => path);
  assert.ok(settled.ok, JSON.stringify(settled));
  return layoutOf(settled.estate);
};

const faultsOf = (declaration: EstateDeclaration): readonly string[] => {
  const settled = settle(declaration, (path) => path);
  assert.ok(!settled.ok);
  return settled.faults.map(({ path, message }) => `${path.join(".")}: ${message}`);
};

const slot = (layout: Layout, id: string): PlacedSlot => {
  const found = [...layout.slots.values()].find((one) => one.id === id);
  assert.ok(found !== undefined, `no ${id}`);
  return found;
};

test("each flag that leads to a certificate is a slot, where it leads and with its issuer", () => {
  const layout = layoutFrom(declared());
  const told = [...layout.slots.values()]
    .filter(({ consumer }) => consumer.startsWith("m1/"))
    .map(({ id, role, issuer, reload, place: { path, key, form } }) =>
      [id, role, issuer, reload, path, key ?? form?.kind ?? ""].join(" "),
    );
  assert.deepEqual(told, [
    `m1/kube-apiserver/serving presents kubernetes-ca watch ${ssl}/apiserver.pem ${ssl}/apiserver-key.pem`,
    `m1/kube-apiserver/client-trust trusts kubernetes-ca watch ${ssl}/ca.pem `,
    `m1/kube-apiserver/etcd-client presents etcd-clients handshake ${ssl}/etcd-client.pem ${ssl}/etcd-client-key.pem`,
    "m1/kube-apiserver/etcd-trust trusts etcd-servers start /etc/etcd/ca.pem ",
    `m1/kube-controller-manager/root-ca trusts kubernetes-ca start ${ssl}/ca.pem `,
    `m1/kube-controller-manager/signer signs kubernetes-ca watch ${ssl}/signer.pem ${ssl}/signer-key.pem`,
    "m1/kube-controller-manager/kubeconfig-trust trusts kubernetes-ca start /etc/kubernetes/manager.kubeconfig kubeconfig",
    "m1/kube-controller-manager/kubeconfig-client presents kubernetes-ca start /etc/kubernetes/manager.kubeconfig kubeconfig",
    "m1/kube-scheduler/kubeconfig-trust trusts kubernetes-ca start /etc/kubernetes/scheduler.kubeconfig kubeconfig",
    "m1/kube-scheduler/kubeconfig-client presents kubernetes-ca start /etc/kubernetes/scheduler.kubeconfig kubeconfig",
  ]);
});

test("nothing of kubeadm's is there, and no front proxy's where no flag names one", () => {
  const layout = layoutFrom(declared());
  const ids = [...layout.consumers.keys()].map(String);
  for (const name of ["kubeadm", "admin", "kubelet", "etcd-healthcheck"]) {
    assert.ok(!ids.includes(`m1/${name}`), name);
  }
  assert.ok(!ids.includes("cluster/requestheader-ca"));
  assert.ok(ids.includes("cluster/client-ca"));
  const services = ids
    .filter((id) => id.startsWith("m2/"))
    .map((id) => layout.consumers.get(id as never)!.service);
  assert.deepEqual(
    services.map(({ kind }) => kind),
    ["systemd", "systemd", "command"],
  );
});

test("each API server is a client of each member, and nobody of etcd's users is", () => {
  const layout = layoutFrom(declared());
  const between = [...layout.edges.values()].filter(({ server }) => server.endsWith("/etcd"));
  assert.deepEqual(
    between.filter(({ client }) => client.startsWith("m")).map(({ id }) => id),
    [
      "m1/kube-apiserver>etcd-1/etcd",
      "m1/kube-apiserver>etcd-2/etcd",
      "m2/kube-apiserver>etcd-1/etcd",
      "m2/kube-apiserver>etcd-2/etcd",
    ],
  );
  assert.ok(![...layout.consumers.keys()].some((id) => id.startsWith("client/")));
  assert.equal(slot(layout, "etcd-2/etcd/peer-trust").place.path, "/etc/etcd/ca.pem");
  assert.equal(slot(layout, "etcd-1/etcd/client-trust").place.path, "/etc/etcd/ca.pem");
});

const kubelet = {
  service: { restart: ["sv", "restart", "kubelet"] },
  files: { clientTrust: `${ssl}/ca.pem`, kubeconfig: "/var/lib/kubelet/kubeconfig" },
};
const withWorker = (of: typeof kubelet & { onMasters?: boolean }): EstateDeclaration => {
  const declaration = declared({
    components: { ...components, kubelet: of },
    workers: ["w1"],
  });
  return { ...declaration, nodes: { ...declaration.nodes, w1: { addresses: ["w1"] } } };
};
const placesOf = (layout: Layout, consumer: string): readonly string[] =>
  [...layout.slots.values()]
    .filter((one) => one.consumer === consumer)
    .map(({ id, role, reload, place: { path, key, form } }) =>
      [id, role, reload, path, key ?? form?.kind ?? ""].join(" "),
    );

test("kubelets have the slots and edges of kubeadm's, where their kubeconfig and configuration lead", () => {
  const layout = layoutFrom(withWorker(kubelet));
  assert.deepEqual(placesOf(layout, "w1/kubelet"), [
    `w1/kubelet/client-trust trusts watch ${ssl}/ca.pem `,
    "w1/kubelet/kubeconfig-trust trusts start /var/lib/kubelet/kubeconfig kubeconfig",
    "w1/kubelet/client presents start /var/lib/kubelet/kubeconfig kubeconfig",
  ]);
  const { service } = layout.consumers.get("w1/kubelet" as never)!;
  assert.deepEqual(service, { kind: "command", restart: ["sv", "restart", "kubelet"] });
  assert.ok(!layout.consumers.has("m1/kubelet" as never));
  const edges = [...layout.edges.keys()].filter((id) => id.includes("w1/kubelet"));
  assert.deepEqual(edges.toSorted(), [
    "m1/kube-apiserver>w1/kubelet",
    "m2/kube-apiserver>w1/kubelet",
    "w1/kubelet>m1/kube-apiserver",
    "w1/kubelet>m2/kube-apiserver",
  ]);
  assert.ok(
    layoutFrom(withWorker({ ...kubelet, onMasters: true })).consumers.has("m1/kubelet" as never),
  );
});

test("files that a kubelet's kubeconfig names are places of their own, and what it renews itself lies behind its link", () => {
  const files = {
    ...kubelet.files,
    kubeconfigTrust: `${ssl}/ca.pem`,
    certificate: `${ssl}/node.pem`,
    key: `${ssl}/node-key.pem`,
  };
  assert.deepEqual(placesOf(layoutFrom(withWorker({ ...kubelet, files })), "w1/kubelet").slice(1), [
    `w1/kubelet/kubeconfig-trust trusts start ${ssl}/ca.pem `,
    `w1/kubelet/client presents start ${ssl}/node.pem ${ssl}/node-key.pem`,
  ]);
  const renewing = { ...kubelet.files, certificateDirectory: "/srv/pki" };
  assert.equal(
    placesOf(layoutFrom(withWorker({ ...kubelet, files: renewing })), "w1/kubelet").at(-1),
    "w1/kubelet/client presents start /srv/pki/kubelet-client-current.pem kubelet-pem",
  );
});

test("workers whose kubelets are not described, and files that cannot be all, are told", () => {
  const { components: whole } = withWorker(kubelet).kubernetes!;
  const without = withWorker(kubelet);
  assert.deepEqual(faultsOf({ ...without, kubernetes: { ...without.kubernetes!, components } }), [
    "kubernetes.workers: workers have kubelets, and components does not say how those are started",
  ]);
  const files = { ...kubelet.files, certificate: "/a.pem", certificateDirectory: "/srv/pki" };
  assert.deepEqual(
    faultsOf({
      ...without,
      kubernetes: {
        ...without.kubernetes!,
        kubelet: { systemd: "kubelet.service" },
        components: { ...whole!, kubelet: { ...kubelet, files } },
      },
    }).map((fault) => fault.slice(0, fault.indexOf(":"))),
    [
      "kubernetes.components.kubelet.files",
      "kubernetes.components.kubelet.files.certificateDirectory",
      "kubernetes.kubelet",
    ],
  );
});

test("what a program's flags must name and what nobody knows is told with its place", () => {
  const { "kube-apiserver": server, ...others } = components;
  const { "etcd-keyfile": _, "client-ca-file": __, ...flags } = server.flags;
  const changed = { ...server, flags: { ...flags, "tls-cert-fil": "/x" } };
  assert.deepEqual(faultsOf(declared({ components: { "kube-apiserver": changed, ...others } })), [
    "kubernetes.components.kube-apiserver.flags.tls-cert-fil: --tls-cert-fil of kube-apiserver leads to no certificate that certwright knows",
    "kubernetes.components.kube-apiserver.flags: --client-ca-file, --etcd-keyfile of kube-apiserver is not said",
  ]);
  assert.deepEqual(faultsOf(declared({ directory: "/etc/kubernetes", etcd: "stacked" })), [
    "kubernetes.directory: says where kubeadm has put files, and with components it was somebody else",
    "kubernetes.etcd: only kubeadm puts etcd into static pods",
  ]);
});

test("the flags that an estate may name are those of the programs' own tables", () => {
  const tables = {
    "kube-apiserver": apiServerSlots,
    "kube-controller-manager": controllerManagerSlots,
    "kube-scheduler": schedulerSlots,
  };
  for (const program of controlPlanePrograms) {
    const { required, optional } = componentFlags[program];
    const inTable = tables[program]
      .flatMap(({ settings }): readonly string[] => settings.map(flagOf))
      // One kubeconfig for all three, or it is not known what is in the others.
      .filter((flag) => !/^auth.*-kubeconfig$/.test(flag));
    assert.deepEqual([...required, ...optional].toSorted(), [...new Set(inTable)].toSorted());
  }
});
