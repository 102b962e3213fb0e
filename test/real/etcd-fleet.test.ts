import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { cpSync } from "node:fs";
import test from "node:test";
import { tlsProbe } from "../../src/adapters/tls/tls-probe.ts";
import { clientTarget } from "../../src/engine/etcd/connect.ts";
import type { TlsCredentials } from "../../src/ports/tls.ts";
import { startFleet } from "../../tools/etcd-cluster/fleet.ts";
import { appAndReader, inWorkbench, succeeded } from "./etcd-workbench.ts";

test("the stand-in for etcd refuses whom etcd refuses and reloads what etcd reloads", async (t) => {
  const programs = { version: "3.6", etcd: "", etcdctl: "" } as const;
  await inWorkbench(t, programs, appAndReader, async (bench) => {
    succeeded(await bench.certwright("etcd", "init", "--in-place"));
    const fleet = await startFleet(bench.cluster);
    try {
      const { checks } = await bench.check("--timeout", "1s");
      const judged = checks.filter(
        ({ id, group }) =>
          group === "certificates" || (group === "refusals" && !id.endsWith(".range")),
      );
      assert.equal(judged.length, 3 * (4 + 5));
      assert.deepEqual(
        judged
          .filter(({ verdict }) => verdict !== "pass")
          .map(({ id, observed }) => [id, observed]),
        [],
      );
      const target = clientTarget(bench.cluster.members[0]!);
      const app: TlsCredentials = {
        certificate: bench.read("clients/app/client.crt"),
        key: bench.read("clients/app/client.key"),
      };
      assert.deepEqual(await tlsProbe.offer(target, app, 5000), { kind: "accepted" });

      const serial = async () =>
        new X509Certificate((await tlsProbe.served(target, 5000))[0]!).serialNumber;
      const before = await serial();
      for (const file of ["server.crt", "server.key", "client-ca.crt"]) {
        cpSync(bench.path("run/etcd-2/pki", file), bench.path("run/etcd-1/pki", file));
      }
      cpSync(bench.path("run/etcd-1/pki/peer-ca.crt"), bench.path("run/etcd-1/pki/client-ca.crt"));
      assert.notEqual(await serial(), before, "a new leaf is shown to the next connection");
      assert.deepEqual(
        await tlsProbe.offer(target, app, 5000),
        { kind: "accepted" },
        "a new trust bundle needs a restart",
      );
    } finally {
      await fleet.stop();
    }
  });
});
