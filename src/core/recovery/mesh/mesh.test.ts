import assert from "node:assert/strict";
import { test } from "node:test";
import { utf8Bytes } from "../../bytes/utf8.ts";
import type { Certificate, Fingerprint, KeyId } from "../../model/certificate.ts";
import { meshCaseOf } from "./cases.ts";
import type { MeshFacts, MeshSigner } from "./facts.ts";
import { meshPhases } from "./plan.ts";
import { meshVerdictOf } from "./verdict.ts";

const year = 365 * 86_400_000;
const now = 50 * year;

/** No more of a certificate than is judged. */
const root = (name: string, ends: number, issuer = name): Certificate => {
  const named = (text: string) => ({ der: utf8Bytes(text), rdns: [] });
  return {
    der: utf8Bytes(`${name} ${ends}`),
    fingerprint: `${name}-${ends}` as Fingerprint,
    subject: named(name),
    issuer: named(issuer),
    publicKey: { id: name as KeyId },
    notBefore: ends - 10 * year,
    notAfter: ends,
  } as unknown as Certificate;
};

const good = root("a", now + 9 * year);
const dead = root("a", now - 1000);

const signer = (certificate: Certificate, rest: Partial<MeshSigner> = {}): MeshSigner => ({
  secret: "istio-ca-secret",
  certificate,
  key: certificate.publicKey.id,
  chain: [],
  roots: [certificate],
  tls: false,
  ...rest,
});

const mesh = (signers: readonly MeshSigner[], given: Certificate): MeshFacts => ({
  takenAt: now,
  namespace: "istio-system",
  signers,
  published: [{ namespace: "shop", roots: [given] }],
  webhooks: [],
  istiod: [
    {
      workload: { kind: "Deployment", namespace: "istio-system", name: "istiod" },
      wanted: 1,
      available: 1,
    },
  ],
  proxies: [
    { workload: { kind: "Deployment", namespace: "shop", name: "cart" }, kind: "sidecar" },
    { workload: { kind: "Deployment", namespace: "edge", name: "in" }, kind: "gateway" },
  ],
  alone: [],
});

const stepsOf = (facts: MeshFacts): readonly string[] =>
  meshPhases(facts, meshCaseOf(facts)).flatMap(({ steps }) => steps.map(({ id }) => id));

const caOf = (facts: MeshFacts) => {
  const [effect] = meshPhases(facts, meshCaseOf(facts)).flatMap(({ steps }) =>
    steps.map((one) => one.effect),
  );
  assert.ok(effect?.kind === "mesh.publish");
  return effect.ca;
};

test("a mesh whose root is valid, has its key and was given to everybody is left alone", () => {
  const facts = mesh([signer(good)], good);
  assert.equal(meshCaseOf(facts), undefined);
  assert.deepEqual(stepsOf(facts), []);
  assert.equal(meshVerdictOf(facts, []).verdict.case, "sound");
});

test("an expired root with its key keeps it, and istiod is restarted before roots are given out, gateways before workloads", () => {
  const facts = mesh([signer(dead)], dead);
  assert.equal(meshCaseOf(facts)?.id, "mesh-root-expired");
  assert.deepEqual(stepsOf(facts), [
    "mesh.copy",
    "mesh.signer",
    "mesh.restart.Deployment/istio-system/istiod",
    "mesh.roots",
    "mesh.webhooks",
    "mesh.restart.Deployment/edge/in",
    "mesh.restart.Deployment/shop/cart",
  ]);
  const { key, secret, trusts } = caOf(facts);
  assert.deepEqual({ key, secret, trusts }, { key: "kept", secret: "istio-ca-secret", trusts: [] });
});

test("without a Secret, or with another key in it, a new root goes into cacerts, and one that is valid stays trusted", () => {
  for (const signers of [[], [signer(good, { key: "b" as KeyId })]]) {
    const facts = mesh(signers, good);
    assert.equal(meshCaseOf(facts)?.id, "mesh-root-key-lost");
    const { key, secret, trusts } = caOf(facts);
    assert.deepEqual([key, secret, trusts.length], ["new", "cacerts", 1]);
  }
  assert.equal(caOf(mesh([], dead)).trusts.length, 0, "an expired one is of no use");
});

test("a root that ends within a fifth of its life is told while there is time", () => {
  const late = root("a", now + year);
  assert.equal(meshCaseOf(mesh([signer(late)], late))?.id, "mesh-root-ending");
  const early = root("a", now + 3 * year);
  assert.equal(meshCaseOf(mesh([signer(early)], early)), undefined);
});

test("a namespace with a former root of the same key has the CA left, and roots given out again", () => {
  const facts = mesh([signer(good)], dead);
  assert.equal(meshCaseOf(facts)?.id, "mesh-roots-stale");
  assert.ok(!stepsOf(facts).includes("mesh.signer"));
});

test("a CA below a root that is not here is nobody's here to issue again", () => {
  const facts = mesh([signer(root("a", now - 1, "elsewhere"), { secret: "cacerts" })], good);
  assert.equal(meshCaseOf(facts)?.first, true);
  assert.deepEqual(stepsOf(facts), []);
});
