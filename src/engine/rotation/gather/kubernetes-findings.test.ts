import assert from "node:assert/strict";
import { test } from "node:test";

import { settle } from "../../../core/estate/settle.ts";
import type { KubeletsByHand } from "../../../core/model/estate.ts";
import type { ConsumerId } from "../../../core/model/inventory.ts";
import type { KubernetesObject } from "../../../ports/kubernetes.ts";
import { layoutOf } from "../layout.ts";
import type { Look } from "../look.ts";
import { kubernetesFindings } from "./kubernetes-findings.ts";
import type { GatheredNode } from "./nodes.ts";

const settled = settle(
  {
    nodes: { m1: { addresses: ["10.0.0.1"] }, w1: { addresses: ["10.0.0.9"] } },
    kubernetes: {
      cluster: "main",
      version: "1.35.4",
      kubeconfig: "/root/.kube/config",
      endpoint: "10.0.0.1:6443",
      controlPlane: ["m1"],
      workers: ["w1"],
    },
  },
  (path) => path,
);
assert.ok(settled.ok);
// Without manifests, which have a test of their own.
const whole = layoutOf(settled.estate);
const ids = ["m1/kube-apiserver", "w1/kubelet"] as ConsumerId[];
const layout = {
  ...whole,
  consumers: new Map(
    ids.map((id) => [id, { ...whole.consumers.get(id)!, service: { kind: "none" } }] as const),
  ),
};

const node = (name: string, reachable = true): GatheredNode => ({
  facts: { name, access: "ssh", reachable },
});

interface Scene {
  readonly layout?: typeof layout;
  readonly listed?: readonly string[];
  readonly forbidden?: true;
  readonly ready?: number;
  readonly version?: string;
  /** When the serving certificate ends. */
  readonly notAfter?: number;
}

const now = 1000;
const scene = ({
  layout: own = layout,
  listed = ["m1", "w1"],
  forbidden,
  ready = 200,
  version = "1.35.1",
  notAfter = now + 1,
}: Scene) =>
  ({
    at: { layout: own, ports: { clock: { now: () => now } } },
    list: async (path: string) =>
      forbidden === undefined
        ? { ok: true, value: new Map(path.endsWith("/nodes") ? listed.map(object) : []) }
        : { ok: false, why: "nodes is forbidden" },
    text: async (path: string) => {
      const body = path === "/version" ? `{ "gitVersion": "v${version}" }` : "[-]etcd failed: no\n";
      return { ok: true, value: { status: ready, body } };
    },
    process: async () => ({ ok: true, value: undefined }),
    content: async () => ({ ok: true, value: { certificates: [{ notAfter }] } }),
  }) as unknown as Look;

const object = (name: string): readonly [string, KubernetesObject] => [
  name,
  { metadata: { name } },
];

const found = async (
  look: Look,
  nodes: readonly GatheredNode[] = [node("m1"), node("w1", false)],
) =>
  (await kubernetesFindings(look, nodes)).map(({ rule, subject, evidence }) => [
    rule,
    subject,
    evidence.join("; "),
  ]);

test("a cluster that is well and as the estate says gives nothing to say", async () => {
  assert.deepEqual(await found(scene({})), []);
});

test("a node that the API has and the estate does not name would be locked out", async () => {
  assert.deepEqual(await found(scene({ listed: ["m1", "w1", "w2"] })), [
    ["node-unknown", "w2", "the API lists: m1, w1, w2"],
  ]);
});

test("a master of a cluster made by hand that is a node, too, has a kubelet that the estate has to name", async () => {
  const kubernetes = { ...layout.kubernetes!, components: {} } as NonNullable<
    typeof layout.kubernetes
  >;
  const made = (kubelets?: KubeletsByHand) =>
    found(
      scene({
        layout: { ...layout, kubernetes: { ...kubernetes, ...(kubelets && { kubelets }) } },
      }),
    );
  const files = { clientTrust: "/ca.pem", kubeconfig: "/kubelet.conf" };
  const subjects = (of: Awaited<ReturnType<typeof found>>) =>
    of.flatMap(([rule, subject]) => (rule === "node-unknown" ? [subject] : []));
  assert.deepEqual(subjects(await made()), ["m1", "w1"]);
  assert.deepEqual(subjects(await made({ onMasters: false, files })), ["m1"]);
  assert.deepEqual(subjects(await made({ onMasters: true, files })), []);
});

test("an API that does not answer or allow is said once, and not again for all that is behind it", async () => {
  assert.deepEqual(await found(scene({ forbidden: true, ready: 500 })), [
    ["api-unreachable", "main", "nodes is forbidden"],
  ]);
});

test("what is not well is told with its own words, unless its certificate has just ended: that is healed", async () => {
  assert.deepEqual(await found(scene({ ready: 500 })), [
    [
      "member-unhealthy",
      "m1/kube-apiserver",
      "m1/kube-apiserver is not ready: HTTP 500, [-]etcd failed: no",
    ],
  ]);
  assert.deepEqual(await found(scene({ ready: 500, notAfter: now })), []);
});

test("an API server of another minor version than the estate's is in an upgrade, or the estate is old", async () => {
  assert.deepEqual(await found(scene({ version: "1.36.0" })), [
    ["version-differs", "m1/kube-apiserver", ""],
  ]);
});

test("of a node that cannot be reached its node's finding is enough", async () => {
  const all = [node("m1"), node("w1")];
  assert.deepEqual(await found(scene({}), all), [
    ["member-unhealthy", "w1/kubelet", "w1/kubelet is not running"],
  ]);
});
