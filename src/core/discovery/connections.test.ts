import assert from "node:assert/strict";
import { test } from "node:test";
import type { CredentialUse } from "../audit-log/uses.ts";
import { connectionsOf } from "./connections.ts";

const use = (more: Partial<CredentialUse>): CredentialUse => ({
  credential: "X509SHA256=ab",
  user: "alice",
  pod: "",
  from: "10.0.0.9",
  userAgent: "kubectl/v1.33.1 (linux/amd64) kubernetes/8adc0f0",
  last: "2026-11-23T10:00:00.000000Z",
  count: 3,
  ...more,
});

test("who shows a certificate is told by name, with where from, as what, how often and when last", () => {
  const found = connectionsOf([
    use({}),
    use({ from: "10.0.0.8", credential: "X509SHA256=cd", last: "2026-11-23T11:00:00.000000Z" }),
    use({ user: "ci", userAgent: "argocd/v3", last: "2026-11-23T12:00:00.000000Z", count: 1 }),
  ]);
  assert.deepEqual(found, [
    {
      user: "ci",
      from: ["10.0.0.9"],
      as: ["argocd/v3"],
      certificates: 1,
      last: "2026-11-23T12:00:00.000000Z",
      requests: 1,
    },
    {
      user: "alice",
      from: ["10.0.0.8", "10.0.0.9"],
      as: ["kubectl/v1.33.1"],
      certificates: 2,
      last: "2026-11-23T11:00:00.000000Z",
      requests: 6,
    },
  ]);
});

test("the cluster's own programs are left out, and nobody who merely calls himself alike", () => {
  const users = [
    "system:node:worker-1",
    "system:kube-scheduler",
    "system:apiserver",
    "system:nodes-like",
    "kubernetes-admin",
  ];
  assert.deepEqual(
    connectionsOf(users.map((user) => use({ user })))
      .map(({ user }) => user)
      .toSorted(),
    ["kubernetes-admin", "system:nodes-like"],
  );
});
