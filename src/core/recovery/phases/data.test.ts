import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { parse } from "yaml";
import type { Phase } from "../../model/plan.ts";
import { waitsFor } from "../cases.ts";
import { madeUpRecovery } from "../examples/made-up-recovery.ts";
import { madeUp, now, type MadeUp } from "../examples/made-up-tree.ts";
import type { RecoveryFacts } from "../facts.ts";
import type { SnapshotFound } from "../steps.ts";
import { membersData } from "../members-data.ts";

const masters = ["m1", "m2", "m3"];

const planned = (
  options: Omit<MadeUp, "masters">,
  restoreFrom?: string,
  snapshot?: SnapshotFound,
): readonly Phase[] => madeUpRecovery({ masters, ...options }, [], restoreFrom, snapshot).phases;

const idsIn = (phases: readonly Phase[], id: string): readonly string[] =>
  phases.filter((one) => one.id === id).flatMap(({ steps }) => steps.map((step) => step.id));

/** What etcd is started with by that step. */
const wordsOf = (phases: readonly Phase[], id: string): readonly string[] => {
  const found = phases.flatMap(({ steps }) => steps).find((step) => step.id === id)!.effect;
  assert.ok(found.kind === "files.make" && found.files[0]!.make.kind === "text");
  const pod = parse(found.files[0]!.make.text) as {
    readonly spec: { readonly containers: readonly { readonly command: readonly string[] }[] };
  };
  return pod.spec.containers[0]!.command;
};

describe("a recovery's plan for etcd's data", () => {
  test("replaces the member whose data is gone, and then starts what waited for it", () => {
    const phases = planned({ noData: ["m1"] });
    assert.deepEqual(
      phases.map(({ id }) => id),
      ["preflight", "authority", "data", "operator", "api"],
    );
    assert.deepEqual(
      idsIn(phases, "data"),
      ["vacate", "renew", "join", "vote"].map((id) => `data.${id}.m1`),
    );
    assert.deepEqual(idsIn(phases, "api"), ["api.restart.m1/kube-apiserver"]);
  });

  test("has no member over an empty folder make a cluster of its own", () => {
    assert.deepEqual(wordsOf(planned({ noData: ["m1"] }), "data.join.m1"), [
      "etcd",
      "--initial-cluster=m2=https://10.0.0.2:2380,m3=https://10.0.0.3:2380,m1=https://10.0.0.1:2380",
      "--initial-cluster-state=existing",
    ]);
  });

  test("lists former members that are not yet replaced, as the living ones do", () => {
    const phases = madeUpRecovery({
      masters: ["m1", "m2", "m3", "m4", "m5"],
      noData: ["m4", "m5"],
    }).phases;
    for (const id of ["data.join.m4", "data.join.m5"])
      assert.equal(wordsOf(phases, id)[1]!.match(/m\d=/g)?.length, 5);
  });

  test("makes a node's files before its member is another one, and starts it in no other phase", () => {
    const phases = planned({
      noData: ["m3"],
      without: (node, { path }) => node === "m3" && /etcd\/|manifests\/etcd/.test(path),
    });
    assert.deepEqual(idsIn(phases, "etcd"), ["etcd.files.m3"]);
    assert.ok(
      phases.findIndex(({ id }) => id === "etcd") < phases.findIndex(({ id }) => id === "data"),
    );
    const starts = phases
      .flatMap(({ steps }) => steps)
      .filter(
        ({ effect }) =>
          effect.kind === "files.make" &&
          effect.files.some(({ path }) => path.endsWith("/etcd.yaml")),
      );
    assert.deepEqual(
      starts.map(({ id }) => id),
      ["data.join.m3"],
    );
  });

  test("waits for a decision where the quorum is gone", () => {
    assert.deepEqual(planned({ noData: ["m2", "m3"] }), []);
  });

  test("goes on with one member's data alone, takes the flag back before anybody joins, and has everything read anew", () => {
    const phases = planned({ noData: ["m1", "m3"] }, "m2");
    assert.deepEqual(idsIn(phases, "data"), [
      "data.force.m2",
      "data.settle.m2",
      ...["m1", "m3"].flatMap((node) =>
        ["vacate", "renew", "join", "vote"].map((id) => `data.${id}.${node}`),
      ),
    ]);
    assert.ok(wordsOf(phases, "data.force.m2").includes("--force-new-cluster=true"));
    for (const id of ["data.settle.m2", "data.join.m1", "data.join.m3"])
      assert.doesNotMatch(wordsOf(phases, id).join(" "), /force/);
    assert.match(
      wordsOf(phases, "data.join.m1").join(" "),
      /initial-cluster=m2=[^,]+,m1=\S+ --initial-cluster-state=existing/,
    );
    assert.equal(idsIn(phases, "api").length, 3);
    assert.equal(idsIn(phases, "controllers").length, 6);
    const after = phases.flatMap(({ steps }) =>
      steps.flatMap(({ proves }) =>
        proves.flatMap((one) =>
          one.kind === "started-after" ? [`${one.consumer} after ${one.other}`] : [],
        ),
      ),
    );
    assert.equal(after.length, 9);
    assert.ok(after.includes("m2/kube-apiserver after m2/etcd"));
    assert.ok(after.includes("m3/kube-scheduler after m3/kube-apiserver"));
  });

  test("takes nobody in before the one before has its data", () => {
    const steps = planned({ noData: ["m1", "m3"] }, "m2").flatMap((one) => one.steps);
    const needs = (id: string): readonly string[] => steps.find((step) => step.id === id)!.needs;
    assert.deepEqual(needs("data.renew.m1"), ["data.vacate.m1", "data.settle.m2"]);
    assert.deepEqual(needs("data.renew.m3"), ["data.vacate.m3", "data.vote.m1"]);
  });

  test("restores a snapshot in etcd's place, beside the data, before that node's member is the only one", () => {
    const snapshot = { path: "/root/before.db", bytes: 5_000_032, changedAt: now };
    const phases = planned({ noData: masters }, "m2", snapshot);
    assert.deepEqual(idsIn(phases, "data").slice(0, 7), [
      ...["m2", "m1", "m3"].map((name) => `data.vacate.${name}`),
      ...["restore", "place", "settle"].map((id) => `data.${id}.m2`),
      "data.renew.m1",
    ]);
    const settle = phases.flatMap(({ steps }) => steps).find(({ id }) => id === "data.settle.m2")!;
    assert.deepEqual(settle.needs, ["data.place.m2", "data.vacate.m1", "data.vacate.m3"]);
    assert.deepEqual(wordsOf(phases, "data.restore.m2"), [
      "etcdutl",
      "snapshot",
      "restore",
      "/root/before.db",
      "--data-dir=/var/lib/etcd/restored.copy",
      "--name=m2",
      "--initial-cluster=m2=https://10.0.0.2:2380",
      "--initial-advertise-peer-urls=https://10.0.0.2:2380",
      "--initial-cluster-token=restored-copy",
      "--bump-revision=1000000000",
      "--mark-compacted",
    ]);
    const title = phases.flatMap(({ steps }) => steps).find(({ id }) => id === "data.restore.m2")!;
    assert.match(title.title, /5\.0 MB, a file of 2026-11-23T/);
    for (const id of ["data.settle.m2", "data.join.m1"])
      assert.doesNotMatch(wordsOf(phases, id).join(" "), /etcdutl|force/);
  });

  test("names no step for PKI where that is whole", () => {
    const phases = planned({ noData: ["m1", "m3"] }, "m2");
    const makes = phases
      .filter(({ id }) => id !== "data" && id !== "operator")
      .flatMap(({ steps }) => steps)
      .filter(({ effect }) => effect.kind === "files.make");
    assert.deepEqual(makes, []);
  });

  test("a decision about the quorum is none about anything else that has to be dealt with first", () => {
    const { situation } = madeUpRecovery({ masters, noData: ["m2", "m3"] });
    assert.equal(waitsFor(situation, undefined)?.id, "quorum-lost");
    assert.equal(waitsFor(situation, "m1"), undefined);
    const noKey = madeUpRecovery({
      masters,
      noData: ["m2", "m3"],
      without: (_, { path }) => path === "pki/ca.key",
    });
    assert.equal(waitsFor(noKey.situation, "m1")?.id, "ca-key-lost");
  });
});

