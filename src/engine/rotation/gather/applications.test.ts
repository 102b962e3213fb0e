import assert from "node:assert/strict";
import { test } from "node:test";

import type { ApplicationsDeclaration } from "../../../core/estate/declaration.ts";
import { settle } from "../../../core/estate/settle.ts";
import type { Estate } from "../../../core/model/estate.ts";
import type { KubernetesObject } from "../../../ports/kubernetes.ts";
import { layoutOf } from "../layout.ts";
import type { Look } from "../look.ts";
import { plannedEstate } from "../planned-estate.ts";
import { withApplications } from "./applications.ts";

const listed = [{ kind: "DaemonSet", namespace: "net", name: "agent" }] as const;

const estateOf = (applications?: ApplicationsDeclaration): Estate => {
  const settled = settle(
    {
      nodes: { m1: { addresses: ["10.0.0.1"] } },
      kubernetes: {
        cluster: "main",
        version: "1.35.4",
        kubeconfig: "/root/.kube/config",
        endpoint: "10.0.0.1:6443",
        controlPlane: ["m1"],
        workloads: listed,
        ...(applications === undefined ? {} : { applications }),
      },
    },
    (path) => path,
  );
  assert.ok(settled.ok, JSON.stringify(settled));
  return settled.estate;
};

const started = Date.UTC(2026, 10, 1);
const now = started + 3_600_000;

const pod = (name: string, owner?: readonly [kind: string, name: string]): KubernetesObject => ({
  metadata: {
    name,
    namespace: "shop",
    uid: `uid of ${name}`,
    creationTimestamp: new Date(started).toISOString(),
    ...(owner === undefined
      ? {}
      : { ownerReferences: [{ kind: owner[0], name: owner[1], controller: true }] }),
  },
  spec: {
    containers: [{ volumeMounts: [{ name: "access" }] }],
    volumes: [
      { name: "access", projected: { sources: [{ configMap: { name: "kube-root-ca.crt" } }] } },
    ],
  },
  status: {
    phase: "Running",
    containerStatuses: [{ state: { running: { startedAt: new Date(started).toISOString() } } }],
  },
});

const pods = [
  pod("db-0", ["StatefulSet", "db"]),
  pod("web-0", ["StatefulSet", "web"]),
  pod("nightly-x", ["Job", "nightly"]),
  pod("debug"),
];

/** `forbidden`: pods may not be listed. `log`: what the API server's audit log tells, as its reader prints it. */
const lookAt = (
  estate: Estate,
  { forbidden = false, log }: { forbidden?: boolean; log?: string },
) => {
  const api = {
    async *list(path: string) {
      if (forbidden) throw new Error("pods is forbidden");
      if (path.startsWith("/api/v1/pods")) yield* pods;
    },
  };
  const session = {
    run: async ([program]: readonly string[]) => ({
      code: 0,
      stderr: "",
      stdout:
        program === "find"
          ? "/proc/7/root/var/log/audit.log\n"
          : program === "wc"
            ? "9 /proc/7/root/var/log/audit.log\n"
            : log,
    }),
  };
  const command = log === undefined ? [] : ["--audit-log-path=/var/log/audit.log"];
  return {
    at: {
      layout: layoutOf(estate),
      ports: { clock: { now: () => now } },
      apis: { open: async () => api },
      sessions: { use: async <T>(_: unknown, work: (one: unknown) => T) => work(session) },
    },
    process: async () => ({ ok: true, value: { pid: 7, command } }),
    skew: async () => ({ ok: true, value: 0 }),
  } as unknown as Look;
};

const found = async (
  applications: ApplicationsDeclaration | undefined,
  more: { forbidden?: boolean; log?: string } = {},
) => {
  const estate = estateOf(applications);
  const { estate: whole, blind, findings } = await withApplications(lookAt(estate, more), estate);
  return {
    names: whole.kubernetes?.workloads.map(({ name }) => name),
    blind: blind.map(({ id, where }) => `${id}: ${where}`),
    findings: findings.map(({ rule, evidence }) => `${rule}: ${evidence.join()}`),
  };
};

test("who lists workloads means those, and nobody is looked for", async () => {
  assert.deepEqual(await found(undefined, { forbidden: true }), {
    names: ["agent"],
    blind: [],
    findings: [],
  });
});

