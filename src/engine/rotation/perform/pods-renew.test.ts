import assert from "node:assert/strict";
import { test } from "node:test";

import type { KubernetesApplications } from "../../../core/model/estate.ts";
import type { RenewedPods } from "../../../core/model/plan.ts";
import { turns } from "../../../core/plan/phases/turns.ts";
import type { KubernetesObject } from "../../../ports/kubernetes.ts";
import type { Look } from "../look.ts";
import { observePodsRenewed } from "../observe/pods-renewed.ts";
import type { Hands } from "./hands.ts";
import { renewPods } from "./pods-renew.ts";

const published = Date.UTC(2026, 10, 1);
const time = (seconds: number): string => new Date(published + seconds * 1000).toISOString();

interface MadePod {
  readonly namespace?: string;
  readonly owner?: string;
  readonly hostPath?: string;
  readonly node?: string;
  /** Seconds after the new CA was published. */
  readonly started: number;
}

const pod = (name: string, made: MadePod): KubernetesObject => ({
  metadata: {
    name,
    namespace: made.namespace ?? "shop",
    creationTimestamp: time(made.started),
    ...(made.owner === undefined
      ? {}
      : { ownerReferences: [{ kind: "DaemonSet", name: made.owner, controller: true }] }),
  },
  spec: {
    nodeName: made.node ?? "m1",
    containers: [{ volumeMounts: [{ name: "access" }] }],
    volumes: [
      { name: "access", projected: { sources: [{ configMap: { name: "kube-root-ca.crt" } }] } },
      ...(made.hostPath === undefined ? [] : [{ hostPath: { path: made.hostPath } }]),
    ],
  },
  status: { containerStatuses: [{ state: { running: { startedAt: time(made.started) } } }] },
});

const root = (namespace: string) => ({
  resource: "",
  object: {
    metadata: {
      name: "kube-root-ca.crt",
      namespace,
      creationTimestamp: time(-3600),
      managedFields: [{ time: time(0) }],
    },
  },
});

/** An API whose workloads replace their pods at once, but for those that are stuck; API servers started at `servers`. */
const cluster = (
  pods: readonly KubernetesObject[],
  options: {
    readonly applications?: Partial<KubernetesApplications>;
    readonly servers?: number;
    readonly stuck?: readonly string[];
    readonly onDelete?: readonly string[];
    /** Nodes that are not ready. */
    readonly unready?: readonly string[];
  } = {},
) => {
  const patched: string[] = [];
  const nodes = ["m1", "w1"].map((name) => ({
    metadata: { name },
    status: {
      conditions: [
        { type: "Ready", status: options.unready?.includes(name) === true ? "Unknown" : "True" },
      ],
    },
  }));
  let now = published;
  const nameOf = (path: string): string => path.slice(path.lastIndexOf("/") + 1);
  const object = (path: string): KubernetesObject => {
    const name = nameOf(path);
    // A DaemonSet's rollout gets no further than its first unavailable pod.
    const isStuck =
      options.stuck?.includes(name) === true ||
      (options.unready !== undefined && patched.includes(name));
    return {
      metadata: { name, generation: 1 } as KubernetesObject["metadata"],
      spec: {
        updateStrategy: {
          type: options.onDelete?.includes(name) === true ? "OnDelete" : "RollingUpdate",
        },
        template: { metadata: {} },
      },
      status: {
        observedGeneration: 1,
        desiredNumberScheduled: 1,
        updatedNumberScheduled: isStuck ? 0 : 1,
        numberAvailable: 1,
      },
    };
  };
  const api = {
    async *list(path: string) {
      if (path.startsWith("/api/v1/pods?")) yield* pods;
    },
    get: (path: string) => Promise.resolve(object(path)),
    patch: (path: string) => {
      patched.push(nameOf(path));
      return Promise.resolve(object(path));
    },
  };
  const at = {
    ports: {
      clock: { now: () => now },
      timer: {
        sleep: (milliseconds: number) => {
          now += milliseconds;
          return Promise.resolve();
        },
      },
    },
    layout: {
      consumers: new Map([
        ["m1/kube-apiserver", { id: "m1/kube-apiserver", kubernetes: { kind: "kube-apiserver" } }],
      ]),
      kubernetes: {
        workloads: [],
        applications: {
          restart: "discovered",
          exclude: [],
          askBefore: [],
          ...options.applications,
        },
      },
    },
    apis: { open: () => Promise.resolve(api) },
  };
  const look = {
    at,
    content: async () => ({
      ok: true,
      value: {
        certificates: [{ publicKey: { id: "new" } }],
        fields: [root("shop"), root("kube-system")],
      },
    }),
    issuer: async () => ({
      name: "kubernetes-ca",
      generations: [{ number: 1, keyId: "new", certificate: {} }],
    }),
    process: async () => ({
      ok: true,
      value: { pid: 1, startedAt: published + (options.servers ?? 0) * 1000 },
    }),
    get: async (path: string) => ({ ok: true, value: object(path) }),
    list: async (path: string) => ({
      ok: true,
      value: new Map(
        (path === "/api/v1/nodes" ? nodes : pods).map((one) => [one.metadata.name, one]),
      ),
    }),
  } as unknown as Look;
  const hands = {
    at,
    look,
    attempt: { run: "r1", step: "workloads.rest", number: 1, epoch: 1 },
    meanwhile: { tell: () => undefined, patience: 5000 },
  } as unknown as Hands;
  return { look, hands, patched };
};

