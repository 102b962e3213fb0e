import assert from "node:assert/strict";
import { test } from "node:test";
import { utf8Bytes } from "../../bytes/utf8.ts";
import type { Certificate, Fingerprint, KeyId } from "../../model/certificate.ts";
import { meshCaseOf } from "./cases.ts";
import type { MeshFacts, MeshSigner } from "./facts.ts";
import { meshPhases } from "./plan.ts";
import { signsElsewhere } from "./signs-elsewhere.ts";
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
  unread: [],
  selfSigned: certificate.subject.der.join() === certificate.issuer.der.join(),
  tls: false,
  ...rest,
});

const mesh = (signers: readonly MeshSigner[], given: Certificate): MeshFacts => ({
  takenAt: now,
  namespace: "istio-system",
  signers,
  published: [
    { namespace: "istio-system", roots: [given] },
    { namespace: "shop", roots: [given] },
  ],
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
  others: [],
  alone: [],
  unmoved: [],
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
  const { verdict } = meshVerdictOf(facts, []);
  assert.equal(verdict.case, "sound");
  assert.match(verdict.title, /proxies .* not looked at/);
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

const istiodWith = (container: object): string | undefined =>
  signsElsewhere({ spec: { template: { spec: { containers: [container] } } } });

test("an istiod is not taken for the mesh's CA where its variables or arguments name another one", () => {
  const env = (name: string, value: string) => istiodWith({ env: [{ name, value }] });
  assert.equal(istiodWith({ args: ["discovery"] }), undefined);
  assert.equal(env("ENABLE_CA_SERVER", "true"), undefined);
  assert.equal(env("EXTERNAL_CA", ""), undefined);
  assert.equal(env("ENABLE_CA_SERVER", "false"), "ENABLE_CA_SERVER=false");
  assert.equal(
    env("EXTERNAL_CA", "ISTIOD_RA_KUBERNETES_API"),
    "EXTERNAL_CA=ISTIOD_RA_KUBERNETES_API",
  );
  const file = "--tlsCertFile=/etc/cert-manager/tls/tls.crt";
  assert.equal(istiodWith({ args: ["discovery", file] }), file);
  assert.ok(istiodWith({ args: ["--caCertFile", "/ca.pem"] }));
  assert.ok(istiodWith({ env: [{ name: "ENABLE_CA_SERVER", valueFrom: {} }] }));
  assert.ok(istiodWith({ envFrom: [{}] }));
});

test("without a Secret nothing is written where istiod does not sign, or does not run", () => {
  const facts = mesh([], good);
  const [istiod] = facts.istiod;
  for (const one of [[], [{ ...istiod!, signsElsewhere: "ENABLE_CA_SERVER=false" }]]) {
    const found = meshCaseOf({ ...facts, istiod: one });
    assert.deepEqual([found?.id, found?.first], ["mesh-root-elsewhere", true]);
    assert.deepEqual(stepsOf({ ...facts, istiod: one }), []);
  }
});

test("a second control plane in the cluster has nothing written, and is named", () => {
  const facts = { ...mesh([signer(dead)], dead), others: ["istio-test/istiod"] };
  const found = meshCaseOf(facts);
  assert.deepEqual([found?.id, found?.first], ["mesh-other-control-plane", true]);
  assert.match(found!.title, /istio-test\/istiod/);
  assert.deepEqual(stepsOf(facts), []);
  assert.match(meshCaseOf({ ...facts, istiod: [] })!.remedy, /--namespace/);
});

test("a root that stands in a namespace of somebody else's does not become trusted, and one that does is named", () => {
  const facts = mesh([], good);
  const tenants = { namespace: "tenant", roots: [root("tenant", now + year)] };
  const with_ = { ...facts, published: [...facts.published, tenants] };
  assert.deepEqual(caOf(with_).trusts, caOf(facts).trusts);
  assert.equal(caOf(with_).trusts.length, 1);
  const titles = meshPhases(facts, meshCaseOf(facts)).flatMap(({ steps }) =>
    steps.map(({ title }) => title),
  );
  assert.ok(titles.some((title) => title.includes(good.fingerprint)));
});

test("what cannot be read in the Secret is not taken for lost", () => {
  const found = meshCaseOf(mesh([signer(good, { unread: ["ca-key.pem"] })], good));
  assert.deepEqual([found?.id, found?.first], ["mesh-root-unreadable", true]);
});

test("a plugged-in CA needs one root above it that is good, and one that ended beside it is no fault", () => {
  const issuing = root("issuing", now + 9 * year, "top");
  const top = root("top", now + 9 * year);
  const ended = root("top", now - 1);
  const facts = (roots: readonly Certificate[]): MeshFacts =>
    mesh([signer(issuing, { secret: "cacerts", roots })], top);
  assert.equal(meshCaseOf(facts([ended, top])), undefined);
  for (const roots of [[ended], [root("another", now + 9 * year)], [issuing]])
    assert.equal(meshCaseOf(facts(roots))?.id, "mesh-root-elsewhere");
});

test("a CA that names itself and is signed by another key is no root to issue again", () => {
  const found = meshCaseOf(mesh([signer(dead, { selfSigned: false })], dead));
  assert.equal(found?.id, "mesh-root-elsewhere");
});

test("a workload that does not come up keeps no other from being restarted, and one that nothing replaces is named", () => {
  const facts = mesh([signer(dead)], dead);
  const proxies = ["a", "b"].map((name) => ({
    workload: { kind: "Deployment" as const, namespace: "shop", name },
    kind: "sidecar" as const,
  }));
  const two = { ...facts, proxies, unmoved: ["StatefulSet shop/db: it is paused"] };
  const phases = meshPhases(two, meshCaseOf(two));
  assert.deepEqual(
    phases.at(-1)!.steps.map(({ needs }) => needs),
    [[], []],
  );
  assert.ok(meshVerdictOf(two, phases).interruptions.some(({ what }) => what.includes("shop/db")));
});

test("of roots that were not given out everywhere it is not said that connections fail now", () => {
  const facts = mesh([signer(good)], dead);
  const [first] = meshVerdictOf(facts, meshPhases(facts, meshCaseOf(facts))).interruptions;
  assert.doesNotMatch(first!.what, /fail now/);
});
