/** Everything that a kubeadm cluster's PKI has is changed in one plan: its three CAs and the key pair of tokens. */
import assert from "node:assert/strict";
import test, { type TestContext } from "node:test";
import type { ApplyEvent } from "./certwright-run.ts";
import { inKubernetes, type KubernetesScene } from "./kubernetes-scene.ts";
import { statusFor } from "./api-answer.ts";
import {
  assertNewKeyAlone,
  mastersOf,
  rotateTokens,
  secrets,
  tokensOf,
  type TokenRotation,
} from "./rotate-tokens.ts";
import { assertUnharmed } from "./scene.ts";
import { watchServices } from "./service-watch.ts";

const cas = ["kubernetes-ca", "front-proxy-ca", "etcd-ca"] as const;

const rotateAll = async (
  t: TestContext,
  scene: KubernetesScene,
  onEvent?: (event: ApplyEvent) => void,
): Promise<TokenRotation> => {
  const old = await tokensOf(scene, secrets.old);
  const rotation = await rotateTokens(t, scene, cas, onEvent);
  for (const { address } of mastersOf(scene)) {
    assert.equal(await statusFor(address, scene.cluster.kubeconfig), 401);
    assert.equal(await statusFor(address, scene.kubeconfig), 200);
  }
  await assertNewKeyAlone(scene, old);
  const [master] = mastersOf(scene);
  await master!.run(["kubeadm", "certs", "renew", "all"]);
  return rotation;
};

interface Span {
  readonly step: string;
  readonly from: number;
  to: number;
}

/** Milliseconds since the Epoch in which each restart of an API server is under way, as the run tells them. */
const serverRestarts = () => {
  const spans: Span[] = [];
  const onEvent = ({ event }: ApplyEvent): void => {
    const step = event?.step ?? "";
    if (!step.endsWith("/kube-apiserver") || !step.includes(".restart.")) return;
    const now = Date.now();
    if (event?.kind === "step.intended") spans.push({ step, from: now, to: Infinity });
    // One that was found done already was never intended.
    const last = spans.findLast((one) => one.step === step);
    if (event?.kind === "step.settled" && last !== undefined) last.to = now;
  };
  return { spans, onEvent };
};

test("one master: three CAs and the key pair of tokens are changed in one plan, the API is away as announced, and Services lead to it but for the restarts of its only server", (t) =>
  inKubernetes(t, { masters: 1, workers: 1, with: ["workload"] }, async (scene) => {
    const [master] = mastersOf(scene);
    await using services = watchServices(scene.cluster.nodes, `${master!.address}:6443`);
    const { spans, onEvent } = serverRestarts();
    const { first, second, gaps } = await rotateAll(t, scene, onEvent);
    await services.stop();
    const away = gaps.filter(({ group }) => group === "kube-apiserver");
    assert.ok(away.length > 0);
    const longer = away.filter(
      ({ announced, from, until }) => until - from > (announced?.milliseconds ?? 0),
    );
    assert.deepEqual(longer, []);
    for (const { phase } of [...first.failures, ...second.failures]) {
      assert.ok(["trust", "switch", "drop"].includes(phase), phase);
    }
    const { refusals, tried } = services;
    t.diagnostic(`${refusals.length} refusals of ${JSON.stringify([...tried])}`);
    for (const { name } of scene.cluster.nodes) assert.ok((tried.get(name) ?? 0) > 50);
    // Trust, switch and drop.
    assert.equal(spans.length, 3);
    const unexplained = refusals.filter(
      ({ at }) => !spans.some(({ from, to }) => from <= at && at <= to),
    );
    assert.deepEqual(unexplained.slice(0, 5), []);
  }));

test("three masters: three CAs and the key pair of tokens are changed in one plan, and no request fails", (t) =>
  inKubernetes(t, { masters: 3, workers: 1, with: ["workload"] }, async (scene) => {
    const { first, second } = await rotateAll(t, scene);
    assertUnharmed(first);
    assertUnharmed(second);
  }));
