/** The key pair of ServiceAccount tokens with the real API server and controller-manager, from old to new and back. */
import assert from "node:assert/strict";
import { createPrivateKey } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { parse } from "yaml";
import { digests } from "../../../src/adapters/crypto/node-digests.ts";
import { keyMaker } from "../../../src/adapters/crypto/node-keys.ts";
import { httpsKubernetes } from "../../../src/adapters/kubernetes/https-kubernetes.ts";
import type { Claim, Content } from "../../../src/core/model/claim.ts";
import type { SlotId } from "../../../src/core/model/inventory.ts";
import { exampleKubernetes } from "../../../src/core/plan/examples/kubernetes.ts";
import { planFor } from "../../../src/core/plan/plan-for.ts";
import { rightsOfPlan } from "../../../src/core/plan/rights.ts";
import { tokenRights } from "../../../src/core/tokens/rights.ts";
import { missingRights } from "../../../src/engine/discovery/check-rights.ts";
import type { KubernetesApi, KubernetesObject } from "../../../src/ports/kubernetes.ts";
import { leaveOut } from "../../left-out.ts";
import {
  ask,
  controlPlanePrograms,
  layControlPlane,
  type ControlPlane,
  type Programs,
} from "../reload/control-plane.ts";
import { bundle, holding, holds, openScene, write, type PlacesScene } from "./scene.ts";

const issuer = "service-account-keys";
const server = "node-1/kube-apiserver";
const manager = "node-1/kube-controller-manager";
const slots = {
  trust: `${server}/token-trust`,
  signer: `${server}/token-signer`,
  managers: `${manager}/token-signer`,
} as const;
const account = "/api/v1/namespaces/kube-public/serviceaccounts/default";
const secretsPath = "/api/v1/namespaces/kube-public/secrets";

/** On a busy machine; five seconds on a quiet one. */
const patience = 120_000;

const signer = (generation: number): Content => ({ kind: "signer", issuer, generation });

/** A kubeconfig of whoever has the token. */
const withToken = (url: string, ca: string, token: string): string =>
  JSON.stringify({
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name: "one", cluster: { server: url, "certificate-authority": ca } }],
    users: [{ name: "one", user: { token } }],
    contexts: [{ name: "one", context: { cluster: "one", user: "one" } }],
    "current-context": "one",
  });

const accepts = (generation: number): Claim => ({
  kind: "accepts",
  slot: slots.trust as SlotId,
  issuer,
  generation,
});
const refuses = (generation: number): Claim =>
  ({ ...accepts(generation), kind: "refuses" }) as Claim;
const presents = (generation: number): Claim => ({
  kind: "presents",
  slot: slots.signer as SlotId,
  generation,
});
const tokens = (generation: number): Claim => ({ kind: "tokens", issuer, generation });

/** As an administrator, who applies what was shown. */
const applyRights = async (api: KubernetesApi, manifest: string): Promise<void> => {
  const rbac = "/apis/rbac.authorization.k8s.io/v1";
  for (const text of manifest.split("---\n")) {
    const object = parse(text) as KubernetesObject & { readonly kind: string };
    const { namespace } = object.metadata;
    const where = namespace === undefined ? rbac : `${rbac}/namespaces/${namespace}`;
    await api.create(`${where}/${object.kind.toLowerCase()}s`, object);
  }
};

