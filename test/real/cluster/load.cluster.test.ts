import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { startKubernetesLoad } from "../../../tools/kubernetes-load/load.ts";
import { additions } from "./additions.ts";
import { auditLog } from "./audit.ts";
import { startCluster } from "./cluster.ts";
import { canHaveCluster } from "./programs.ts";
import { run, until } from "./run.ts";

const folder = mkdtempSync(join(tmpdir(), "certwright-cluster-load-"));
after(() => rmSync(folder, { recursive: true, force: true }));

test("three masters answer every client; that one of them trusts another CA is counted", async (t) => {
  if (!canHaveCluster(t)) return;
  await using cluster = await startCluster({
    masters: 3,
    workers: 1,
    folder: join(folder, "cluster"),
    with: additions,
    progress: (line) => t.diagnostic(line),
  });
  const { servers, kubeconfig, added, nodes } = cluster;
  const { reads, webhooks } = added;
  await using load = await startKubernetesLoad({ servers, kubeconfig, reads, pinned: true });
  await until("a few hundred requests", 120_000, () => load.count() > 400 || undefined);
  assert.deepEqual(load.failures(), []);

  load.enter("another ca.crt on master-1");
  const [first] = nodes;
  const ca = join(folder, "ca.crt");
  const form = ["-x509", "-nodes", "-days", "30", "-newkey", "rsa:2048", "-subj", "/CN=kubernetes"];
  await run(["openssl", "req", ...form, "-keyout", join(folder, "ca.key"), "-out", ca]);
  writeFileSync(first!.path("/etc/kubernetes/pki/ca.crt"), readFileSync(ca));
  await until("failures", 120_000, () => load.failures().length > 10 || undefined);
  const summary = await load.stop();
  t.diagnostic(`${summary.requests} requests in ${summary.seconds} s, ${summary.failed} failed`);

  for (const { client, phase, endpoint, why } of summary.failures) {
    const told = `${phase}: ${client} at ${endpoint}: ${why}`;
    assert.match(told, /^another ca.crt on master-1: .* (?:401|403|500) /);
    // The kubelet of master-1 reads the file as well, and refuses the API servers of the others.
    if (client === "logs" || client === "exec") assert.match(told, /credentials|Unauthorized/i);
    else assert.match(told, / at (?:master-1|balanced): 401 /);
  }
  const of = (name: string) => summary.clients.find(({ client }) => client === name);
  assert.ok(of("direct-master-1")!.failed > 0, "the client of master-1 alone");
  for (const sound of ["direct-master-2", "direct-master-3", "token", "legacy-token"]) {
    assert.equal(of(sound)!.failed, 0, sound);
  }
  for (const kind of ["fresh", "kept", "balanced", "pinned", "logs", "exec", ...reads]) {
    assert.ok(of(kind)!.requests > 0, kind);
  }
  // What a watch was told before it met master-1 again, and afterwards elsewhere, is all there was.
  for (const { client, events, missing, outOfOrder, broken } of summary.watches) {
    assert.deepEqual(
      { client, missing, outOfOrder, broken },
      { client, missing: [], outOfOrder: 0, broken: undefined },
    );
    assert.ok(events > 0, client);
  }
  const calls = webhooks!.calls();
  assert.ok(calls.validate > 0 && calls.convert > 0, JSON.stringify(calls));
  const audited = readFileSync(first!.path(auditLog), "utf8");
  assert.match(audited, /"X509SHA256=/);
});