describe("whose etcd data is there", () => {
  type Data = NonNullable<RecoveryFacts["nodes"][number]["witnesses"]["etcd"]>;
  const data = (without: Partial<Data>): Data => {
    const { kubeadmConfig: _config, ...etcd } = madeUp({ masters }).nodes[0]!.witnesses.etcd!;
    return { ...etcd, ...without };
  };
  const configuration = { kubeadmConfig: "kind: ClusterConfiguration" };
  /** Three nodes of which the first has that data. */
  const facts = (etcd: Data): RecoveryFacts => {
    const found = madeUp({ masters });
    const [first, ...others] = found.nodes;
    const witnesses = { ...first!.witnesses, etcd };
    return { ...found, nodes: [{ ...first!, witnesses }, ...others] };
  };
  const m1Lost = { whole: ["m2", "m3"], lost: ["m1"], count: 3, unseen: [] };

  test("not of a member that was made a moment ago", () => {
    assert.deepEqual(membersData(facts(data({}))), m1Lost);
  });

  test("not of a cluster that does not know the others, who know it", () => {
    const members = data({}).members.slice(0, 1);
    assert.deepEqual(membersData(facts(data({ ...configuration, members }))), m1Lost);
    assert.deepEqual(membersData(facts(data(configuration))).lost, []);
  });

  test("of a member in whose list only one is missing: another's data may still have who was a member once", () => {
    const members = data({}).members.slice(0, 2);
    assert.deepEqual(membersData(facts(data({ ...configuration, members }))).lost, []);
  });

  test("of one that cannot be read", () => {
    assert.deepEqual(membersData(facts(data({ silent: "encrypted" }))).lost, []);
  });
});
