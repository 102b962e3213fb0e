import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { chooseApplications, workloadWords } from "./choose.ts";
import { searchApplications, type Applications } from "./find-applications.ts";
import { hasRead, publishedAt } from "./freshness.ts";
import { mountsRootCa, type Pod } from "./pod.ts";

const seed = Number(process.env["CERTWRIGHT_SEED"] ?? 20261123);

/** Seconds after the CA was published. */
const at = (seconds: number): string =>
  new Date(Date.UTC(2026, 10, 1) + seconds * 1000).toISOString().replace(".000Z", "Z");

interface Wish {
  readonly name: string;
  readonly owner?: readonly [kind: string, name: string];
  readonly labels?: Readonly<Record<string, string>>;
  readonly namespace?: string;
  readonly made?: number;
  readonly started?: number;
  readonly phase?: string;
  readonly spec?: Pod["spec"];
  readonly mounts?: boolean;
}

const volume = {
  name: "kube-api-access-x",
  projected: { sources: [{ configMap: { name: "kube-root-ca.crt" } }] },
};

const podOf = (wish: Wish): Pod => {
  const { name, owner, labels = {}, namespace = "shop", made = -60, started, phase } = wish;
  return {
    metadata: {
      name,
      namespace,
      labels,
      creationTimestamp: at(made),
      ownerReferences:
        owner === undefined ? [] : [{ kind: owner[0], name: owner[1], controller: true }],
    },
    spec: {
      containers: [{ volumeMounts: wish.mounts === false ? [] : [{ name: volume.name }] }],
      ...wish.spec,
      volumes: [volume, ...(wish.spec?.volumes ?? [])],
    },
    status: {
      ...(phase === undefined ? {} : { phase }),
      containerStatuses: [{ state: { running: { startedAt: at(started ?? made + 1) } } }],
    },
  };
};

/** The CA is made an hour before, and changed at second 0. */
const ca = publishedAt({ creationTimestamp: at(-3600), managedFields: [{ time: at(0) }] });

const search = (pods: readonly Pod[], leaders: ReadonlySet<string> = new Set()): Applications => {
  const searching = searchApplications({
    leads: (namespace, pod) => leaders.has(`${namespace}/${pod}`),
    published: () => ca,
  });
  for (const pod of pods) searching.add(pod);
  return searching.found();
};

const replicas = (name: string): Pick<Wish, "owner" | "labels"> => ({
  owner: ["ReplicaSet", `${name}-5f7d9`],
  labels: { "pod-template-hash": "5f7d9" },
});

test("of a workload it is told how many pods run, how many are older than the CA, and since when", () => {
  const { workloads } = search([
    podOf({ name: "web-1", ...replicas("web"), made: -100 }),
    podOf({ name: "web-2", ...replicas("web"), made: 10 }),
    podOf({ name: "web-3", ...replicas("web"), made: -10, phase: "Failed" }),
  ]);
  assert.deepEqual(workloads, [
    {
      kind: "Deployment",
      namespace: "shop",
      name: "web",
      turn: "rest",
      pods: 2,
      older: 1,
      evidence: {
        published: Date.parse(at(0)),
        pods: [{ name: "web-1", startedAt: Date.parse(at(-99)) }],
      },
      oldestStart: Date.parse(at(-99)),
    },
  ]);
});

test("a container that was started anew in an old pod has the old pod's copy before it", () => {
  const pod = (made: number, started: number) => podOf({ name: "web-1", made, started });
  assert.ok(!hasRead(pod(-100, 50), ca));
  assert.ok(!hasRead(pod(0, 1), ca), "the same second may be before it");
  assert.ok(hasRead(pod(1, 2), ca));
});

test("a pod that waited for its ConfigMap to be made has read it, and none that was changed after it", () => {
  const made = publishedAt({ creationTimestamp: at(0), managedFields: [{ time: at(0) }] });
  assert.ok(hasRead(podOf({ name: "early", made: -5, started: 3 }), made));
  assert.ok(!hasRead(podOf({ name: "early", made: -5, started: 3 }), ca));
});

test("a volume that no container mounts is nobody's trust, and a sidecar's is", () => {
  const pod = podOf({ name: "web-1", mounts: false });
  assert.ok(!mountsRootCa(pod));
  const init = (restartPolicy?: string): Pod => ({
    ...pod,
    spec: {
      ...pod.spec,
      initContainers: [
        {
          volumeMounts: [{ name: volume.name }],
          ...(restartPolicy === undefined ? {} : { restartPolicy }),
        },
      ],
    },
  });
  assert.ok(!mountsRootCa(init()), "it has ended");
  assert.ok(mountsRootCa(init("Always")));
});

test("pods of Jobs and of nobody are told by themselves", () => {
  const { workloads, loosePods } = search([
    podOf({ name: "nightly-1", owner: ["Job", "nightly"] }),
    podOf({ name: "debug", made: 5 }),
  ]);
  assert.deepEqual(workloads, []);
  assert.deepEqual(
    loosePods.map(({ name, controller, older }) => [name, controller, older]),
    [
      ["nightly-1", "Job nightly", true],
      ["debug", undefined, false],
    ],
  );
});

