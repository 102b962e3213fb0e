import assert from "node:assert/strict";
import { test } from "node:test";

import { digests } from "../../adapters/crypto/node-digests.ts";
import type { KubernetesDeclaration } from "../../core/estate/declaration.ts";
import { settle } from "../../core/estate/settle.ts";
import type { Consumer, Edge, Slot } from "../../core/model/inventory.ts";
import { exampleKubernetes } from "../../core/plan/examples/kubernetes.ts";
import { layoutOf, slotsOf, type Layout, type PlacedConsumer } from "./layout.ts";

const masters = ["master-1", "master-2", "master-3"];
const workers = ["worker-1", "worker-2"];

const layout = (
  kubernetes: Partial<KubernetesDeclaration> = {},
  access: { readonly local?: true } = {},
): Layout => {
  const settled = settle(
    {
      nodes: Object.fromEntries(
        [...masters, ...workers].map((name) => [name, { addresses: [name], ...access }]),
      ),
      kubernetes: {
        cluster: "main",
        version: "1.35.4",
        kubeconfig: "/root/.kube/config",
        endpoint: "api.example.org:6443",
        controlPlane: masters,
        workers,
        workloads: [
          { kind: "DaemonSet", namespace: "kube-system", name: "kube-proxy" },
          { kind: "Deployment", namespace: "web", name: "shop" },
        ],
        ...kubernetes,
      },
    },
    (path) => path,
  );
  assert.ok(settled.ok, JSON.stringify(settled));
  return layoutOf(settled.estate);
};

const example = exampleKubernetes({
  digests,
  now: 0,
  masters: masters.length,
  workers: workers.length,
  workloads: ["daemonset/kube-system/kube-proxy", "deployment/web/shop"],
  clientsComplete: true,
  tokens: true,
});

const byId = <T extends { readonly id: string }, U>(
  all: Iterable<T>,
  told: (one: T) => U,
): Readonly<Record<string, U>> => Object.fromEntries([...all].map((one) => [one.id, told(one)]));

/** The only one of them whose files kubeadm makes on the first master alone. */
const elsewhere = /^master-[23]\/super-admin/;
const there = <T extends { readonly id: string }>(all: ReadonlyMap<string, T>): readonly T[] =>
  [...all.values()].filter(({ id }) => !elsewhere.test(id));

const slotWords = ({ role, issuer, reload, place, source }: Omit<Slot, "basis">) => ({
  role,
  issuer,
  reload,
  source,
  node: place.node,
  path: place.path,
  key: place.key,
  form: place.form,
});

test("the layout has the consumers of the example that is planned with, grouped and restarted as there", () => {
  const words = (
    { program, group, redundancy = "quorum" }: Pick<Consumer, "program" | "group" | "redundancy">,
    service: Consumer["service"],
  ) => ({ program, group, redundancy, service });
  assert.deepEqual(
    byId(there(layout().consumers), (one: PlacedConsumer) => words(one, one.service.kind)),
    byId(example.consumers, (one) => words(one, one.service)),
  );
});

test("each slot has the example's role, issuer, place and reload", () => {
  const { slots } = layout();
  assert.deepEqual(byId(there(slots), slotWords), byId(example.slots, slotWords));
  // Ports besides: a front proxy's trust is asked at the API server's own.
  for (const { id, port } of example.slots) {
    if (port !== undefined) assert.deepEqual(slots.get(id)?.port, port, id);
  }
});

test("each edge joins the example's slots", () => {
  const words = ({ client, server, ...rest }: Edge) => ({
    client,
    server,
    ends: [rest.serverPresents, rest.clientTrusts, rest.clientPresents, rest.serverTrusts],
  });
  assert.deepEqual(byId(there(layout().edges), words), byId(example.edges, words));
});

test("what is verified is the address of whoever is beside or below, and the endpoint from everywhere else", () => {
  const names = byId(layout().edges.values(), ({ name }: Edge) => name);
  assert.equal(names["master-1/kube-apiserver>master-1/etcd"], "127.0.0.1");
  assert.equal(names["master-2/kube-scheduler>master-2/kube-apiserver"], "master-2");
  assert.equal(names["master-2/kube-apiserver>worker-1/kubelet"], "worker-1");
  assert.equal(names["worker-1/kubelet>master-3/kube-apiserver"], "api.example.org");
  assert.equal(names["operator/kubeconfig>master-1/kube-apiserver"], "api.example.org");
  assert.equal(names["deployment/web/shop>master-1/kube-apiserver"], "kubernetes.default.svc");
});

test("every slot of a port says how that port lets clients in", () => {
  const admissions = [...layout().slots.values()].flatMap(({ id, port, admission }) =>
    port === undefined ? [] : [`${id.replace(/^[^/]+\//, "")} ${port.port} ${admission}`],
  );
  assert.deepEqual([...new Set(admissions)].toSorted(), [
    "etcd/client-trust 2379 handshake",
    "etcd/peer 2380 handshake",
    "etcd/peer-trust 2380 handshake",
    "etcd/server 2379 handshake",
    "kube-apiserver/client-trust 6443 authentication",
    "kube-apiserver/requestheader-trust 6443 request-header",
    "kube-apiserver/serving 6443 authentication",
    "kube-apiserver/token-signer 6443 authentication",
    "kube-apiserver/token-trust 6443 authentication",
    "kubelet/client-trust 10250 authentication",
  ]);
});

test("with an external etcd nothing of etcd's is laid out", () => {
  const external = layout({ etcd: "external" });
  assert.equal(external.etcd, undefined);
  const ids = [...external.consumers.keys(), ...external.slots.keys(), ...external.edges.keys()];
  assert.deepEqual(
    ids.filter((id) => id.includes("etcd")),
    [],
  );
  const server = [...external.consumers.keys()].find((id) => id.endsWith("kube-apiserver"))!;
  assert.equal(slotsOf(external, server).length, 7);
});

test("an operator who works on a master with kubeadm's own kubeconfig is that one's user, and not another", () => {
  const kubeconfig = "/etc/kubernetes/admin.conf";
  const isThere = (one: Layout): boolean =>
    [...one.consumers.keys(), ...one.edges.keys()].some((id) => id.startsWith("operator/"));
  assert.equal(isThere(layout({ kubeconfig })), true);
  assert.equal(isThere(layout({ kubeconfig }, { local: true })), false);
  assert.equal(isThere(layout({}, { local: true })), true);
});

test("edges lead to consumers and slots that are there", () => {
  for (const { consumers, slots, edges } of [layout(), layout({ etcd: "external" })]) {
    for (const edge of edges.values()) {
      assert.ok(consumers.has(edge.client) && consumers.has(edge.server), edge.id);
      const ends = [edge.serverPresents, edge.clientTrusts, edge.clientPresents, edge.serverTrusts];
      for (const end of ends) assert.ok(end === undefined || slots.has(end), `${edge.id}: ${end}`);
    }
  }
});
