/** Discovery of clusters made of what a real one said, with faults of every kind that it has to tell. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { parse } from "yaml";
import { digests } from "../../src/adapters/crypto/node-digests.ts";
import { verifySignature } from "../../src/adapters/crypto/node-verify.ts";
import { parseEstate } from "../../src/adapters/estate/read-estate.ts";
import { httpsKubernetes } from "../../src/adapters/kubernetes/https-kubernetes.ts";
import type { Discovery } from "../../src/core/discovery/discovery.ts";
import { estateText } from "../../src/core/discovery/estate-text.ts";
import { CertwrightError } from "../../src/core/errors/certwright-error.ts";
import { discover } from "../../src/engine/discovery/discover.ts";
import type { DiscoveryContext } from "../../src/engine/discovery/context.ts";
import { fleetMachines, serveFleet, type FakeMachines } from "./fake-api.ts";
import { largeFleet, makeFleet, type Fleet, type FleetSize } from "./fleet.ts";

const seed = Number(process.env["CERTWRIGHT_SEED"] ?? 20261123);

const small: FleetSize = {
  masters: 3,
  workers: 4,
  namespaces: 7,
  configMaps: 230,
  secrets: 320,
  pods: 400,
};

/** Of one call; the machine may be busy. */
const deadline = 60_000;

interface Wish {
  readonly fleet?: Fleet;
  readonly refused?: ReadonlySet<string>;
  readonly machines?: FakeMachines;
  readonly context?: Partial<DiscoveryContext>;
}

const fleet = makeFleet(small, seed);

const discovered = async (
  wish: Wish = {},
): Promise<{ readonly found: Discovery; readonly largestPage: number }> => {
  const of = wish.fleet ?? fleet;
  const served = await serveFleet(of, wish.refused);
  const api = await httpsKubernetes.open({ kubeconfig: served.kubeconfig, deadline });
  try {
    const found = await discover({
      api,
      nodes: wish.machines ?? fleetMachines(of),
      tools: { digests, verifySignature },
      kubeconfig: "/home/me/.kube/config",
      now: Date.UTC(2026, 10, 23),
      ssh: { user: "ubuntu", sudo: true },
      progress: () => {},
      ...wish.context,
    });
    return { found, largestPage: served.largestPage() };
  } finally {
    api.close();
    await served.stop();
  }
};

const refusal = async (wish: Wish): Promise<CertwrightError> => {
  const error: unknown = await discovered(wish).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  assert.ok(error instanceof CertwrightError, `threw ${String(error)}`);
  return error;
};

/** The same fleet with other lists or objects. */
const withList = (path: string, change: (one: object, index: number) => object): Fleet => {
  const list = fleet.lists.get(path)!;
  const at = (index: number) => change(list.at(index), index) as Readonly<Record<string, unknown>>;
  return { ...fleet, lists: new Map([...fleet.lists, [path, { count: list.count, at }]]) };
};

test("everything that holds a CA is found, in whichever form, and nothing else", async () => {
  const { found, largestPage } = await discovered();
  const owners = found.holders.filter(({ writer }) => writer === "owner");
  const names = owners.map(
    ({ kind, namespace, name }) =>
      `${kind} ${namespace === undefined ? "" : `${namespace}/`}${name}`,
  );
  assert.deepEqual(new Set(names), fleet.planted);
  assert.equal(names.length, fleet.planted.size);
  const issued = owners.filter(({ holds }) => holds === "certificate");
  assert.ok(issued.length >= 5);
  assert.ok(issued.every(({ cas }) => cas.join() === "etcd"));
  const roots = found.holders.filter(({ name }) => name === "kube-root-ca.crt");
  assert.deepEqual(
    roots.map(({ writer, count }) => [writer, count]),
    [["cluster", small.namespaces]],
  );
  assert.ok(largestPage <= 500);
});