const trust = { issuer: "kubernetes-ca", generation: 1 };
const everybody: RenewedPods = { turns, trust, tokens: false, asked: false };

const some = [
  pod("a", { owner: "web", started: -9 }),
  pod("b", { owner: "fresh", started: 9 }),
  pod("c", { owner: "kube-proxy", namespace: "kube-system", started: -9 }),
  pod("d", { owner: "net", started: -9, hostPath: "/etc/cni/net.d" }),
];

test("pods from before the new CA are replaced, network first, and others are left", async () => {
  const { hands, look, patched } = cluster(some);
  assert.match((await observePodsRenewed(look, everybody)).evidence, /^from before: .*web/);
  assert.equal((await renewPods(hands, { kind: "pods.renew", ...everybody })).kind, "done");
  assert.deepEqual(patched, ["net", "kube-proxy", "web"]);
});

test("a step replaces those of its turn only", async () => {
  const { hands, patched } = cluster(some);
  await renewPods(hands, { kind: "pods.renew", ...everybody, turns: ["proxy"] });
  assert.deepEqual(patched, ["kube-proxy"]);
});

test("nothing is replaced where all are newer", async () => {
  const { hands, look, patched } = cluster([pod("b", { owner: "fresh", started: 9 })]);
  assert.equal((await observePodsRenewed(look, everybody)).verdict, "holds");
  await renewPods(hands, { kind: "pods.renew", ...everybody });
  assert.deepEqual(patched, []);
});

test("where tokens are dead, pods from before the API servers' start are replaced, whatever CA they have", async () => {
  const tokens: RenewedPods = { turns, tokens: true, asked: false };
  const { hands, patched } = cluster(
    [pod("a", { owner: "web", started: 20 }), pod("b", { owner: "fresh", started: 40 })],
    { servers: 30 },
  );
  await renewPods(hands, { kind: "pods.renew", ...tokens });
  assert.deepEqual(patched, ["web"]);
});

test("what the operator leaves alone is not replaced, and what he wants to be asked about with its own step", async () => {
  const applications = {
    exclude: [{ namespace: "shop", name: "web" }],
    askBefore: [{ namespace: "kube-system" }],
  };
  const { hands, look, patched } = cluster(some, { applications });
  await renewPods(hands, { kind: "pods.renew", ...everybody });
  assert.deepEqual(patched, ["net"]);
  await renewPods(hands, { kind: "pods.renew", ...everybody, asked: true });
  assert.deepEqual(patched, ["net", "kube-proxy"]);
  const { evidence } = await observePodsRenewed(look, everybody);
  assert.match(evidence, /left to their owners: DaemonSet shop\/web: certwright\.yaml leaves it/);
});

test("an estate that lists its workloads has no others replaced", async () => {
  const { hands, patched } = cluster(some, { applications: { restart: "listed" } });
  await renewPods(hands, { kind: "pods.renew", ...everybody });
  assert.deepEqual(patched, []);
});

test("pods that nobody makes again, or whose owner replaces them, are named and not waited for", async () => {
  const { hands, look, patched } = cluster(
    [pod("debug", { started: -9 }), pod("a", { owner: "web", started: -9 })],
    { onDelete: ["web"] },
  );
  await renewPods(hands, { kind: "pods.renew", ...everybody });
  assert.deepEqual(patched, []);
  const { verdict, evidence } = await observePodsRenewed(look, everybody);
  assert.equal(verdict, "holds");
  assert.match(evidence, /DaemonSet shop\/web: its pods are replaced when somebody deletes them/);
  assert.match(evidence, /pod shop\/debug: nobody makes it again/);
});

test("a workload that comes no further keeps no other one waiting, and is told", async () => {
  const { hands, patched } = cluster(some, { stuck: ["kube-proxy"] });
  const performed = await renewPods(hands, { kind: "pods.renew", ...everybody });
  assert.deepEqual(patched, ["net", "kube-proxy", "web"]);
  assert.ok(performed.kind === "unknown");
  assert.match(performed.failure.message, /daemonset\/kube-system\/kube-proxy has come no further/);
});

test("a DaemonSet with a pod on a node that is not ready is begun, told, and not waited for", async () => {
  const pods = [
    pod("c", { owner: "kube-proxy", namespace: "kube-system", started: -9, node: "w1" }),
  ];
  const { hands, look, patched } = cluster(pods, { unready: ["w1"] });
  assert.equal((await observePodsRenewed(look, everybody)).verdict, "fails");
  assert.equal((await renewPods(hands, { kind: "pods.renew", ...everybody })).kind, "done");
  assert.deepEqual(patched, ["kube-proxy"]);
  const { verdict, evidence } = await observePodsRenewed(look, everybody);
  assert.equal(verdict, "holds");
  assert.match(evidence, /kube-system\/kube-proxy: its rollout goes on when ready again: w1$/);
});
