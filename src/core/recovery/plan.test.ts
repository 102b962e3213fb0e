import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Phase } from "../model/plan.ts";
import { madeUpRecovery } from "./examples/made-up-recovery.ts";
import type { MadeUp } from "./examples/made-up-tree.ts";
import type { TreeFile } from "./tree.ts";

const day = 86_400_000;

const planned = (options: MadeUp, tokenKeys: readonly string[] = []): readonly Phase[] =>
  madeUpRecovery(options, tokenKeys).phases;

const stepIds = (phases: readonly Phase[]): readonly string[] =>
  phases.flatMap(({ steps }) => steps.map(({ id }) => id));

/** Paths that are made on a node, in order. */
const made = (phases: readonly Phase[], node: string): readonly string[] =>
  phases
    .flatMap(({ steps }) => steps)
    .flatMap(({ effect }) =>
      effect.kind === "files.make" && effect.node === node
        ? effect.files.map(({ path }) => path)
        : [],
    );

const inDirectory = (file: TreeFile): boolean => !file.path.startsWith("/");

describe("a recovery's plan", () => {
  test("is empty where nothing is broken", () => {
    assert.deepEqual(planned({ masters: ["m1"] }), []);
  });

  test("goes plane by plane, etcd first and the controller-manager last, when all is gone on the only master", () => {
    const phases = planned({ masters: ["m1"], without: (_, file) => inDirectory(file) });
    assert.deepEqual(
      phases.map(({ id }) => id),
      [
        "preflight",
        "authority",
        "etcd",
        "operator",
        "api",
        "kubelets",
        "controllers",
        "publish",
        "tokens",
        "workloads",
      ],
    );
    const paths = made(phases, "m1");
    const at = (path: string): number => paths.indexOf(`/etc/kubernetes/${path}`);
    assert.ok(
      at("pki/etcd/server.crt") >= 0 && at("pki/etcd/server.crt") < at("manifests/etcd.yaml"),
    );
    assert.ok(at("manifests/etcd.yaml") < at("manifests/kube-apiserver.yaml"));
    assert.ok(at("pki/sa.pub") >= 0 && at("pki/sa.pub") < at("manifests/kube-apiserver.yaml"));
    assert.ok(at("super-admin.conf") >= 0);
    assert.equal(at("manifests/kube-controller-manager.yaml"), paths.length - 1);
    assert.ok(stepIds(phases).includes("kubelets.restart.w1"), "workers trust the lost CA");
  });

  test("a control plane node's kubelet asks its own API server, a worker's the endpoint", () => {
    const phases = planned({ masters: ["m1", "m2"], without: (_, file) => inDirectory(file) });
    const servers = phases
      .flatMap(({ steps }) => steps)
      .flatMap(({ effect }) => (effect.kind === "files.make" ? effect.files : []))
      .flatMap(({ path, make }) =>
        path === "/etc/kubernetes/kubelet.conf" && make.kind === "kubeconfig" ? [make.server] : [],
      );
    assert.deepEqual(servers, [
      "https://10.0.0.1:6443",
      "https://10.0.0.2:6443",
      "https://10.0.0.9:6443",
    ]);
  });

  test("copies what is left before anything is written", () => {
    const [first] = planned({ masters: ["m1"], without: (_, file) => inDirectory(file) });
    assert.deepEqual(
      first!.steps.map(({ effect }) => effect.kind),
      ["node.copy"],
    );
  });

  test("makes no CA that certwright keeps, and leaves workers alone then", () => {
    const kept = ["ca", "front-proxy-ca", "etcd/ca", "sa"].map((ca) => ({
      ca,
      key: ca as never,
      generation: 1,
      notAfter: Number.MAX_SAFE_INTEGER,
    }));
    const phases = planned({ masters: ["m1"], without: (_, file) => inDirectory(file), kept });
    const ids = stepIds(phases);
    assert.deepEqual(
      ids.filter((id) => id.startsWith("authority.") || id.endsWith(".w1")),
      [],
    );
    assert.ok(!phases.some(({ id }) => id === "publish" || id === "workloads"));
    assert.ok(made(phases, "m1").includes("/etc/kubernetes/pki/ca.key"));
  });

  test("only leaves have expired: leaves and kubeconfigs are made, no CA, no manifest", () => {
    const phases = planned({ masters: ["m1"], leafEnds: -day });
    const paths = made(phases, "m1");
    assert.deepEqual(
      paths.filter((path) => /ca\.(?:crt|key)$|\.yaml$|sa\./.test(path)),
      [],
    );
    for (const path of ["pki/apiserver.crt", "pki/etcd/peer.crt", "admin.conf", "kubelet.conf"])
      assert.ok(paths.includes(`/etc/kubernetes/${path}`), path);
    const leaves = phases
      .flatMap(({ steps }) => steps)
      .flatMap(({ effect }) => (effect.kind === "files.make" ? effect.files : []))
      .flatMap(({ make }) => (make.kind === "certificate" ? [make] : []));
    assert.ok(leaves.length > 0 && leaves.every(({ again }) => again === true), "with their keys");
    for (const id of [
      "kubelets.restart.m1",
      "controllers.restart.m1/kube-scheduler",
      "controllers.restart.m1/kube-controller-manager",
    ])
      assert.ok(stepIds(phases).includes(id), id);
    assert.ok(!stepIds(phases).some((id) => id.startsWith("authority.create")));
  });

  test("one of three is bare: files are made on that one only, and CAs are taken over from another", () => {
    const phases = planned({
      masters: ["m1", "m2", "m3"],
      without: (node, file) => node === "m2" && inDirectory(file),
    });
    assert.deepEqual([made(phases, "m1"), made(phases, "m3")], [[], []]);
    assert.ok(made(phases, "m2").includes("/etc/kubernetes/pki/etcd/ca.key"));
    assert.ok(stepIds(phases).includes("authority.adopt.etcd-ca"));
    const etcd = phases
      .flatMap(({ steps }) => steps)
      .flatMap(({ effect }) => (effect.kind === "files.make" ? effect.files : []))
      .find(({ path }) => path.endsWith("etcd/server.crt"));
    assert.equal(etcd?.make.kind, "certificate");
    assert.deepEqual(etcd?.make.kind === "certificate" ? etcd.make.leaf.dns : [], ["m2"]);
  });

  test("everything is gone on three: no member is waited for before the last one's manifest is back", () => {
    const phases = planned({
      masters: ["m1", "m2", "m3"],
      without: (_, file) => inDirectory(file),
    });
    const waits = phases
      .flatMap(({ steps }) => steps)
      .filter(({ proves }) => proves.some((claim) => claim.kind === "healthy"))
      .map(({ id }) => id);
    assert.deepEqual(waits, [
      "etcd.start.m3",
      "api.start.m3",
      "kubelets.restart.m1",
      "kubelets.restart.m2",
      "kubelets.restart.m3",
      "kubelets.restart.w1",
      "scheduler.start.m3",
      "controllers.start.m3",
    ]);
    const superAdmin = phases
      .flatMap(({ steps }) => steps)
      .filter(
        ({ effect }) =>
          effect.kind === "files.make" &&
          effect.files.some(({ path }) => path.endsWith("super-admin.conf")),
      );
    assert.deepEqual(
      superAdmin.map(({ id }) => id),
      ["api.files.m1"],
    );
  });

  test("requests of kubelets are approved when a controller-manager runs, of nodes whose kubelet was restarted", () => {
    const gone = { masters: ["m1"], without: (_: string, file: TreeFile) => inDirectory(file) };
    const ids = planned({ ...gone, askToServe: true }).map(({ id }) => id);
    assert.equal(ids.indexOf("serving"), ids.indexOf("controllers") + 1);
    const nodesIn = (options: MadeUp): readonly string[] =>
      planned(options)
        .flatMap(({ steps }) => steps)
        .flatMap(({ effect }) => (effect.kind === "kubelet-requests.approve" ? effect.nodes : []))
        .map(({ name }) => name);
    assert.deepEqual(nodesIn({ ...gone, askToServe: true }), ["m1", "w1"]);
    assert.deepEqual(nodesIn(gone), []);
    assert.deepEqual(nodesIn({ masters: ["m1"], leafEnds: -day, askToServe: true }), ["m1"]);
  });

  test("pods that use the API are replaced in their turns, each judged when the API is back", () => {
    const phases = planned({ masters: ["m1"], without: (_, file) => inDirectory(file) });
    const { steps } = phases.at(-1)!;
    const ids = ["network", "proxy", "dns", "controller", "ingress", "rest"];
    assert.deepEqual(
      steps.map(({ id, needs }) => [id, needs]),
      ids.map((id, i) => [`workloads.${id}`, i === 0 ? [] : [`workloads.${ids[i - 1]}`]]),
    );
    for (const { effect, proves, approval } of steps) {
      assert.equal(effect.kind, "pods.renew");
      const { kind: _, ...pods } = effect as typeof effect & { kind: "pods.renew" };
      assert.deepEqual(pods.trust, { issuer: "kubernetes-ca", generation: 1 });
      assert.ok(pods.tokens && !pods.asked && !approval);
      assert.deepEqual(proves, [{ kind: "pods-renewed", ...pods }]);
    }
  });

  test("pods are replaced for dead tokens alone where the CA is what it was", () => {
    const phases = planned({ masters: ["m1"], without: (_, { path }) => /\/sa\./.test(path) });
    const pods = phases.at(-1)!.steps.map(({ effect }) => effect);
    assert.ok(pods.length === 6);
    for (const effect of pods)
      assert.ok(effect.kind === "pods.renew" && effect.trust === undefined && effect.tokens);
  });

  test("the tokens' key is gone: the old public key stays beside the new one, and who reads it at its start starts anew", () => {
    const phases = planned({ masters: ["m1"], without: (_, file) => file.path === "pki/sa.key" }, [
      "the old public key",
    ]);
    const ids = stepIds(phases);
    for (const id of [
      "authority.create.service-account-keys",
      "api.restart.m1/kube-apiserver",
      "controllers.restart.m1/kube-controller-manager",
    ])
      assert.ok(ids.includes(id), id);
    assert.ok(!ids.some((id) => id.startsWith("workloads.")), "no token dies");
    const renewal = phases
      .flatMap(({ steps }) => steps)
      .find(({ effect }) => effect.kind === "token-secrets.renew");
    assert.deepEqual(
      renewal?.effect.kind === "token-secrets.renew" ? renewal.effect.others : [],
      ["key of the old public key"],
      "a token in a Secret that is still accepted stays",
    );
    const pub = phases
      .flatMap(({ steps }) => steps)
      .flatMap(({ effect }) => (effect.kind === "files.make" ? effect.files : []))
      .find(({ path }) => path.endsWith("sa.pub"));
    assert.deepEqual(pub?.make.kind === "public-key" ? pub.make.others : [], [
      "the old public key",
    ]);
    assert.deepEqual(made(phases, "m1").length, 2);
  });

  test("a CA has expired with its key: it is issued again, every copy is replaced, and no leaf that is good", () => {
    const phases = planned({ masters: ["m1", "m2", "m3"], caEnds: -day });
    const ids = stepIds(phases);
    assert.ok(!ids.some((id) => id.startsWith("authority.create")));
    for (const id of ["authority.adopt.kubernetes-ca", "etcd.restart.m3/etcd", "kubelets.files.w1"])
      assert.ok(ids.includes(id), `${id} in ${ids.join(", ")}`);
    for (const path of ["pki/ca.crt", "pki/etcd/ca.crt", "admin.conf", "kubelet.conf"])
      assert.ok(made(phases, "m2").includes(`/etc/kubernetes/${path}`), path);
    assert.deepEqual(
      made(phases, "m2").filter((path) => /ca\.key$|server\.crt$|\.yaml$|sa\./.test(path)),
      [],
    );
    const waits = phases
      .flatMap(({ steps }) => steps)
      .filter(({ id, proves }) => id.includes("etcd") && proves.some((c) => c.kind === "healthy"))
      .map(({ id }) => id);
    assert.deepEqual(waits, ["etcd.restart.m3/etcd"], "no member is well before all have it");
    assert.ok(phases.some(({ id }) => id === "publish"));
  });

  test("the front proxy's CA is gone: nobody is restarted for a new one", () => {
    const phases = planned({
      masters: ["m1", "m2", "m3"],
      without: (_, { path }) => path.includes("front-proxy"),
    });
    const ids = stepIds(phases);
    assert.ok(ids.includes("authority.create.front-proxy-ca"));
    assert.ok(ids.includes("publish.cluster/requestheader-ca"));
    assert.deepEqual(
      ids.filter((id) => id.includes("restart")),
      [],
    );
    assert.equal(made(phases, "m3").length, 3);
  });

  test("one of three has another CA: its whole tree of it is made anew, and its programs start anew", () => {
    const phases = planned({ masters: ["m1", "m2", "m3"], foreign: ["m3"] });
    assert.deepEqual([made(phases, "m1"), made(phases, "m2")], [[], []]);
    for (const path of ["pki/etcd/ca.crt", "pki/etcd/ca.key", "pki/etcd/peer.crt", "pki/ca.key"])
      assert.ok(made(phases, "m3").includes(`/etc/kubernetes/${path}`), path);
    for (const id of ["etcd.restart.m3/etcd", "api.restart.m3/kube-apiserver"])
      assert.ok(stepIds(phases).includes(id), id);
  });

  test("leaves of another node are made anew for their own, with new keys", () => {
    const phases = planned({ masters: ["m1", "m2", "m3"], copied: ["m2"] });
    assert.deepEqual([made(phases, "m1"), made(phases, "m3")], [[], []]);
    const leaves = phases
      .flatMap(({ steps }) => steps)
      .flatMap(({ effect }) => (effect.kind === "files.make" ? effect.files : []))
      .flatMap(({ make }) => (make.kind === "certificate" ? [make] : []));
    assert.ok(leaves.length > 0 && leaves.every(({ again }) => again !== true));
    assert.ok(made(phases, "m2").includes("/var/lib/kubelet/pki/kubelet-client-current.pem"));
    assert.ok(!made(phases, "m2").some((path) => /ca\.(?:crt|key)$/.test(path)));
  });

  test("nothing is planned where somebody has to do something else first", () => {
    assert.deepEqual(planned({ masters: ["m1", "m2", "m3"], noData: ["m2", "m3"] }), []);
    assert.deepEqual(
      planned({ masters: ["m1"], without: (_, file) => file.path === "pki/ca.key" }),
      [],
    );
  });
});