test("what is written settles as an estate, which leaves it to each plan whose pods are replaced", async () => {
  const { found } = await discovered();
  const text = estateText(found, "2026-11-23");
  const { nodes, kubernetes } = parseEstate(text, "/home/me/certwright.yaml");
  assert.ok(kubernetes !== undefined);
  assert.deepEqual(
    kubernetes.controlPlane.map(({ name }) => name),
    fleet.masters,
  );
  assert.deepEqual(
    kubernetes.workers.map(({ name }) => name),
    fleet.workers,
  );
  assert.deepEqual(nodes[1]!.access, {
    kind: "ssh",
    destination: "10.0.0.1",
    user: "ubuntu",
    sudo: true,
  });
  assert.equal(kubernetes.version, "1.35.4");
  assert.equal(kubernetes.etcd?.members.length, 3);
  assert.deepEqual(kubernetes.kubelet, { kind: "systemd", unit: "kubelet.service" });
  assert.deepEqual(kubernetes.workloads, []);
  assert.deepEqual(kubernetes.applications, { restart: "discovered", exclude: [], askBefore: [] });
  assert.equal(found.workloads.length, 200);
  assert.equal(kubernetes.holders.length, fleet.planted.size);
  const objects = kubernetes.holders.flatMap(({ object }) => object ?? []);
  assert.ok(objects.some((path) => /^\/api\/v1\/namespaces\/[^/]+\/secrets\/[^/]+$/.test(path)));
  assert.ok(
    objects.some((path) => /^\/apis\/[^/]+\/v1\/validatingwebhook[^/]+\/[^/]+$/.test(path)),
  );
  assert.ok(kubernetes.holders.some(({ presents, trusts }) => presents && !trusts));
  const dns = found.workloads.find(({ namespace }) => namespace === "kube-system");
  assert.deepEqual(
    [dns?.kind, dns?.name, dns?.turn, dns?.pods],
    ["Deployment", "app-0", "dns", small.pods / 200],
  );
});

test("kubelets without systemd are restarted as the operator says", async () => {
  const kubeletRestart = ["rc-service", "kubelet", "restart"];
  const { found } = await discovered({ context: { kubeletRestart } });
  const { kubernetes } = parseEstate(estateText(found, "2026-11-23"), "/x/certwright.yaml");
  assert.deepEqual(kubernetes?.kubelet, { kind: "command", restart: kubeletRestart });
});

test("missing rights are told all at once, with a manifest that permits just those", async () => {
  const error = await refusal({ refused: new Set(["list secrets", "get configmaps"]) });
  assert.equal(error.code, "discovery.rights");
  assert.match(error.message, /user "jane" .*missing: get configmaps, list secrets$/);
  const [, manifest = ""] = /<<'END'\n([\s\S]*)END$/.exec(error.hint ?? "") ?? [];
  const [role = "", binding = ""] = manifest.split("---\n");
  assert.deepEqual((parse(role) as { readonly rules: unknown }).rules, [
    { apiGroups: [""], resources: ["configmaps"], verbs: ["get"] },
    { apiGroups: [""], resources: ["secrets"], verbs: ["list"] },
  ]);
  assert.deepEqual((parse(binding) as { readonly subjects: unknown }).subjects, [
    { kind: "User", apiGroup: "rbac.authorization.k8s.io", name: "jane" },
  ]);
});

