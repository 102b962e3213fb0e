import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import type { RunReport } from "../../../src/core/run/report.ts";
import { succeeded, etcdPrograms } from "../etcd-workbench.ts";
import { inScene, knownClients } from "./scene.ts";

interface Told extends RunReport {
  readonly goalReached: boolean;
  readonly differences: readonly string[];
}

const cases = [
  // Twice a member: once to trust both, once to trust the new one only.
  { component: "etcd", protocol: "bundle", restarts: 6 },
  { component: "etcd-debian", protocol: "cross-signed", restarts: 3 },
] as const;

for (const { component, protocol, restarts } of cases) {
  test(`a plan is rehearsed on a copy of ${component}'s cluster, and the original is not touched`, async (t) => {
    const programs = etcdPrograms(t, component);
    if (programs === undefined) return;
    await inScene(
      t,
      programs,
      async (scene) => {
        const put = await scene.etcdctl("app", "put", "/app/known", "value");
        succeeded(put);
        succeeded(
          await scene.certwright(
            "plan",
            "rotate",
            "etcd-peer-ca",
            "etcd-server-ca",
            "etcd-client-ca",
            "--protocol",
            protocol,
            "--out",
            scene.path("plan.json"),
          ),
        );
        const before = scene.cluster.members.map(({ certificateDirectory }) =>
          readdirSync(certificateDirectory).map((name) =>
            readFileSync(`${certificateDirectory}/${name}`, "utf8"),
          ),
        );
        const rehearsed = await scene.certwright(
          "rehearse",
          scene.path("plan.json"),
          "--etcd-bin",
          programs.etcd,
          "-o",
          "json",
        );
        succeeded(rehearsed);
        const told = JSON.parse(rehearsed.stdout) as Told;
        assert.equal(told.goalReached, true);
        assert.deepEqual(told.differences, []);
        assert.equal(told.load?.failed, 0);
        assert.ok(told.load.requests > 0);
        assert.equal(told.restarts.length, restarts);
        const after = scene.cluster.members.map(({ certificateDirectory }) =>
          readdirSync(certificateDirectory).map((name) =>
            readFileSync(`${certificateDirectory}/${name}`, "utf8"),
          ),
        );
        assert.deepEqual(after, before);
        const list = await scene.certwright("ca", "list", "-o", "json");
        assert.doesNotMatch(list.stdout, /"number":\s*2/);
        const left = scene.path("certwright-pki", "rehearsals");
        assert.deepEqual(existsSync(left) ? readdirSync(left) : [], []);
      },
      { extra: knownClients },
    );
  });
}
