import assert from "node:assert/strict";
import { test } from "node:test";
import type { KeyId } from "../../../core/model/certificate.ts";
import type { KubernetesApi, KubernetesObject } from "../../../ports/kubernetes.ts";
import type { Look } from "../look.ts";
import { observeTokenSecrets } from "../observe/token-secrets.ts";
import type { Hands } from "./hands.ts";
import { renewTokenSecrets } from "./token-secrets-renew.ts";

/** A key's identifier, of as many digits as a digest has. */
const key = (digit: string): KeyId => digit.repeat(64) as KeyId;

const encoded = (value: unknown): string =>
  Buffer.from(JSON.stringify(value)).toString("base64url");

/** A token whose head names its key as API servers do (pkg/serviceaccount/jwt.go, keyIDFromPublicKey). */
const tokenOf = (id: KeyId): string => {
  const kid = Buffer.from(id, "hex").toString("base64url");
  const payload = { iss: "kubernetes/serviceaccount", sub: "system:serviceaccount:ns:x" };
  return `${encoded({ alg: "RS256", kid })}.${encoded(payload)}.${"A".repeat(342)}`;
};

const secret = (name: string, token?: string): KubernetesObject =>
  ({
    metadata: { namespace: "ns", name },
    data: token === undefined ? {} : { token: Buffer.from(token).toString("base64") },
  }) as unknown as KubernetesObject;

const effect = {
  kind: "token-secrets.renew",
  issuer: "service-account-keys",
  generation: 1,
  others: [key("b")],
} as const;

/** An API with these Secrets, and a CA whose current key is "a". */
const cluster = (secrets: readonly KubernetesObject[]) => {
  const patched: unknown[] = [];
  const api = {
    list: async function* () {
      yield* secrets;
    },
    patch: async (path: string, kind: string, body: unknown) =>
      void patched.push([path, kind, body]),
  } as unknown as KubernetesApi;
  const generations = [{ number: 1, keyId: key("a"), certificate: {} }];
  const look = {
    issuer: async () => ({ name: effect.issuer, generations }),
    at: { apis: { open: async () => api } },
  } as unknown as Look;
  return { look, hands: { look } as unknown as Hands, patched };
};

test("only Secrets are emptied whose tokens nobody accepts", async () => {
  const secrets = [
    secret("of-the-new-key", tokenOf(key("a"))),
    secret("of-a-key-that-is-accepted", tokenOf(key("b"))),
    secret("of-the-lost-key", tokenOf(key("c"))),
    secret("emptied-before"),
  ];
  const { look, hands, patched } = cluster(secrets);
  const before = await observeTokenSecrets(look, effect);
  assert.equal(before.verdict, "fails");
  assert.match(before.evidence, /ns\/of-the-lost-key, ns\/emptied-before$/);
  assert.equal((await renewTokenSecrets(hands, effect)).kind, "done");
  assert.deepEqual(patched, [
    ["/api/v1/namespaces/ns/secrets/of-the-lost-key", "merge", { data: { token: null } }],
  ]);
});

test("nothing is to be done where every Secret has a token that is accepted", async () => {
  const { look } = cluster([secret("x", tokenOf(key("a")))]);
  assert.equal((await observeTokenSecrets(look, effect)).verdict, "holds");
});
