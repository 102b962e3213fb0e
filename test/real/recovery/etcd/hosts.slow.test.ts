/** Three machines that are reached by SSH lose the certificates of their etcd, and the operator his CAs. */
import assert from "node:assert/strict";
import { globSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test from "node:test";
import { runProgram } from "../../../cli/process.ts";
import { etcdPrograms, succeeded } from "../../etcd-workbench.ts";
import { startEtcdOnHosts } from "../../hosts/etcd.ts";
import { canHaveHosts } from "../../hosts/hosts.ts";
import { modes } from "../../rotation/traces.ts";

test("three machines get new CAs and certificates by SSH, each after a copy of what it had, and the data is there", async (t) => {
  const programs = etcdPrograms(t, "etcd");
  if (programs === undefined || !canHaveHosts(t)) return;
  const folder = mkdtempSync(join(tmpdir(), "certwright-recovery-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  await using etcd = await startEtcdOnHosts({ programs, folder });
  const { hosts } = etcd.hosts;
  const [first] = etcd.cluster.members;
  const etcdctl = (...args: string[]) => {
    const of = (name: string): string => join(folder, "clients/root", name);
    const endpoint = `${first!.node.addresses[0]!.value}:${first!.clientPort}`;
    const files = [
      "--cacert",
      of("server-ca.crt"),
      "--cert",
      of("client.crt"),
      "--key",
      of("client.key"),
    ];
    const words = ["--endpoints", endpoint, ...files, ...args];
    return runProgram(programs.etcdctl, words, { cwd: folder, env: etcd.env });
  };
  succeeded(await etcd.certwright("etcd", "users", "--yes"));
  succeeded(await etcdctl("put", "/app/it", "is there"));
  const files = (): readonly string[] =>
    hosts.flatMap((host) => globSync(`${host.path("/srv/etcd/pki")}/*`).toSorted());
  const had = modes(files());

  for (const host of hosts) host.run("/srv/service", "stop");
  for (const file of files()) rmSync(file);
  rmSync(join(folder, "certwright-pki"), { recursive: true });
  const recovered = succeeded(await etcd.certwright("recover", "--yes"));
  t.diagnostic(recovered.stdout);

  assert.match(succeeded(await etcdctl("get", "/app/it")).stdout, /is there/);
  assert.deepEqual(modes(files()), had);
  for (const host of hosts)
    assert.equal(
      globSync(`${host.path("/srv/certwright")}/before-recovery-*/SHA256SUMS`).length,
      1,
    );
  const again = succeeded(await etcd.certwright("recover", "--plan-only", "-o", "json"));
  assert.equal((JSON.parse(again.stdout) as { verdict: { case: string } }).verdict.case, "sound");
});
