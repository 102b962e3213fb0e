import assert from "node:assert/strict";
import { test } from "node:test";
import { digests } from "../../../adapters/crypto/node-digests.ts";
import { exampleCluster } from "../examples/cluster.ts";
import { planFor } from "../plan-for.ts";

const now = Date.UTC(2026, 10, 1);

test("a plan is refused while a member's leaf of another issuer has expired, for it would wait for ever", () => {
  // Seed 490 of the simulator: the server's CA was rotated while one member's leaf for its peers had expired.
  const whole = exampleCluster({
    digests,
    now,
    members: 3,
    issuers: "three",
    clients: [],
    clientsComplete: true,
  });
  const expired = whole.slots.find(
    ({ role, issuer }) => role === "presents" && issuer === "etcd-peer-ca",
  )!;
  const [leaf] = expired.holds!.certificates;
  const inventory = {
    ...whole,
    certificates: whole.certificates.map((certificate) =>
      certificate.fingerprint === leaf
        ? Object.assign({}, certificate, { notAfter: now - 1 })
        : certificate,
    ),
  };
  const planned = planFor({ kind: "rotate", issuers: ["etcd-server-ca"] }, inventory, {
    now,
    digests,
  });
  assert.ok(!planned.ok);
  const found = planned.findings.find(({ rule }) => rule === "leaf-expired");
  assert.equal(found?.subject, expired.id);
  assert.match(found.cure, /certwright plan renew /);
});