test("ClusterTrustBundles are looked at where the API has them, in whichever version, and the right to is needed there alone", async () => {
  const spec = (signerName: string) => ({
    signerName,
    trustBundle: fleet.files.get("/etc/kubernetes/pki/ca.crt")!,
  });
  const bundles = [
    {
      metadata: { name: "kubernetes.io:kube-apiserver-serving:x" },
      spec: spec("kubernetes.io/kube-apiserver-serving"),
    },
    { metadata: { name: "example.org:mesh:x" }, spec: spec("example.org/mesh") },
  ];
  for (const version of ["v1", "v1beta1"]) {
    const group = `/apis/certificates.k8s.io/${version}`;
    const resources = [{ name: "clustertrustbundles" }];
    const with_ = {
      ...fleet,
      objects: new Map([
        ["/apis/certificates.k8s.io/v1", { resources: [] }],
        ...fleet.objects,
        [group, { resources }],
      ]),
      lists: new Map([
        ...fleet.lists,
        [`${group}/clustertrustbundles`, { count: 2, at: (i: number) => bundles[i]! }],
      ]),
    };
    const { found } = await discovered({ fleet: with_ });
    const held = found.holders.filter(({ kind }) => kind === "ClusterTrustBundle");
    assert.deepEqual(
      held.map(({ name, writer, resource }) => [name, writer, resource]),
      bundles.map(({ metadata: { name } }, i) => [
        name,
        i === 0 ? "cluster" : "owner",
        `${group}/clustertrustbundles/${name}`,
      ]),
    );
    const refused = new Set(["list clustertrustbundles"]);
    assert.match((await refusal({ fleet: with_, refused })).message, /list clustertrustbundles$/);
  }
  await discovered({ refused: new Set(["list clustertrustbundles"]) });
});

test("masters whose shared files differ are told apart by fingerprints, before any worker is asked", async () => {
  const other = makeFleet({ ...small, configMaps: 0, secrets: 0, pods: 0 }, seed).files;
  const machines = fleetMachines(
    fleet,
    new Map([
      ["master-2:/etc/kubernetes/pki/etcd/ca.crt", other.get("/etc/kubernetes/pki/etcd/ca.crt")],
      ["master-3:/etc/kubernetes/pki/sa.key", "another key\n"],
      ["master-3:/etc/kubernetes/pki/sa.pub", undefined],
    ]),
  );
  const error = await refusal({ machines });
  assert.equal(error.code, "discovery.masters-differ");
  const right = fleet.cas.etcd.certificate.fingerprint.slice(0, 16);
  assert.match(
    error.message,
    new RegExp(`pki/etcd/ca\\.crt: master-1 ${right}; master-2 [0-9a-f]{16}; master-3 ${right}`),
  );
  assert.match(error.message, /sa\.key: master-1 digest \w{16}; master-2 .*; master-3 digest/);
  assert.match(error.message, /sa\.pub: .*master-3 nothing/);
  assert.ok(!error.message.includes("another key"));
  assert.equal(machines.opened(), small.masters);
});

