import assert from "node:assert/strict";
import test from "node:test";
import { settle } from "../../core/estate/settle.ts";
import type { EtcdCluster, EtcdVersion } from "../../core/model/estate.ts";
import { environmentFile, etcdctlFile, memberSettings, yamlFile } from "./configuration.ts";
import { unitFile } from "./unit.ts";

const clusterOf = (version: EtcdVersion, folder?: string): EtcdCluster => {
  const settled = settle(
    {
      nodes: {
        one: { addresses: ["etcd-1.example.org", "10.0.0.1"] },
        two: { addresses: ["fd00::2"] },
        three: { addresses: ["etcd-3.example.org"] },
      },
      etcd: {
        cluster: "c",
        version,
        members: [{ node: "one" }, { node: "two" }, { node: "three" }],
        ...(folder === undefined
          ? {}
          : { configDirectory: folder, dataDirectory: `${folder}/data` }),
      },
    },
    (path) => path,
  );
  assert.ok(settled.ok);
  return settled.estate.etcd!;
};

const settingsOf = (cluster: EtcdCluster, index: number) =>
  new Map<string, string | boolean>(memberSettings(cluster, cluster.members[index]!));

test("members listen on their addresses and advertise what stands first", () => {
  const cluster = clusterOf("3.6");
  const one = settingsOf(cluster, 0);
  assert.equal(one.get("listen-peer-urls"), "https://10.0.0.1:2380");
  assert.equal(one.get("listen-client-urls"), "https://10.0.0.1:2379,https://127.0.0.1:2379");
  assert.equal(one.get("advertise-client-urls"), "https://etcd-1.example.org:2379");
  assert.equal(settingsOf(cluster, 1).get("listen-peer-urls"), "https://[fd00::2]:2380");
  // etcd binds to addresses only: a node known by its name alone listens everywhere.
  assert.equal(settingsOf(cluster, 2).get("listen-client-urls"), "https://0.0.0.0:2379");
  assert.equal(
    one.get("initial-cluster"),
    "one=https://etcd-1.example.org:2380,two=https://[fd00::2]:2380,three=https://etcd-3.example.org:2380",
  );
});

test("a setting that the version does not know is not written", () => {
  assert.equal(settingsOf(clusterOf("3.6"), 0).get("tls-min-version"), "TLS1.2");
  for (const version of ["3.4", "3.5"] as const) {
    assert.equal(settingsOf(clusterOf(version), 0).has("tls-min-version"), false);
  }
});

test("both ports demand certificates, each of its own CA", () => {
  const one = settingsOf(clusterOf("3.6"), 0);
  assert.equal(one.get("client-cert-auth"), true);
  assert.equal(one.get("peer-client-cert-auth"), true);
  assert.notEqual(one.get("trusted-ca-file"), one.get("peer-trusted-ca-file"));
});

test("the YAML file nests the two sections and quotes every text", () => {
  const cluster = clusterOf("3.6");
  const text = yamlFile(cluster, cluster.members[0]!);
  assert.match(text, /^name: "one"$/m);
  assert.match(
    text,
    /^peer-transport-security:\n {2}cert-file: "\/etc\/etcd\/pki\/peer\.crt"\n {2}key-file: /m,
  );
  assert.match(text, /^ {2}client-cert-auth: true$/m);
  assert.match(text, /^log-outputs: \["stderr"\]$/m);
});

test("the environment file says the same as the YAML file", () => {
  const cluster = clusterOf("3.6");
  const text = environmentFile(cluster, cluster.members[0]!);
  const names = [...text.matchAll(/^(ETCD_[A-Z_]+)=/gm)].map(([, name]) => name);
  assert.deepEqual(
    names,
    memberSettings(cluster, cluster.members[0]!).map(
      ([flag]) => `ETCD_${flag.toUpperCase().replaceAll("-", "_")}`,
    ),
  );
});

test("a path with a space or a dollar survives the environment file", () => {
  const cluster = clusterOf("3.6", "/srv/my $etcd");
  const text = environmentFile(cluster, cluster.members[0]!);
  assert.match(text, /^ETCD_CERT_FILE="\/srv\/my \\\$etcd\/pki\/server\.crt"$/m);
});

test("the unit is the same for every member and holds no address, name or certificate", () => {
  const cluster = clusterOf("3.6");
  const [one, ...others] = cluster.members.map((member) => unitFile(cluster, member));
  for (const other of others) assert.equal(other, one);
  assert.doesNotMatch(one!, /10\.0\.0|fd00|example\.org|2379|2380|\.crt|\.key|token/);
  assert.match(one!, /^EnvironmentFile=\/etc\/etcd\/etcd\.env$/m);
  assert.match(one!, /^StateDirectory=etcd$/m);
  for (const line of ["ProtectSystem=strict", "NoNewPrivileges=yes", "User=etcd", "Type=notify"]) {
    assert.ok(one!.includes(`\n${line}\n`), line);
  }
});

test("outside of /var/lib the data directory is named writable, quoted where it must be", () => {
  const cluster = clusterOf("3.6", "/srv/50% etcd");
  assert.match(
    unitFile(cluster, cluster.members[0]!),
    /^ReadWritePaths="\/srv\/50%% etcd\/data"$/m,
  );
});

test("etcdctl gets all endpoints and the user's own certificate", () => {
  const text = etcdctlFile(clusterOf("3.6"), { name: "app" });
  assert.match(text, /^ETCDCTL_CERT=clients\/app\/client\.crt$/m);
  assert.match(
    text,
    /^ETCDCTL_ENDPOINTS=https:\/\/etcd-1\.example\.org:2379,https:\/\/\[fd00::2\]:2379,/m,
  );
});
