import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import * as fc from "fast-check";
import { EvidenceReader } from "./evidence.ts";
import { recognise } from "./recognise.ts";

const seed = Number(process.env["FUZZ_SEED"] ?? 20_261_123);

/** Keys that gatherers look for, and values that they do not expect. */
const key = fc.constantFrom(
  "clusters",
  "cluster",
  "users",
  "user",
  "contexts",
  "context",
  "current-context",
  "name",
  "server",
  "proxy-url",
  "certificate-authority-data",
  "client-key",
  "token",
  "exec",
  "command",
  "webhooks",
  "clientConfig",
  "caBundle",
  "service",
  "url",
  "spec",
  "containers",
  "data",
  "ca-cert.pem",
  "root-cert.pem",
  "metadata",
  "items",
);

const scalar = fc.oneof(
  fc.string(),
  fc.constantFrom("https://127.0.0.1:1", "kube-apiserver", "--etcd-servers=x", "cacerts", "[", "%"),
  fc.integer(),
  fc.boolean(),
  fc.constant(null),
);

const { tree } = fc.letrec((tie) => ({
  tree: fc.oneof(
    { maxDepth: 6 },
    scalar,
    fc.array(tie("tree"), { maxLength: 4 }),
    fc.dictionary(key, tie("tree"), { maxKeys: 6 }),
  ),
}));

const manifest = fc
  .record({
    apiVersion: fc.constant("v1"),
    kind: fc.constantFrom(
      "Config",
      "Pod",
      "Secret",
      "ConfigMap",
      "APIService",
      "List",
      "DestinationRule",
      "ValidatingWebhookConfiguration",
      "CalicoAPIConfig",
    ),
    rest: fc.dictionary(key, tree, { maxKeys: 8 }),
  })
  .map(({ apiVersion, kind, rest }) => JSON.stringify({ apiVersion, kind, ...rest }));

test("no manifest makes a gatherer throw, whatever stands where", async () => {
  const folder = mkdtempSync(join(tmpdir(), "certwright-gather-"));
  const path = join(folder, "manifest.yaml");
  try {
    await fc.assert(
      fc.asyncProperty(manifest, async (text) => {
        writeFileSync(path, text);
        const part = await recognise(path, {
          evidence: new EvidenceReader(),
          options: { timeout: 1000 },
          env: {},
        });
        for (const { endpoint } of part.connections) assert.ok(endpoint.port > 0);
      }),
      { seed, numRuns: 300 },
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test("a secret in a kubeconfig is not among what may be told", async () => {
  const folder = mkdtempSync(join(tmpdir(), "certwright-gather-"));
  const path = join(folder, "config");
  try {
    writeFileSync(
      path,
      JSON.stringify({
        apiVersion: "v1",
        kind: "Config",
        "current-context": "c",
        contexts: [{ name: "c", context: { cluster: "a", user: "u" } }],
        clusters: [{ name: "a", cluster: { server: "https://127.0.0.1:1" } }],
        users: [{ name: "u", user: { token: "s3cr3t-token", password: "s3cr3t-word" } }],
      }),
    );
    const evidence = new EvidenceReader();
    const part = await recognise(path, { evidence, options: { timeout: 1000 }, env: {} });
    assert.equal(part.connections.length, 1);
    assert.ok(!JSON.stringify([part, evidence.files]).includes("s3cr3t"));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