test("a master that ssh does not reach stops it; a worker is noted and kept", async () => {
  const master = await refusal({
    machines: fleetMachines(fleet, new Map(), new Set(["master-2"])),
  });
  assert.equal(master.code, "discovery.unreachable");
  assert.match(master.message, /master-2: 10\.0\.0\.1 does not answer: no route/);
  const machines = fleetMachines(fleet, new Map(), new Set(["worker-3"]));
  const { found } = await discovered({ machines });
  const note = found.notes.find(({ id }) => id === "worker-unreachable");
  assert.match(note?.text ?? "", /worker-3/);
  const text = estateText(found, "2026-11-23");
  assert.match(text, /# could not be reached: .*no route\n {2}worker-3:/);
  assert.equal(parseEstate(text, "/x/certwright.yaml").kubernetes?.workers.length, 4);
});

test("k3s, RKE2 and managed clusters are known by their nodes, and what to do there is said", async () => {
  const versions: Readonly<Record<string, RegExp>> = {
    "v1.35.4+k3s1": /this is k3s \(kubelet version v1\.35\.4\+k3s1 of node worker-1\)/,
    "v1.35.4+rke2r1": /this is RKE2/,
    "v1.35.4-eks-1a2b3c": /this is EKS/,
  };
  for (const [kubeletVersion, expected] of Object.entries(versions)) {
    const changed = withList("/api/v1/nodes", (one, index) =>
      index === 3 ? { ...one, status: { nodeInfo: { kubeletVersion } } } : one,
    );
    const error = await refusal({ fleet: changed });
    assert.equal(error.code, "discovery.not-supported");
    assert.match(error.message, expected);
    assert.ok((error.hint ?? "").length > 10);
  }
});

test("a cluster that kubeadm did not make, or whose files were moved, is refused with what differs", async () => {
  const byHand = { ...fleet, objects: new Map([["/version", fleet.objects.get("/version")!]]) };
  assert.equal((await refusal({ fleet: byHand })).code, "discovery.no-kubeadm");
  const manifest = "/etc/kubernetes/manifests/kube-apiserver.yaml";
  const moved = fleet.files
    .get(manifest)!
    .replace("client-ca-file=/etc/kubernetes/pki", "client-ca-file=/srv");
  const machines = fleetMachines(fleet, new Map([[`master-1:${manifest}`, moved]]));
  const error = await refusal({ machines });
  assert.equal(error.code, "discovery.layout");
  assert.match(
    error.message,
    /master-1: kube-apiserver has --client-ca-file=\/srv\/ca\.crt, kubeadm's is \/etc\/kubernetes\/pki\/ca\.crt/,
  );
  const etcd = "/etc/kubernetes/manifests/etcd.yaml";
  const elsewhere = fleet.files
    .get(etcd)!
    .replace("--data-dir=/var/lib/etcd", "--data-dir=/srv/etcd");
  const one = fleetMachines(fleet, new Map([[`master-2:${etcd}`, elsewhere]]));
  assert.match(
    (await refusal({ machines: one })).message,
    /master-2: etcd keeps its data in \/srv/,
  );
  const everywhere = new Map(fleet.masters.map((name) => [`${name}:${etcd}`, elsewhere] as const));
  const { found } = await discovered({ machines: fleetMachines(fleet, everywhere) });
  const { kubernetes } = parseEstate(estateText(found, "2026-11-23"), "/x/certwright.yaml");
  assert.equal(kubernetes?.etcd?.members[2]?.dataDirectory, "/srv/etcd");
  const scheduler = "master-2:/etc/kubernetes/manifests/kube-scheduler.yaml";
  const without = fleetMachines(fleet, new Map([[scheduler, undefined]]));
  assert.match((await refusal({ machines: without })).message, /master-2 has no .*kube-scheduler/);
});

test("a CA file with two certificates and a kubelet of another version are noted", async () => {
  const path = "/etc/kubernetes/pki/ca.crt";
  const bundle = `${fleet.files.get(path)}${fleet.files.get("/etc/kubernetes/pki/etcd/ca.crt")}`;
  const changed = new Map(fleet.masters.map((name) => [`${name}:${path}`, bundle] as const));
  const upgraded = withList("/api/v1/nodes", (one, index) =>
    index === 5 ? { ...one, status: { nodeInfo: { kubeletVersion: "v1.34.1" } } } : one,
  );
  const { found } = await discovered({ fleet: upgraded, machines: fleetMachines(fleet, changed) });
  const notes = Object.fromEntries(found.notes.map(({ id, text }) => [id, text]));
  assert.match(notes["several-cas"] ?? "", /ca\.crt holds 2 certificates/);
  assert.match(notes["versions-differ"] ?? "", /worker-3 \(v1\.34\.1\)/);
});

test("1,000 nodes and 20,000 objects are never all in memory", async () => {
  const large = makeFleet(largeFleet, seed);
  const before = process.resourceUsage().maxRSS;
  const { found, largestPage } = await discovered({ fleet: large });
  assert.equal(found.controlPlane.length + found.workers.length, 1_000);
  assert.equal(found.holders.filter(({ writer }) => writer === "owner").length, large.planted.size);
  assert.ok(largestPage <= 500, `${largestPage} in one answer`);
  // In the process that serves them as well; kilobytes. 400 MB are promised for all of it.
  const grown = (process.resourceUsage().maxRSS - before) / 1024;
  assert.ok(grown < 250, `${Math.round(grown)} MB more than before`);
  parseEstate(estateText(found, "2026-11-23"), "/x/certwright.yaml");
});