/** What a whole plan needs is asked for, and the manifest gives that and no more. */
const permitsPlan = async (restricted: KubernetesApi, administrator: KubernetesApi) => {
  const workloads = ["daemonset/kube-system/kube-proxy", "deployment/default/web"];
  const size = { masters: 1, workers: 1, workloads, clientsComplete: true };
  const inventory = exampleKubernetes({ digests, now: Date.now(), ...size });
  const goal = { kind: "rotate", issuers: ["kubernetes-ca"], protocol: "bundle" } as const;
  const planned = planFor(goal, inventory, { now: Date.now(), digests });
  assert.ok(planned.ok);
  const rights = rightsOfPlan(planned.plan, {
    slots: new Map(inventory.slots.map((slot) => [slot.id, slot])),
    consumers: new Map(inventory.consumers.map((consumer) => [consumer.id, consumer])),
  });
  const look = () => missingRights(restricted, rights, "certwright-apply");
  const found = await look();
  for (const one of [
    "create leases in kube-system",
    "patch configmaps in kube-public",
    "patch configmaps in kube-system",
    "patch daemonsets in kube-system",
    "patch deployments in default",
    "list poddisruptionbudgets in default",
  ]) {
    assert.ok(found?.missing.includes(one), `${one}: ${found?.missing.join(", ")}`);
  }
  await applyRights(administrator, found!.manifest);
  await until("the plan's rights", async () => ((await look()) === undefined ? true : undefined));
  const leases = "/apis/coordination.k8s.io/v1/namespaces/kube-system/leases";
  await restricted.create(leases, { metadata: { name: "certwright" }, spec: {} });
  await restricted.patch(`${leases}/certwright`, "merge", { spec: { holderIdentity: "me" } });
  await restricted.delete(`${leases}/certwright`);
  await assert.rejects(
    restricted.patch("/api/v1/namespaces/kube-system/configmaps/other", "merge", { data: {} }),
    { code: "kubernetes.forbidden" },
  );
};

interface Cluster extends PlacesScene {
  readonly plane: ControlPlane;
  readonly api: KubernetesApi;
  /** Ends them and starts them again, as a plan does. */
  restartServer(): Promise<void>;
  restartManager(): Promise<void>;
  /** What the API server says to whom that token names. */
  status(token: string): Promise<number>;
  requestToken(): Promise<string>;
  /** Makes a token Secret and waits for its token. */
  legacyToken(name: string): Promise<string>;
}

