import assert from "node:assert/strict";
import { test } from "node:test";

import type { Claim } from "../../../core/model/claim.ts";
import type { KubernetesObject } from "../../../ports/kubernetes.ts";
import type { Look } from "../look.ts";
import { observePodsInformed, podsHolder } from "./pods-informed.ts";

const published = Date.UTC(2026, 10, 1);
const time = (seconds: number): string => new Date(published + seconds * 1000).toISOString();

const pod = (name: string, started: number, owner?: string): KubernetesObject => ({
  metadata: {
    name,
    namespace: "shop",
    creationTimestamp: time(started),
    ...(owner === undefined
      ? {}
      : { ownerReferences: [{ kind: "DaemonSet", name: owner, controller: true }] }),
  },
  spec: {
    containers: [{ volumeMounts: [{ name: "access" }] }],
    volumes: [
      { name: "access", projected: { sources: [{ configMap: { name: "kube-root-ca.crt" } }] } },
    ],
  },
  status: { containerStatuses: [{ state: { running: { startedAt: time(started) } } }] },
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

const claim = {
  kind: "informed",
  holder: podsHolder,
  issuer: "kubernetes-ca",
  generation: 2,
  as: "trust",
} satisfies Claim;

const seen = (pods: readonly KubernetesObject[], holds: readonly string[] = ["old", "new"]) => {
  const api = {
    async *list(path: string) {
      if (path.startsWith("/api/v1/pods")) yield* pods;
    },
  };
  const look = {
    at: {
      layout: {
        kubernetes: {
          workloads: [],
          applications: {
            restart: "discovered",
            exclude: [{ namespace: "shop", name: "left" }],
            askBefore: [],
          },
        },
      },
      apis: { open: async () => api },
    },
    content: async () => ({
      ok: true,
      value: {
        certificates: holds.map((id) => ({ publicKey: { id } })),
        fields: [root("shop"), root("kube-system")],
      },
    }),
    issuer: async () => ({
      name: "kubernetes-ca",
      generations: [{ number: 2, keyId: "new", certificate: {} }],
    }),
  } as unknown as Look;
  return observePodsInformed(look, claim);
};

test("pods that were started since the CA is published have it, and those that are left alone do not count", async () => {
  const { verdict } = await seen([pod("a", 5, "web"), pod("b", 9), pod("c", -50, "left")]);
  assert.equal(verdict, "holds");
});

test("who is older is named, planned for or not", async () => {
  const { verdict, evidence } = await seen([
    pod("a", -5, "web"),
    pod("b", 5, "web"),
    pod("debug", -50),
  ]);
  assert.equal(verdict, "fails");
  assert.match(
    evidence,
    /: DaemonSet shop\/web \(1 of 2 pods: a since 2026-10-31T23:59:55Z\), pod shop\/debug$/,
  );
});

test("while a namespace does not publish it no pod has it", async () => {
  const { verdict, evidence } = await seen([pod("a", 5, "web")], ["old"]);
  assert.equal(verdict, "fails");
  assert.match(evidence, /is not published in every namespace$/);
});
