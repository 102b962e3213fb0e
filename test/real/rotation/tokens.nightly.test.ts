/** The key pair of ServiceAccount tokens is changed on real clusters, under load with tokens of both kinds. */
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { request } from "node:https";
import { join } from "node:path";
import test, { type TestContext } from "node:test";
import type { Plan } from "../../../src/core/model/plan.ts";
import { namespace as loadNamespace } from "../../../tools/kubernetes-load/objects.ts";
import { startKubernetesLoad } from "../../../tools/kubernetes-load/load.ts";
import type { Load } from "../../../tools/load/clients.ts";
import { until } from "../cluster/run.ts";
import { succeeded } from "../etcd-workbench.ts";
import { inKubernetes, type KubernetesScene } from "./kubernetes-scene.ts";
import { goOn, planFile, reached, run } from "./rotate.ts";
import { assertUnharmed, inWords } from "./scene.ts";

const issuer = "service-account-keys";
const apiPort = 6443;
/** Three masters' API servers restart nine times, each for up to half a minute, with others at work beside them. */
const deadline = 1_500_000;
/** What a plan announces for the restart of an only API server (expected.podRestart). */
const announcedGap = 45_000;
const moved = `drop.tokens.${issuer}`;
const renewed = `drop.renewed.${issuer}`;

/** What that API server answers to whoever shows the token. */
const status = (host: string, token: string): Promise<number> => {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  request(
    {
      host,
      port: apiPort,
      path: "/api/v1/namespaces/default/pods",
      headers: { authorization: `Bearer ${token}` },
      rejectUnauthorized: false,
      agent: false,
    },
    (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    },
  )
    .on("error", reject)
    .end();
  return promise;
};

/** Of workload.yaml's ServiceAccount: one as the kubelet asks for them, and one of a Secret. */
const newToken = async ({ cluster }: KubernetesScene): Promise<string> =>
  (await cluster.kubectl("create", "token", "steady", "--duration=1h")).trim();

const tokenOf = ({ cluster }: KubernetesScene, secret: string): Promise<string> =>
  until(`the token of ${secret}`, 120_000, async () => {
    const data = await cluster.kubectl("get", "secret", secret, "-o", "jsonpath={.data.token}");
    return data === "" ? undefined : Buffer.from(data, "base64").toString("utf8");
  });

const secondSecret = JSON.stringify({
  apiVersion: "v1",
  kind: "Secret",
  type: "kubernetes.io/service-account-token",
  metadata: {
    name: "steady-token-2",
    annotations: { "kubernetes.io/service-account.name": "steady" },
  },
});

/** What an operator does whom the run has told that Secrets hold old tokens, and that pods may. */
const renewTokens = async ({ cluster, folder }: KubernetesScene): Promise<void> => {
  const { kubectl } = cluster;
  const second = join(folder, "second.json");
  writeFileSync(second, secondSecret);
  await kubectl("apply", "-f", second);
  await kubectl("delete", "secret", "steady-token");
  await kubectl("-n", loadNamespace, "delete", "secret", "reader-token");
  const workloads = [
    ["kube-system", "daemonset/kube-proxy"],
    ["kube-system", "deployment/coredns"],
    ["default", "daemonset/steady"],
    ["default", "deployment/steady"],
  ] as const;
  for (const [where, what] of workloads) {
    await kubectl("-n", where, "rollout", "restart", what);
    await kubectl("-n", where, "rollout", "status", what, "--timeout=240s");
  }
};

const startLoad = ({ cluster, kubeconfig }: KubernetesScene): Promise<Load> =>
  startKubernetesLoad({
    servers: mastersOf(cluster).map(({ name, address }) => ({
      name,
      host: address,
      port: apiPort,
    })),
    kubeconfig,
    pods: { namespace: "default", selector: "app=steady", command: ["/bin/busybox", "date"] },
  });

const mastersOf = ({ nodes }: KubernetesScene["cluster"]) =>
  nodes.filter(({ role }) => role === "master");