test("a workload is silent when each of its pods has run all the while and asked for nothing, and somebody was heard", () => {
  const uid = (pod: Pod, id: string): Pod => ({ ...pod, metadata: { ...pod.metadata, uid: id } });
  const pods = [
    uid(podOf({ name: "a", ...replicas("web"), made: -100 }), "quiet"),
    uid(podOf({ name: "b", ...replicas("web"), made: -100 }), "asks"),
    uid(podOf({ name: "c", ...replicas("still"), made: -100 }), "also quiet"),
    uid(podOf({ name: "d", owner: ["DaemonSet", "young"], made: -50 }), "started within"),
  ];
  const silentOf = (...heard: readonly string[]): readonly string[] => {
    const searching = searchApplications({
      leads: () => false,
      published: () => ca,
      heard: {
        pods: new Map(heard.map((one) => [one, new Set(["web/v1"])])),
        since: Date.parse(at(-60)),
      },
    });
    for (const pod of pods) searching.add(pod);
    const applications = { restart: "discovered", exclude: [], askBefore: [] } as const;
    const chosen = chooseApplications({ workloads: [], applications }, searching.found().workloads);
    assert.equal(chosen.restarted.length + chosen.silent.length, 3);
    return chosen.silent;
  };
  assert.deepEqual(silentOf("asks"), ["Deployment shop/still"]);
  assert.deepEqual(silentOf("asks", "also quiet"), []);
  assert.deepEqual(silentOf("another"), ["Deployment shop/still", "Deployment shop/web"]);
  assert.deepEqual(silentOf(), [], "a log that nobody is in tells nothing");
});

test("turns are told by what pods are: the network, kube-proxy, DNS, who elects a leader, who takes the web's ports", () => {
  const plugin = { volumes: [{ name: "cni", hostPath: { path: "/etc/cni/net.d" } }] };
  const web = {
    containers: [{ ports: [{ hostPort: 443 }], volumeMounts: [{ name: volume.name }] }],
  };
  const { workloads } = search(
    [
      podOf({ name: "a", owner: ["DaemonSet", "calico-node"], spec: plugin }),
      podOf({ name: "b", owner: ["DaemonSet", "kube-proxy"], namespace: "kube-system" }),
      podOf({
        name: "c",
        ...replicas("names"),
        labels: { "k8s-app": "kube-dns", "pod-template-hash": "5f7d9" },
      }),
      podOf({ name: "d-1", ...replicas("operator") }),
      podOf({ name: "d-2", ...replicas("operator") }),
      podOf({ name: "e", owner: ["DaemonSet", "edge"], spec: web }),
      podOf({ name: "f", ...replicas("ingress-nginx-controller") }),
      podOf({ name: "g", owner: ["StatefulSet", "db"] }),
    ],
    new Set(["shop/d-2", "elsewhere/g"]),
  );
  assert.deepEqual(Object.fromEntries(workloads.map(({ name, turn }) => [name, turn])), {
    "calico-node": "network",
    "kube-proxy": "proxy",
    names: "dns",
    operator: "controller",
    edge: "ingress",
    "ingress-nginx-controller": "ingress",
    db: "rest",
  });
});

test("what is excluded is not restarted, listed or found; a namespace without more is all of it", () => {
  const { workloads } = search([
    podOf({ name: "a", ...replicas("web") }),
    podOf({ name: "b", owner: ["StatefulSet", "db"] }),
    podOf({ name: "c", ...replicas("web"), namespace: "batch" }),
  ]);
  const { restarted, excluded } = chooseApplications(
    {
      workloads: [{ kind: "DaemonSet", namespace: "net", name: "agent" }],
      applications: {
        restart: "discovered",
        exclude: [{ namespace: "batch" }, { kind: "DaemonSet", namespace: "net", name: "agent" }],
        askBefore: [{ namespace: "shop", name: "db" }],
      },
    },
    workloads,
  );
  assert.deepEqual(excluded.map(workloadWords), ["DaemonSet net/agent", "Deployment batch/web"]);
  assert.deepEqual(restarted, [
    { kind: "StatefulSet", namespace: "shop", name: "db", turn: "rest", asks: true },
    { kind: "Deployment", namespace: "shop", name: "web", turn: "rest" },
  ]);
});

test("every pod that runs and has the CA before it is in one workload or loose, in whichever order they come", () => {
  const wish = fc.record({
    name: fc.nat(1000).map((n) => `p-${n}`),
    owner: fc.constantFrom<readonly [string, string]>(
      ["ReplicaSet", "web-5f7d9"],
      ["DaemonSet", "web"],
      ["Job", "web"],
    ),
    labels: fc.constantFrom<Readonly<Record<string, string>>>({}, { "pod-template-hash": "5f7d9" }),
    namespace: fc.constantFrom("a", "b"),
    made: fc.integer({ min: -100, max: 100 }),
    phase: fc.constantFrom("Running", "Pending", "Succeeded"),
    mounts: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(wish), fc.integer(), (wishes, at0) => {
      const pods = wishes.map(podOf);
      const there = pods.filter((pod) => mountsRootCa(pod) && pod.status?.phase !== "Succeeded");
      const { workloads, loosePods } = search(pods);
      const counted = workloads.reduce((sum, { pods: own }) => sum + own, 0);
      assert.equal(counted + loosePods.length, there.length);
      const older =
        workloads.reduce((sum, one) => sum + one.older, 0) +
        loosePods.filter((one) => one.older).length;
      assert.equal(older, there.filter((pod) => !hasRead(pod, ca)).length);
      const cut = pods.length === 0 ? 0 : Math.abs(at0) % pods.length;
      const turned = search([...pods.slice(cut), ...pods.slice(0, cut)]);
      assert.deepEqual(turned.workloads, workloads);
      assert.equal(new Set(workloads.map(workloadWords)).size, workloads.length);
    }),
    { seed },
  );
});
