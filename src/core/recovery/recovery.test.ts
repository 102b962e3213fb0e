import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { casesOf, situationOf } from "./cases.ts";
import { madeUp, type MadeUp } from "./examples/made-up-tree.ts";
import { judgeFiles } from "./judge.ts";
import { membersData } from "./members-data.ts";
import { verdictOf, verdictText } from "./verdict.ts";

const day = 86_400_000;

const situation = (options: MadeUp) => {
  const facts = madeUp(options);
  return situationOf(facts, judgeFiles(facts));
};

const ids = (options: MadeUp): readonly string[] => casesOf(situation(options)).map(({ id }) => id);

const inDirectory = (file: { readonly path: string }): boolean => !file.path.startsWith("/");

describe("what has happened to a cluster's files", () => {
  test("nothing, where every file is there and valid", () => {
    assert.deepEqual(ids({ masters: ["m1"] }), []);
    assert.deepEqual(ids({ masters: ["m1", "m2", "m3"] }), []);
    assert.equal(verdictOf(situation({ masters: ["m1"] }), []).verdict.case, "sound");
  });

  test("leaves have expired, and the CAs are good", () => {
    assert.deepEqual(ids({ masters: ["m1"], leafEnds: -day }), ["leaves-expired"]);
    assert.deepEqual(ids({ masters: ["m1", "m2", "m3"], leafEnds: -day }), ["leaves-expired"]);
  });

  test("everything is gone on the only control plane node, and with it what nobody keeps", () => {
    const gone = situation({ masters: ["m1"], without: (_, file) => inDirectory(file) });
    assert.equal(casesOf(gone)[0]?.id, "all-gone");
    const { lost, recoverable, verdict } = verdictOf(gone, []);
    assert.equal(lost.length, 4, lost.join("\n"));
    assert.match(lost.join("\n"), /pki\/ca\).*pki\/front-proxy-ca\).*pki\/etcd\/ca\).*sa\.key/s);
    assert.match(recoverable.join("\n"), /m1: etcd's data in \/var\/lib\/etcd/);
    assert.match(verdict.not[0] ?? "", /kubeadm reset/);
  });

  test("CAs that certwright keeps are not lost with the directory", () => {
    const kept = ["ca", "front-proxy-ca", "etcd/ca", "sa"].map((ca) => ({
      ca,
      key: ca as never,
      generation: 1,
      notAfter: Number.MAX_SAFE_INTEGER,
    }));
    const gone = situation({ masters: ["m1"], without: (_, file) => inDirectory(file), kept });
    assert.deepEqual(verdictOf(gone, []).lost, []);
    assert.equal(verdictOf(gone, []).verdict.case, "all-gone");
  });

  test("everything is gone on one of three, and the others have it", () => {
    const one = situation({
      masters: ["m1", "m2", "m3"],
      without: (node, file) => node === "m2" && inDirectory(file),
    });
    assert.deepEqual(
      casesOf(one).map(({ id }) => id),
      ["one-of-several-gone"],
    );
    assert.deepEqual(one.donors, ["m1", "m3"]);
    assert.deepEqual(verdictOf(one, []).lost, []);
  });

  test("one of three has other CAs than the others, and is no donor", () => {
    const one = situation({ masters: ["m1", "m2", "m3"], foreign: ["m3"] });
    assert.equal(casesOf(one)[0]?.id, "master-differs");
    assert.deepEqual(one.donors, ["m1", "m2"]);
    const wrong = one.files.filter(({ faults }) => faults.includes("wrong-ca"));
    assert.deepEqual([...new Set(wrong.map(({ node }) => node))], ["m3"]);
  });

  test("a CA has expired with its key there, and its leaves with it", () => {
    assert.equal(ids({ masters: ["m1"], leafEnds: -day, caEnds: -day })[0], "ca-expired");
  });

  test("a CA's key is gone: a rotation while all runs, a new CA once its leaves are dead", () => {
    const without: MadeUp["without"] = (_, file) => file.path === "pki/ca.key";
    assert.deepEqual(ids({ masters: ["m1"], without }), ["ca-key-lost"]);
    assert.equal(ids({ masters: ["m1"], without, leafEnds: -day })[0], "ca-lost-leaves-dead");
  });

  test("sa.key is gone, and sa.pub tells that no token need die", () => {
    const lost = situation({ masters: ["m1"], without: (_, file) => file.path === "pki/sa.key" });
    assert.equal(casesOf(lost)[0]?.id, "token-key-lost");
    assert.match(verdictOf(lost, []).lost[0] ?? "", /go on being accepted/);
  });

  test("etcd's data is gone on two of three: nothing before somebody has decided; on one: the others have it", () => {
    assert.equal(ids({ masters: ["m1", "m2", "m3"], noData: ["m2", "m3"] })[0], "quorum-lost");
    assert.deepEqual(ids({ masters: ["m1", "m2", "m3"], noData: ["m3"] }), ["member-lost"]);
    assert.deepEqual(ids({ masters: ["m1"], noData: ["m1"] }), ["quorum-lost"]);
    const { lost } = verdictOf(
      situation({ masters: ["m1", "m2", "m3"], noData: ["m2", "m3"] }),
      [],
    );
    assert.match(
      lost.join("\n"),
      /what the members of m2, m3 had agreed on and m1 had not received/,
    );
  });

  test("a member that runs is not lost because its data is not found: a snapshot is saved first", () => {
    const one = { masters: ["m1", "m2", "m3"], noData: ["m2"], dataless: ["m2"] };
    assert.deepEqual(ids(one), ["etcd-runs-without-data"]);
    assert.deepEqual(membersData(madeUp(one)).lost, []);
  });

  test("a manifest that was left with --force-new-cluster, or with what restores a snapshot, is dealt with first", () => {
    const with1 = (words: readonly string[]): readonly string[] =>
      ids({ masters: ["m1", "m2", "m3"], etcdWords: { m1: words } });
    assert.deepEqual(with1(["etcd", "--force-new-cluster=true"]), ["etcd-forced"]);
    assert.deepEqual(with1(["etcdutl", "snapshot", "restore", "/root/x.db"]), ["etcd-forced"]);
    assert.deepEqual(with1(["etcd", "--force-new-cluster=false"]), []);
  });

  test("nobody who sees a part of the members takes it for all of them: the other nodes are to be named, or said to be gone", () => {
    const masters = ["m1", "m2", "m3"];
    const etcdWords = {
      m2: ["etcd", "--name=m2", "--initial-cluster=m1=https://m1,m2=https://m2"],
    };
    assert.deepEqual(ids({ masters, looked: ["m2"], noData: ["m2"], etcdWords }), [
      "members-unseen",
    ]);
    assert.deepEqual(ids({ masters, looked: ["m1", "m2"], noData: ["m2"] }), ["members-unseen"]);
    assert.deepEqual(ids({ masters, looked: ["m1", "m2"], noData: ["m2"], gone: ["m3"] }), [
      "quorum-lost",
    ]);
    assert.deepEqual(ids({ masters, looked: ["m1"] }), []);
  });

  test("files of one node were copied onto another: its leaves are the other's, its CAs are not", () => {
    const one = situation({ masters: ["m1", "m2", "m3"], copied: ["m2"] });
    assert.deepEqual(
      casesOf(one).map(({ id }) => id),
      ["copied-files"],
    );
    const wrong = one.files.filter(({ faults }) => faults.includes("wrong-name"));
    assert.deepEqual([...new Set(wrong.map(({ node }) => node))], ["m2"]);
    assert.ok(wrong.some(({ path }) => path.endsWith("etcd/peer.crt")));
    assert.ok(wrong.some(({ path }) => path.endsWith("kubelet-client-current.pem")));
    assert.ok(
      wrong.some(({ path }) => path.endsWith("controller-manager.conf")),
      "what carries no name came with the rest",
    );
    assert.deepEqual(ids({ masters: ["m1", "m2"] }), []);
  });

  test("a CA pair that is another cluster's is foreign in both halves", () => {
    const one = situation({ masters: ["m1", "m2", "m3"], foreign: ["m3"] });
    const faults = (path: string) =>
      one.files.find(({ node, file }) => node === "m3" && file.path === path)?.faults;
    assert.deepEqual(faults("pki/etcd/ca.crt"), ["wrong-ca"]);
    assert.deepEqual(faults("pki/etcd/ca.key"), ["wrong-ca"]);
  });

  test("the front proxy's CA is gone with all that it signed, and nothing else", () => {
    const without: MadeUp["without"] = (_, { path }) => path.includes("front-proxy");
    assert.equal(ids({ masters: ["m1"], without })[0], "front-proxy-lost");
    assert.equal(ids({ masters: ["m1", "m2", "m3"], without })[0], "front-proxy-lost");
  });

  test("a CA's key that one node lacks and others have is missing; one that nobody has may be elsewhere", () => {
    const lacking = situation({
      masters: ["m1", "m2"],
      without: (node, file) => node === "m2" && file.path === "pki/ca.key",
    });
    assert.deepEqual(
      lacking.files.filter(({ faults }) => faults.length > 0).map(({ path }) => path),
      ["/etc/kubernetes/pki/ca.key"],
    );
    assert.equal(casesOf(lacking)[0]?.id, "leaves-damaged");
  });

  test("an etcd that is elsewhere is not asked for its members' files or its data", () => {
    const elsewhere: MadeUp = { masters: ["m1"], externalEtcd: true };
    assert.deepEqual(ids(elsewhere), []);
    assert.deepEqual(ids({ ...elsewhere, leafEnds: -day }), ["leaves-expired"]);
    assert.ok(
      situation(elsewhere).files.every(({ path }) => !path.includes("etcd")),
      "its owner's files are not judged",
    );
  });

  test("what has to be done by somebody first is planned for nobody", () => {
    const first = [
      { masters: ["m1", "m2", "m3"], noData: ["m2", "m3"] },
      {
        masters: ["m1"],
        without: (_: string, file: { path: string }) => file.path === "pki/ca.key",
      },
    ];
    for (const options of first) assert.equal(casesOf(situation(options))[0]?.first, true);
  });

  test("as data it is five things, whatever was found", () => {
    for (const options of [{ masters: ["m1"] }, { masters: ["m1"], leafEnds: -day }])
      assert.deepEqual(Object.keys(verdictOf(situation(options), [])).toSorted(), [
        "interruptions",
        "lost",
        "recoverable",
        "steps",
        "verdict",
      ]);
  });

  test("the screen begins with what not to do", () => {
    const gone = situation({ masters: ["m1"], without: (_, file) => inDirectory(file) });
    assert.match(verdictText(verdictOf(gone, [])), /^Do not run kubeadm reset/);
  });

  test("a clock that is off and data of another cluster are named before anything else", () => {
    const facts = madeUp({ masters: ["m1", "m2"], leafEnds: -day });
    const [m1, m2] = facts.nodes;
    const late = { ...facts, nodes: [m1!, { ...m2!, clockSkew: 366 * day }] };
    assert.equal(casesOf(situationOf(late, judgeFiles(late)))[0]?.id, "clock-wrong");
    const foreign = { ...facts, nodes: [m1!, madeUp({ masters: ["x1"] }).nodes[0]!] };
    assert.equal(casesOf(situationOf(foreign, judgeFiles(foreign)))[0]?.id, "other-cluster");
  });
});
