/** Workloads, pods and budgets as a real API server has them: admission mounts the CA, controllers own pods. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { httpsKubernetes } from "../../../src/adapters/kubernetes/https-kubernetes.ts";
import type { Applications } from "../../../src/core/applications/find-applications.ts";
import { publishedAt } from "../../../src/core/applications/freshness.ts";
import { lookForApplications } from "../../../src/engine/applications/look-for-applications.ts";
import { breachesOf, budgetsPath } from "../../../src/engine/rotation/kubernetes/budgets.ts";
import type { KubernetesApi, KubernetesObject } from "../../../src/ports/kubernetes.ts";
import { leaveOut } from "../../left-out.ts";
import { controlPlanePrograms, layControlPlane } from "../reload/control-plane.ts";

/** On a busy machine; ten seconds on a quiet one. */
const deadline = 120_000;
const namespace = "/api/v1/namespaces/default";
const apps = "/apis/apps/v1/namespaces/default";
const rootCa = `${namespace}/configmaps/kube-root-ca.crt`;

const until = async <T>(what: string, look: () => Promise<T | undefined>): Promise<T> => {
  const end = Date.now() + deadline;
  for (;;) {
    const found = await look().catch(() => undefined);
    if (found !== undefined) return found;
    assert.ok(Date.now() < end, what);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
};

const template = (app: string, more: object = {}): object => ({
  metadata: { labels: { app } },
  spec: { containers: [{ name: "main", image: "nothing.example.org/nothing" }], ...more },
});

const workload = (name: string, pod: object, more: object = {}): object => ({
  metadata: { name },
  spec: { selector: { matchLabels: { app: name } }, template: pod, ...more },
});

const controllers = [
  "serviceaccount-controller",
  "root-ca-certificate-publisher-controller",
  "deployment-controller",
  "replicaset-controller",
  "statefulset-controller",
  "job-controller",
  "disruption-controller",
];

const namesOf = ({ workloads, loosePods }: Applications): readonly string[] => [
  ...workloads.map(({ kind, name, turn, pods }) => `${kind} ${name} ${turn} ${pods}`),
  ...loosePods
    .map(({ name, controller }) => controller ?? `pod ${name}`)
    .toSorted((a, b) => (a < b ? -1 : 1)),
];

const objects = async (api: KubernetesApi): Promise<void> => {
  const twice = { replicas: 2, strategy: { rollingUpdate: { maxUnavailable: 1 } } };
  const created: readonly (readonly [string, object])[] = [
    [`${apps}/deployments`, workload("web", template("web"), twice)],
    [
      `${apps}/deployments`,
      workload("apart", template("apart", { automountServiceAccountToken: false })),
    ],
    [`${apps}/statefulsets`, workload("db", template("db"), { serviceName: "db" })],
    [
      "/apis/batch/v1/namespaces/default/jobs",
      {
        metadata: { name: "nightly" },
        spec: { template: template("nightly", { restartPolicy: "Never" }) },
      },
    ],
    [`${namespace}/pods`, { ...template("debug"), metadata: { name: "debug" } }],
    [
      "/apis/policy/v1/namespaces/default/poddisruptionbudgets",
      {
        metadata: { name: "keep" },
        spec: { minAvailable: 1, selector: { matchLabels: { app: "web" } } },
      },
    ],
  ];
  for (const [path, object] of created) {
    // A pod is admitted once its namespace's ServiceAccount is there.
    await until(`create ${path}`, () => api.create(path, object));
  }
};

test("a real API server's pods are those of workloads, Jobs and nobody, older than the CA or not, with budgets", async (t) => {
  const programs = controlPlanePrograms();
  if (programs === undefined) {
    leaveOut(t, "etcd or kubernetes is not in the cache: npm run components -- etcd kubernetes");
    return;
  }
  const folder = mkdtempSync(join(tmpdir(), "certwright-applications-"));
  const plane = await layControlPlane(programs, folder);
  const api = await httpsKubernetes.open({
    kubeconfig: plane.path("super-admin.conf"),
    deadline: 10_000,
  });
  try {
    await plane.start("etcd");
    await plane.start("kube-apiserver");
    await until("the API server is ready", async () =>
      (await api.text("/readyz")).status === 200 ? true : undefined,
    );
    await plane.start("kube-controller-manager", {
      controllers: controllers.join(","),
      "use-service-account-credentials": "true",
      "cluster-signing-cert-file": "",
      "cluster-signing-key-file": "",
    });
    await objects(api);
    const look = async (): Promise<Applications> => {
      const object = await api.get(rootCa);
      const since = object && publishedAt(object.metadata);
      return lookForApplications(api, { published: () => since });
    };
    const wanted = ["StatefulSet db rest 1", "Deployment web rest 2", "Job nightly", "pod debug"];
    const found = await until("controllers have made their pods", async () => {
      const now = await look();
      return now.workloads.length + now.loosePods.length >= 4 &&
        now.workloads.every(({ name, pods }) => pods === (name === "web" ? 2 : 1))
        ? now
        : undefined;
    });
    assert.deepEqual(namesOf(found), wanted);

    // Whoever holds a Lease elects a leader.
    const pods: KubernetesObject[] = [];
    for await (const pod of api.list(`${namespace}/pods?labelSelector=app%3Dweb`)) pods.push(pod);
    await api.create("/apis/coordination.k8s.io/v1/namespaces/default/leases", {
      metadata: { name: "lock" },
      spec: { holderIdentity: `${pods[1]!.metadata.name}_1b4e28ba` },
    });
    assert.deepEqual(
      (await look()).workloads.map(({ name, turn }) => [name, turn]),
      [
        ["db", "rest"],
        ["web", "controller"],
      ],
    );

    // The controller-manager publishes it anew, which is a change after all of them.
    const before = (await api.get(rootCa))?.metadata.resourceVersion;
    await until("a second passes after the youngest pod", async () => {
      const youngest = Math.max(
        ...pods.map(({ metadata }) => Date.parse(metadata.creationTimestamp ?? "")),
      );
      return Date.now() > youngest + 1100 ? true : undefined;
    });
    await api.patch(rootCa, "merge", { data: { "ca.crt": "another" } });
    await until("it is published again", async () => {
      const { metadata, data } = (await api.get(rootCa))! as KubernetesObject & {
        readonly data: Readonly<Record<string, string>>;
      };
      return metadata.resourceVersion !== before && data["ca.crt"] !== "another" ? true : undefined;
    });
    const now = await look();
    assert.ok(now.workloads.every(({ pods: count, older }) => older === count));
    assert.ok(now.loosePods.every(({ older }) => older));

    const budget = await until("the budget is reckoned", async () => {
      for await (const one of api.list(budgetsPath())) {
        const { status } = one as { status?: { expectedPods?: number } };
        if (status?.expectedPods === 2) return one;
      }
      return undefined;
    });
    const web = (await api.get(`${apps}/deployments/web`))!;
    const workloadOf = { kind: "Deployment", namespace: "default", name: "web" } as const;
    assert.deepEqual(breachesOf(workloadOf, web, [budget]), [
      { budget: "keep", allowed: 0, away: 1, healthy: 0, needed: 1 },
    ]);
  } finally {
    api.close();
    await plane.close();
    rmSync(folder, { recursive: true });
  }
});