test("what is found joins what is listed; pods of nobody are told, and those of Jobs looked at when it matters", async () => {
  assert.deepEqual(await found({ restart: "discovered" }), {
    names: ["agent", "db", "web"],
    blind: ["pods-loose: shop/debug"],
    findings: [],
  });
});

test("what is excluded is a blind spot by its name", async () => {
  const exclude = [{ namespace: "shop", name: "web" }, { namespace: "net" }];
  assert.deepEqual(await found({ restart: "discovered", exclude }), {
    names: ["db"],
    blind: [
      "applications-excluded: DaemonSet net/agent, StatefulSet shop/web",
      "pods-loose: shop/debug",
    ],
    findings: [],
  });
});

test("an API that lists no pods leaves what is listed, and a blind spot", async () => {
  const { names, blind } = await found({ restart: "discovered" }, { forbidden: true });
  assert.deepEqual(names, ["agent"]);
  assert.deepEqual(blind, ["unreadable:applications: main"]);
});

const use = (name: string, agent = "web/1"): string =>
  `use\tJTI=1\tsystem:serviceaccount:shop:default\tuid of ${name}\t10.0.0.9\t${agent}\t2026-11-01T00:30:00Z\t3\n`;
const oldest = (time: string): string => `oldest\t${time}\nend\n`;

test("who was heard of in no audit log for long enough is left alone, and told", async () => {
  const silence = { restart: "discovered", leaveSilent: "30m" } as const;
  const log = `${use("web-0")}${oldest("2026-11-01T00:15:00Z")}`;
  assert.deepEqual(await found(silence, { log }), {
    names: ["agent", "web"],
    blind: ["applications-silent: StatefulSet shop/db", "pods-loose: shop/debug"],
    findings: [],
  });
});

test("what a program calls itself is told of one that is left alone when it may read the CA again, and proves nothing", async () => {
  const exclude = [{ namespace: "shop", name: "web" }];
  const excluded = async (agent: string): Promise<string | undefined> => {
    const log = `${use("web-0", agent)}${oldest("2026-11-01T00:15:00Z")}`;
    const { blind } = await found({ restart: "discovered", leaveSilent: "30m", exclude }, { log });
    return blind.find((one) => one.startsWith("applications-excluded: "))?.split(": ")[1];
  };
  assert.equal(
    await excluded("kube-proxy/v1.36.1 (linux/amd64) kubernetes/756939600b9a"),
    "StatefulSet shop/web (calls itself kube-proxy/v1.36.1, which may read it again by itself)",
  );
  for (const agent of [
    "kube-proxy/v1.35.4 (linux/amd64) kubernetes/756939600b9a",
    "manager/v0.0.0 (linux/amd64) kubernetes/$Format",
    "curl/8.5.0",
  ])
    assert.equal(await excluded(agent), "StatefulSet shop/web", agent);
});

test("a log that is not kept, is empty or does not reach back is told before anything is planned", async () => {
  const silence = { restart: "discovered", leaveSilent: "30m" } as const;
  const late = `${use("web-0")}${oldest("2026-11-01T00:45:00Z")}`;
  for (const [log, why] of [
    [undefined, /^silence-unknown: m1\/kube-apiserver writes no audit log$/],
    ["end\n", /does not reach back so far: it is empty$/],
    [late, /does not reach back so far: it begins at 2026-11-01T00:45:00Z$/],
  ] as const) {
    const { names, findings } = await found(silence, log === undefined ? {} : { log });
    assert.deepEqual(names, ["agent", "db", "web"]);
    assert.match(findings.join(), why);
  }
});

test("for its run a plan is the list, whatever has come and gone since", () => {
  const estate = estateOf({ restart: "discovered" });
  const steps = ["statefulset/shop/db", "daemonset/net/agent", "m1/kubelet"].map((consumer) => ({
    effect: { kind: "consumer.restart", consumer },
    requires: [],
    proves: [],
  }));
  const plan = { phases: [{ steps, rollback: [] }] } as unknown as Parameters<
    typeof plannedEstate
  >[1];
  assert.deepEqual(
    plannedEstate(estate, plan).kubernetes?.workloads.map(({ kind, name }) => `${kind} ${name}`),
    ["DaemonSet agent", "StatefulSet db"],
  );
});
