import assert from "node:assert/strict";
import { test } from "node:test";
import type { EstateNode } from "../../../core/model/estate.ts";
import type { KubernetesApi } from "../../../ports/kubernetes.ts";
import type { Standpoint } from "../look.ts";
import { giveBackLease } from "./give-back-lease.ts";

/** What is sent when the program of node m1 has ended, whose host is called so. */
const sent = async (
  holderIdentity: string | undefined,
  host = "m1",
): Promise<readonly (readonly [string, string, unknown])[]> => {
  const patches: (readonly [string, string, unknown])[] = [];
  const api = {
    get: async () =>
      holderIdentity === undefined
        ? undefined
        : {
            metadata: { name: "kube-controller-manager", resourceVersion: "7" },
            spec: { holderIdentity, renewTime: "2026-11-23T08:00:58Z", leaseDurationSeconds: 15 },
          },
    patch: async (path: string, kind: string, body: unknown) => {
      patches.push([path, kind, body]);
    },
  } as unknown as KubernetesApi;
  const at = { apis: { open: async () => api } } as unknown as Standpoint;
  await giveBackLease(
    { at, hostname: async () => ({ ok: true, value: host }) },
    { program: "kube-controller-manager", node: { name: "m1" } as EstateNode },
  );
  return patches;
};

test("a lease of the host whose program has ended is given back, if it is still what was read", async () => {
  const path = "/apis/coordination.k8s.io/v1/namespaces/kube-system/leases/kube-controller-manager";
  const body = { metadata: { resourceVersion: "7" }, spec: { holderIdentity: "" } };
  assert.deepEqual(await sent("m1_0f-1"), [[path, "merge", body]]);
  assert.deepEqual(await sent("ip-m1_0f-1", "ip-m1"), [[path, "merge", body]]);
});

test("a lease of another host, of nobody, or that is not there is left alone", async () => {
  for (const holder of ["m2_0f-1", "m1-b_0f-1", "", undefined]) {
    assert.deepEqual(await sent(holder), [], holder);
  }
});