/** Every step that asks for a yes but the word for pods, which nobody gives beforehand. */
const otherApprovals = ({ folder }: KubernetesScene): readonly string[] => {
  const { phases } = JSON.parse(readFileSync(join(folder, planFile), "utf8")) as Plan;
  return phases
    .flatMap(({ steps }) => steps)
    .filter(({ approval, id }) => approval && id !== renewed)
    .flatMap(({ id }) => ["--approve", id]);
};

/** The two halves of the run, each under a load of its own, with what the loads met. */
const rotateTokens = async (t: TestContext, scene: KubernetesScene) => {
  succeeded(await scene.certwright("ca", "adopt", issuer));
  succeeded(await scene.certwright("plan", "rotate", issuer, "--out", planFile));

  const before = await startLoad(scene);
  let first;
  try {
    const half = run(scene, ["apply", planFile, "--yes", ...otherApprovals(scene)], {
      load: before,
      deadline,
      onEvent: ({ event }, running) => {
        if (event?.kind === "step.settled" && event.step === moved) running.kill("SIGINT");
      },
    });
    const { stderr } = await half.ended;
    const refused = half.events.find(
      ({ event }) => event?.kind === "step.settled" && event.step === moved,
    );
    assert.match(JSON.stringify(refused), /default\/steady-token/, stderr);
  } finally {
    first = await before.stop();
    t.diagnostic(inWords(first));
  }
  await renewTokens(scene);
  const after = await startLoad(scene);
  let second;
  try {
    await reached(run(scene, ["resume", ...goOn], { load: after, deadline }));
    after.enter("after");
  } finally {
    second = await after.stop();
    t.diagnostic(inWords(second));
  }
  return { first, second };
};

for (const masters of [1, 3] as const) {
  test(`${masters === 1 ? "one master" : "three masters"}: tokens of the old key are let in until nobody has one, and ${masters === 1 ? "the API is away for no longer than announced" : "no request fails"}`, (t) =>
    inKubernetes(t, { masters, workers: 1, with: ["workload"] }, async (scene) => {
      const { cluster } = scene;
      const [oldToken, oldLegacy] = [await newToken(scene), await tokenOf(scene, "steady-token")];
      const { first, second } = await rotateTokens(t, scene);
      if (masters === 3) {
        assertUnharmed(first);
        assertUnharmed(second);
      } else {
        for (const { phase } of [...first.failures, ...second.failures]) {
          assert.ok(["trust", "switch", "drop"].includes(phase), phase);
        }
        for (const { longestGapMs } of [first, second]) {
          assert.ok(longestGapMs <= announcedGap, `${longestGapMs} ms`);
        }
      }

      const [token, legacy] = [await newToken(scene), await tokenOf(scene, "steady-token-2")];
      for (const { address } of mastersOf(cluster)) {
        assert.deepEqual(
          [await status(address, oldToken), await status(address, oldLegacy)],
          [401, 401],
        );
        assert.deepEqual([await status(address, token), await status(address, legacy)], [200, 200]);
        const words = [
          "--server",
          `https://${address}:${apiPort}`,
          "get",
          "--raw",
          "/openid/v1/jwks",
        ];
        const { keys } = JSON.parse(await cluster.kubectl(...words)) as {
          readonly keys: unknown[];
        };
        assert.equal(keys.length, 1);
      }
      for (const name of ["sa.pub", "sa.key"]) {
        const files = mastersOf(cluster).map((node) =>
          readFileSync(node.path(`/etc/kubernetes/pki/${name}`), "utf8"),
        );
        assert.equal(new Set(files).size, 1, name);
        assert.equal(files[0]!.match(/-----BEGIN /g)?.length, 1, name);
      }
      // kubeadm takes the pair for its own.
      const [one] = mastersOf(cluster);
      assert.match(await one!.run(["kubeadm", "init", "phase", "certs", "sa"]), /existing/);
    }));
}
