/**
 * etcd's data from before a rotation is put back beside files from after it: what the cluster gives out is of a CA that
 * nobody shows any more. It is told, and put right with what certwright itself says to type.
 */
import assert from "node:assert/strict";
import { readFileSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";
import { componentProgram } from "../../../tools/components/cache.ts";
import { until } from "../cluster/run.ts";
import { succeeded } from "../etcd-workbench.ts";
import { agreed, planFile, reached, run } from "../rotation/rotate.ts";
import type { ByHandCluster } from "./cluster.ts";
import { places } from "./programs.ts";
import { discoverAndAdopt, inByHand } from "./scene.ts";

const issuers = ["kubernetes-ca", "front-proxy-ca"] as const;
const snapshot = "/srv/before.db";
/** A rotation takes a minute. */
const deadline = 900_000;

const takeSnapshot = ({ members }: ByHandCluster): void => {
  const [member] = members;
  member!.run(
    componentProgram("etcd", "etcdctl")!,
    `--endpoints=https://${member!.address}:2379`,
    `--cacert=${places.store}/ca.pem`,
    `--cert=${places.store}/server.pem`,
    `--key=${places.store}/server-key.pem`,
    "snapshot",
    "save",
    snapshot,
  );
};

/** As etcd's documentation has it: nobody uses it meanwhile. */
const putBack = async ({ masters, members, kubectl }: ByHandCluster): Promise<void> => {
  const [master] = masters;
  const [member] = members;
  const programs = ["kube-scheduler", "kube-controller-manager", "kube-apiserver"];
  for (const name of programs) master!.run(`/srv/units/${name}/service`, "stop");
  member!.run("/srv/units/etcd/service", "stop");
  renameSync(member!.path(places.data), member!.path(`${places.data}.after`));
  member!.run(
    componentProgram("etcd", "etcdutl")!,
    "snapshot",
    "restore",
    snapshot,
    `--data-dir=${places.data}`,
    `--name=${member!.name}`,
    `--initial-cluster=${member!.name}=https://${member!.address}:2380`,
    `--initial-advertise-peer-urls=https://${member!.address}:2380`,
    "--initial-cluster-token=by-hand",
    "--bump-revision=1000000000",
    "--mark-compacted",
  );
  member!.run("/srv/units/etcd/service", "start");
  for (const name of programs.toReversed()) master!.run(`/srv/units/${name}/service`, "start");
  await until("the API is back", 120_000, () => kubectl("get", "--raw", "/readyz"));
};

/** What of the former CAs is in ConfigMaps. */
const tracesIn = async ({ kubectl }: ByHandCluster, traces: readonly string[]) => {
  const maps = await kubectl("get", "configmaps", "--all-namespaces", "-o", "yaml");
  assert.ok(maps.includes("client-ca-file"));
  return traces.filter((one) => maps.includes(one));
};

test("etcd's data from before a rotation is put back: what it gives out of the former CAs is told and put right", (t) =>
  inByHand(t, { masters: 1, members: 1 }, async (cluster) => {
    const { certwright } = cluster;
    await discoverAndAdopt(cluster);
    const traces = [cluster.cas.cluster, cluster.cas.aggregator].map(
      ({ certificate }) => readFileSync(certificate, "utf8").split("\n")[3]!,
    );
    takeSnapshot(cluster);
    const rotation = ["plan", "rotate", ...issuers, "--soak", "0", "--out", planFile];
    const apply = ["apply", planFile, ...agreed, "--accept-blind", "clients-outside"];
    succeeded(await certwright(...rotation));
    await reached(run(cluster, apply, { deadline }));
    assert.deepEqual(await tracesIn(cluster, traces), []);

    await putBack(cluster);
    assert.deepEqual((await tracesIn(cluster, traces)).length, 2);
    rmSync(join(cluster.folder, planFile));
    const { code, stdout } = await certwright(...rotation);
    assert.equal(code, 1, stdout);
    assert.match(stdout, /generation 1 of kubernetes-ca, which was dropped: etcd's data is older/);
    t.diagnostic(stdout);
    const cures = new Set(
      [...stdout.matchAll(/certwright (plan drop-trust \S+ 1)/gu)].map(([, cure]) => cure!),
    );
    assert.deepEqual(
      [...cures],
      issuers.map((issuer) => `plan drop-trust ${issuer} 1`),
    );
    for (const cure of cures) {
      succeeded(await certwright(...cure.split(" "), "--soak", "0", "--out", planFile));
      await reached(run(cluster, apply, { deadline }));
      rmSync(join(cluster.folder, planFile));
    }
    assert.deepEqual(await tracesIn(cluster, traces), []);
    // And nothing is in the way of the next one.
    succeeded(await certwright(...rotation));
  }));
