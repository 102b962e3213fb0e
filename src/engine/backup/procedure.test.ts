import assert from "node:assert/strict";
import { test } from "node:test";

import { parseEstate } from "../../adapters/estate/read-estate.ts";
import type { BackupGroup } from "../../core/model/backup.ts";
import type { Digest } from "../../core/model/inventory.ts";
import type { EtcdCluster, Service } from "../../core/model/estate.ts";
import { restoreProcedure } from "./procedure.ts";

const estate = parseEstate(
  `nodes:
  n1: { addresses: [10.0.0.1] }
etcd:
  cluster: production
  version: "3.6"
  members:
    - { node: n1, name: etcd-1 }
`,
  "certwright.yaml",
);

const group = (version: string): BackupGroup => ({
  group: "etcd/production",
  member: "etcd-1",
  version,
  size: 1,
  digest: "" as Digest,
  revision: "1204",
  compactRevision: "-1",
  hash: 0,
  keys: "3",
});

const under = (service: Service): EtcdCluster => {
  const cluster = estate.etcd!;
  const [member] = cluster.members;
  return { ...cluster, members: [{ ...member!, service, dataDirectory: "/srv/etcd data" }] };
};

const commands = (service: Service, version = "3.6.16"): readonly string[] =>
  restoreProcedure(under(service), group(version), "/tmp/data.db").filter(
    (line) => line !== "" && !line.startsWith("#"),
  );

test("each kind of service is stopped and started in its own way", () => {
  const ends = (service: Service) => {
    const all = commands(service);
    return [all[0], all.at(-3)];
  };
  assert.deepEqual(ends({ kind: "systemd", unit: "etcd.service" }), [
    "systemctl stop etcd.service",
    "systemctl start etcd.service",
  ]);
  assert.deepEqual(ends({ kind: "static-pod", manifest: "/etc/kubernetes/manifests/etcd.yaml" }), [
    "mv /etc/kubernetes/manifests/etcd.yaml /root/etcd.yaml",
    "mv /root/etcd.yaml /etc/kubernetes/manifests/etcd.yaml",
  ]);
  const nobody = restoreProcedure(under({ kind: "none" }), group("3.6.16"), "/tmp/data.db");
  assert.ok(nobody.includes("# stop etcd here: the estate does not say how"));
});

test("the tool is the version's own, and words with blanks are quoted", () => {
  const service: Service = { kind: "systemd", unit: "etcd" };
  assert.match(commands(service)[2]!, /^etcdutl snapshot restore .*--data-dir '\/srv\/etcd data'/);
  assert.match(commands(service, "3.4.23")[2]!, /^ETCDCTL_API=3 etcdctl snapshot restore /);
  assert.match(
    restoreProcedure(under(service), group("3.6.16"), "/tmp/data.db")[0]!,
    /goes back to revision 1204: what was written later is lost/,
  );
});
