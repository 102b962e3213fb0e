/** Who still uses a token of the old ServiceAccount key, by a real API server's audit log. */
import assert from "node:assert/strict";
import { createPrivateKey } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { keyMaker } from "../../../src/adapters/crypto/node-keys.ts";
import { httpsKubernetes } from "../../../src/adapters/kubernetes/https-kubernetes.ts";
import type { Claim, Content } from "../../../src/core/model/claim.ts";
import type { SlotId } from "../../../src/core/model/inventory.ts";
import { leaveOut } from "../../left-out.ts";
import { bundle, holding, openScene, write } from "../places/scene.ts";
import { ask, controlPlanePrograms, layControlPlane } from "../reload/control-plane.ts";

const issuer = "service-account-keys";
const server = "node-1/kube-apiserver";
const slots = {
  trust: `${server}/token-trust` as SlotId,
  signer: `${server}/token-signer` as SlotId,
} as const;
const account = "/api/v1/namespaces/kube-public/serviceaccounts/default";
/** On a busy machine; four seconds on a quiet one. */
const patience = 90_000;
/** Longer than a busy machine takes from a request to a look at the log. */
const soak = 12_000;

const hour = 3_600_000;
const signer = (generation: number): Content => ({ kind: "signer", issuer, generation });

const until = async (what: () => Promise<boolean>, why: () => string): Promise<void> => {
  const end = Date.now() + patience;
  while (!(await what().catch(() => false))) {
    assert.ok(Date.now() < end, why());
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
};

test("a real API server's audit log tells who still uses a token of the old key, and when nobody has for so long", async (t) => {
  const programs = controlPlanePrograms();
  if (programs === undefined) {
    leaveOut(t, "etcd or kubernetes is not in the cache: npm run components -- etcd kubernetes");
    return;
  }
  const folder = mkdtempSync(join(tmpdir(), "certwright-soak-tokens-"));
  const plane = await layControlPlane(programs, folder);
  mkdirSync(plane.path("audit"));
  plane.write(
    "policy.yaml",
    "apiVersion: audit.k8s.io/v1\nkind: Policy\nomitStages: [RequestReceived]\nrules: [{ level: Metadata }]\n",
  );
  const kubeconfig = plane.path("super-admin.conf");
  const api = await httpsKubernetes.open({ kubeconfig, deadline: 10_000 });
  const restart = async (): Promise<void> => {
    await plane.start("kube-apiserver", {
      "audit-policy-file": plane.path("policy.yaml"),
      "audit-log-path": plane.path("audit/audit.log"),
    });
    await until(
      async () => (await api.text("/readyz")).status === 200,
      () => plane.log("kube-apiserver").slice(-2000),
    );
  };
  const requestToken = async (): Promise<string> => {
    const { status } = await api.create(`${account}/token`, {
      apiVersion: "authentication.k8s.io/v1",
      kind: "TokenRequest",
      spec: { expirationSeconds: 3600 },
    });
    return (status as { readonly token: string }).token;
  };
  const use = async (token: string): Promise<void> => {
    const headers = { authorization: `Bearer ${token}`, "user-agent": "backup/2.1" };
    const answer = await ask(plane.port, "/api", { client: { cert: "", key: "" }, headers });
    assert.equal(answer?.status, 200);
  };
  const numberOf = (token: string): string =>
    (
      JSON.parse(Buffer.from(token.split(".")[1]!, "base64url").toString()) as {
        readonly jti: string;
      }
    ).jti;
  const unused: Claim = {
    kind: "unused",
    issuer,
    generation: 1,
    milliseconds: soak,
    tokens: true,
  };
  try {
    await plane.start("etcd");
    await restart();
    await api.create("/api/v1/namespaces/kube-public/serviceaccounts", {
      metadata: { name: "default" },
    });
    const oldToken = await requestToken();
    const scene = await openScene(folder, kubeconfig, {
      host: "127.0.0.1",
      port: plane.port,
      pid: () => plane.pid("kube-apiserver"),
    });
    try {
      const { is, done, world } = scene;
      const der = createPrivateKey(readFileSync(plane.path("pki/sa.key"))).export({
        type: "pkcs8",
        format: "der",
      });
      await world.ports.authority.adoptKeyPair({
        name: issuer,
        key: keyMaker.load(der),
        from: "node-1:pki/sa.key",
      });
      await done({ kind: "generation.create", issuer, number: 2 });
      const both = bundle(issuer, 1, 2);
      await done(write(server, [[slots.trust, both, holding(bundle(issuer, 1))]]));
      await restart();

      await t.test("nothing is known of tokens before the new key signs", async () => {
        await is("unknowable", unused, /sa\.key holds no newer key than service-account-keys 1/);
        await done(write(server, [[slots.signer, signer(2), holding(signer(1))]]));
        await is("unknowable", unused, /started before \S+sa\.key changed/);
        await restart();
        await use(oldToken);
        await is("unknowable", unused, /no audit log notes that a token was issued since/);
      });

      await t.test("who was there with an old token, from where, with what and when", async () => {
        // That the new key signs is seen by a token, which is nobody's that is asked for here.
        await is("holds", { kind: "presents", slot: slots.signer, generation: 2 });
        await use(oldToken);
        const proof = await world.see({ ...unused, milliseconds: hour });
        assert.equal(proof.verdict, "fails", proof.evidence);
        assert.match(
          proof.evidence,
          new RegExp(
            `^\\S+Z system:serviceaccount:kube-public:default from 127\\.0\\.0\\.1 with backup/2\\.1 \\(2 requests, token ${numberOf(oldToken).slice(0, 12)}…\\)$`,
          ),
        );
        assert.ok(proof.until !== undefined && proof.until > Date.now());
        assert.ok(proof.until <= Date.now() + hour);
        assert.doesNotMatch(proof.evidence, /eyJ/);
      });

      await t.test(
        "tokens of the new key do not count, and the old one is over in time",
        async () => {
          const newToken = await requestToken();
          await use(newToken);
          await is(
            "holds",
            unused,
            /^none in the audit log of 1 API server for 12 s; the last before that: \S+ system:serviceaccount:kube-public:default from 127\.0\.0\.1 with backup/,
          );
          await use(newToken);
          await is("holds", unused);
        },
      );

      await t.test("one request more begins it anew", async () => {
        await use(oldToken);
        await is("fails", unused, /system:serviceaccount:kube-public:default from 127\.0\.0\.1/);
      });
    } finally {
      await scene.close();
    }
  } finally {
    api.close();
    await plane.close();
    rmSync(folder, { recursive: true });
  }
});