const until = async <T>(what: string, work: () => Promise<T | undefined>): Promise<T> => {
  for (const end = Date.now() + patience; ;) {
    const found = await work().catch(() => undefined);
    if (found !== undefined) return found;
    assert.ok(Date.now() < end, what);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
};

const withCluster = async (
  programs: Programs,
  body: (cluster: Cluster) => Promise<void>,
): Promise<void> => {
  const folder = mkdtempSync(join(tmpdir(), "certwright-tokens-"));
  const plane = await layControlPlane(programs, folder);
  const kubeconfig = plane.path("super-admin.conf");
  const api = await httpsKubernetes.open({ kubeconfig, deadline: 10_000 });
  const restartServer = async (): Promise<void> => {
    await plane.start("kube-apiserver");
    await until(plane.log("kube-apiserver").slice(-2000), async () =>
      (await api.text("/readyz")).status === 200 ? true : undefined,
    );
  };
  const restartManager = (): Promise<void> =>
    plane.start("kube-controller-manager", {
      controllers:
        "serviceaccount-controller,serviceaccount-token-controller,legacy-serviceaccount-token-cleaner-controller",
      "use-service-account-credentials": "true",
      "cluster-signing-cert-file": plane.path("pki/ca.crt"),
      "cluster-signing-key-file": plane.path("pki/ca.key"),
    });
  try {
    await plane.start("etcd");
    await restartServer();
    await restartManager();
    await until("the ServiceAccount", () => api.get(account));
    const scene = await openScene(folder, kubeconfig, { host: "127.0.0.1", port: plane.port });
    try {
      await body({
        ...scene,
        plane,
        api,
        restartServer,
        restartManager,
        status: async (token) => {
          const client = { cert: "", key: "" };
          const headers = { authorization: `Bearer ${token}` };
          return (await ask(plane.port, "/api", { client, headers }))?.status ?? 0;
        },
        requestToken: async () => {
          const { status } = await api.create(`${account}/token`, {
            apiVersion: "authentication.k8s.io/v1",
            kind: "TokenRequest",
            spec: { expirationSeconds: 3600 },
          });
          return (status as { readonly token: string }).token;
        },
        legacyToken: async (name) => {
          await api.create(secretsPath, {
            apiVersion: "v1",
            kind: "Secret",
            type: "kubernetes.io/service-account-token",
            metadata: { name, annotations: { "kubernetes.io/service-account.name": "default" } },
          });
          return until(
            `the token of ${name}: ${plane.log("kube-controller-manager").slice(-2000)}`,
            async () => {
              const secret = await api.get(`${secretsPath}/${name}`);
              const { token } = (secret?.["data"] ?? {}) as { readonly token?: string };
              return token === undefined ? undefined : Buffer.from(token, "base64").toString();
            },
          );
        },
      });
    } finally {
      await scene.close();
    }
  } finally {
    api.close();
    await plane.close();
    rmSync(folder, { recursive: true });
  }
};

test("the key of ServiceAccount tokens is changed while tokens of both keys are let in, and the old one's die with it", async (t) => {
  const programs = controlPlanePrograms();
  if (programs === undefined) {
    leaveOut(t, "etcd or kubernetes is not in the cache: npm run components -- etcd kubernetes");
    return;
  }
  await withCluster(programs, async (cluster) => {
    const { is, done, refused, plane, world, status } = cluster;
    const { authority } = world.ports;
    const key = (): ReturnType<typeof keyMaker.load> =>
      keyMaker.load(
        createPrivateKey(readFileSync(plane.path("pki/sa.key"))).export({
          type: "pkcs8",
          format: "der",
        }),
      );
    const order = { name: issuer, key: key(), from: "node-1:pki/sa.key" };
    assert.equal((await authority.adoptKeyPair(order)).change, "adopted");
    assert.equal((await authority.adoptKeyPair({ ...order, key: key() })).change, "none");
    await done({ kind: "generation.create", issuer, number: 2 });
    const files = (): readonly string[] =>
      ["sa.pub", "sa.key"].map((name) => cluster.read(`pki/${name}`));
    const before = files();
    await done({
      kind: "backup.create",
      slots: Object.values(slots) as unknown as SlotId[],
      groups: [],
    });
    const [oldToken, oldLegacy] = [
      await cluster.requestToken(),
      await cluster.legacyToken("first"),
    ];

    await t.test("what everybody starts with", async () => {
      await is("holds", holds(slots.trust, bundle(issuer, 1)));
      await is("holds", holds(slots.signer, signer(1)));
      await is("holds", accepts(1), /jwks lists the key of service-account-keys 1/);
      await is("fails", accepts(2));
      await is("holds", refuses(2));
      await is("holds", presents(1), /accepted by node-1\/kube-apiserver/);
      await is("fails", presents(2), /signs tokens with/);
      assert.deepEqual([await status(oldToken), await status(oldLegacy)], [200, 200]);
      assert.equal(await status(`${oldToken}x`), 401);
    });

    await t.test(
      "what it takes is permitted by the manifest that says so, and no more",
      async () => {
        const path = plane.path("restricted.conf");
        const url = `https://127.0.0.1:${plane.port}`;
        writeFileSync(path, withToken(url, plane.path("pki/ca.crt"), oldToken));
        const restricted = await httpsKubernetes.open({ kubeconfig: path, deadline: 10_000 });
        try {
          const look = () => missingRights(restricted, tokenRights, "certwright-tokens");
          const found = await look();
          assert.equal(found?.user, "system:serviceaccount:kube-public:default");
          // Every ServiceAccount may read the keys themselves.
          assert.deepEqual(found.missing, [
            "list secrets",
            "list pods",
            "create tokenreviews",
            "create serviceaccounts/token in kube-public",
          ]);
          await applyRights(cluster.api, found.manifest);
          await until("the rights", async () => ((await look()) === undefined ? true : undefined));
          await permitsPlan(restricted, cluster.api);
          await restricted.create(`${account}/token`, {
            apiVersion: "authentication.k8s.io/v1",
            kind: "TokenRequest",
            spec: { expirationSeconds: 600 },
          });
          await assert.rejects(
            restricted.create("/api/v1/namespaces/default/serviceaccounts/default/token", {
              apiVersion: "authentication.k8s.io/v1",
              kind: "TokenRequest",
              spec: { expirationSeconds: 600 },
            }),
            { code: "kubernetes.forbidden" },
          );
        } finally {
          restricted.close();
        }
      },
    );

    await t.test(
      "old and new are trusted once the API server was started again, not before",
      async () => {
        const both = bundle(issuer, 1, 2);
        await done(write(server, [[slots.trust, both, holding(bundle(issuer, 1))]]));
        await is("holds", holds(slots.trust, both));
        await is("fails", accepts(2));
        await cluster.restartServer();
        await is("holds", accepts(2));
        await is("holds", accepts(1));
        await is("holds", presents(1));
        assert.equal((cluster.read("pki/sa.pub").match(/BEGIN PUBLIC KEY/g) ?? []).length, 2);
      },
    );

    await t.test(
      "the new key signs, in the API server and in the controller-manager, and old tokens are let in",
      async () => {
        await done(write(server, [[slots.signer, signer(2), holding(signer(1))]]));
        // The same file: it is there already, and nothing is written.
        await done(write(manager, [[slots.managers, signer(2), holding(signer(1))]]));
        await is("fails", presents(2));
        await cluster.restartServer();
        await cluster.restartManager();
        await is("holds", presents(2), /accepted by node-1\/kube-apiserver/);
        assert.deepEqual([await status(oldToken), await status(oldLegacy)], [200, 200]);
        assert.match(cluster.read("pki/sa.key"), /^-----BEGIN RSA PRIVATE KEY-----/);
        const old = authority.issuer(issuer).then(({ generations }) => generations[0]!.keyId);
        const kid = JSON.parse(
          Buffer.from((await cluster.legacyToken("second")).split(".")[0]!, "base64url").toString(),
        ) as { readonly kid: string };
        assert.notEqual(Buffer.from(kid.kid, "base64url").toString("hex"), await old);
      },
    );

    await t.test("a Secret with an old token is named, until it is gone", async () => {
      await is("fails", tokens(1), /kube-public\/first: for each make a second Secret/);
      assert.equal(await cluster.api.delete(`${secretsPath}/first`), true);
      await is("holds", tokens(1), /no Secret holds a token of service-account-keys 1/);
      await is("fails", tokens(2), /kube-public\/second/);
    });

    const newToken = await cluster.requestToken();
    await t.test(
      "the old key is forgotten: its tokens are turned away, the new one's are not",
      async () => {
        const alone = bundle(issuer, 2);
        await refused(
          write(server, [[slots.trust, alone, holding(bundle(issuer, 1))]]),
          "rotation.drift",
        );
        await done(write(server, [[slots.trust, alone, holding(bundle(issuer, 1, 2))]]));
        await is("fails", refuses(1));
        await cluster.restartServer();
        await is("holds", refuses(1), /does not list the key/);
        await is("holds", accepts(2));
        await is("holds", presents(2));
        assert.deepEqual([await status(oldToken), await status(newToken)], [401, 200]);
        await is("holds", { kind: "absent", issuer, generation: 1 });
      },
    );

    await t.test("all of it is brought back byte for byte", async () => {
      for (const [of, slot] of [
        [server, slots.trust],
        [server, slots.signer],
      ] as const) {
        const was = slot === slots.trust ? bundle(issuer, 2) : signer(2);
        await done(write(of, [[slot, { kind: "before" }, holding(was)]]));
        await is("holds", holds(slot, { kind: "before" }));
      }
      assert.deepEqual(files(), before);
      await cluster.restartServer();
      await is("holds", accepts(1));
      await is("holds", refuses(2));
      await is("holds", presents(1));
      assert.deepEqual([await status(oldToken), await status(newToken)], [200, 401]);
    });
  });
});
