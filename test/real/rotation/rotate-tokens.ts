import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { TestContext } from "node:test";
import type { Gap } from "../../../src/core/run/gaps.ts";
import type { Plan } from "../../../src/core/model/plan.ts";
import { namespace as loadNamespace } from "../../../tools/kubernetes-load/objects.ts";
import { startKubernetesLoad } from "../../../tools/kubernetes-load/load.ts";
import type { Load } from "../../../tools/load/clients.ts";
import type { LoadSummary } from "../../../tools/load/record.ts";
import type { Node } from "../cluster/node.ts";
import { until } from "../cluster/run.ts";
import { succeeded } from "../etcd-workbench.ts";
import { statusWithToken } from "./api-answer.ts";
import type { KubernetesScene } from "./kubernetes-scene.ts";
import type { ApplyEvent } from "./certwright-run.ts";
import { goOn, lastEvents, planFile, reached, run } from "./rotate.ts";
import { inWords } from "./scene.ts";

/** The key pair's issuer in the estate that discover writes. */
export const tokenIssuer = "service-account-keys";
const apiPort = 6443;
/** Three masters' API servers restart nine times, each for up to half a minute, with others at work beside them. */
const deadline = 1_800_000;
const moved = `drop.tokens.${tokenIssuer}`;
const renewed = `drop.renewed.${tokenIssuer}`;

export const mastersOf = ({ cluster }: KubernetesScene): readonly Node[] =>
  cluster.nodes.filter(({ role }) => role === "master");

/** By the operator's own kubeconfig, which a rotation keeps current; kubectl takes the last that it is given. */
const kubectl = ({ cluster, kubeconfig }: KubernetesScene, ...words: string[]): Promise<string> =>
  cluster.kubectl(...words, "--kubeconfig", kubeconfig);

interface Tokens {
  readonly requested: string;
  readonly ofSecret: string;
}

/** Of workload.yaml's ServiceAccount: one as the kubelet asks for them, and one of a Secret. */
export const tokensOf = async (scene: KubernetesScene, secret: string): Promise<Tokens> => ({
  requested: (await kubectl(scene, "create", "token", "steady", "--duration=1h")).trim(),
  ofSecret: await until(`the token of ${secret}`, 120_000, async () => {
    const data = await kubectl(scene, "get", "secret", secret, "-o", "jsonpath={.data.token}");
    return data === "" ? undefined : Buffer.from(data, "base64").toString("utf8");
  }),
});

/** Of workload.yaml, and what an operator puts into its place. */
export const secrets = { old: "steady-token", new: "steady-token-2" } as const;

const secondSecret = JSON.stringify({
  apiVersion: "v1",
  kind: "Secret",
  type: "kubernetes.io/service-account-token",
  metadata: {
    name: secrets.new,
    annotations: { "kubernetes.io/service-account.name": "steady" },
  },
});

/** What an operator does whom the run has told that Secrets hold old tokens, and that pods may. */
const renewTokens = async (scene: KubernetesScene): Promise<void> => {
  const second = join(scene.folder, "second.json");
  writeFileSync(second, secondSecret);
  await kubectl(scene, "apply", "-f", second);
  await kubectl(scene, "delete", "secret", secrets.old);
  await kubectl(scene, "-n", loadNamespace, "delete", "secret", "reader-token");
  const workloads = [
    ["kube-system", "daemonset/kube-proxy"],
    ["kube-system", "deployment/coredns"],
    ["default", "daemonset/steady"],
    ["default", "deployment/steady"],
  ] as const;
  for (const [where, what] of workloads) {
    await kubectl(scene, "-n", where, "rollout", "restart", what);
    await kubectl(scene, "-n", where, "rollout", "status", what, "--timeout=240s");
  }
};

const startLoad = (scene: KubernetesScene): Promise<Load> =>
  startKubernetesLoad({
    servers: mastersOf(scene).map(({ name, address }) => ({ name, host: address, port: apiPort })),
    kubeconfig: scene.kubeconfig,
    pods: { namespace: "default", selector: "app=steady", command: ["/bin/busybox", "date"] },
  });

/** Every step that asks for a yes but the word for pods, which nobody gives beforehand. */
const otherApprovals = ({ folder }: KubernetesScene): readonly string[] => {
  const { phases } = JSON.parse(readFileSync(join(folder, planFile), "utf8")) as Plan;
  return phases
    .flatMap(({ steps }) => steps)
    .filter(({ approval, id }) => approval && id !== renewed)
    .flatMap(({ id }) => ["--approve", id]);
};

/** What the two loads met: until the run stops at tokens of the old key, and after nobody has one. */
export interface TokenRotation {
  readonly first: LoadSummary;
  readonly second: LoadSummary;
  /** Of both halves, as the run's own report has them. */
  readonly gaps: readonly Gap[];
}

/** Rotates the key pair, and the CAs with it, in one plan; says of the load's beginning and end what was met. */
export const rotateTokens = async (
  t: TestContext,
  scene: KubernetesScene,
  cas: readonly string[] = [],
  onEvent: (event: ApplyEvent) => void = () => undefined,
): Promise<TokenRotation> => {
  succeeded(await scene.certwright("ca", "adopt", tokenIssuer));
  // Nobody else is there, and nobody waits a day for that to show.
  const words = ["plan", "rotate", ...cas, tokenIssuer, "--soak", "0", "--out", planFile];
  if (cas.length > 0) words.push("--protocol", "bundle");
  const { stdout } = succeeded(await scene.certwright(...words));
  assert.match(stdout, /there is one today: default\/steady-token/);
  const blind = cas.length > 0 ? ["--accept-blind", "clients-outside"] : [];

  const before = await startLoad(scene);
  let first;
  try {
    const approved = otherApprovals(scene);
    const half = run(scene, ["apply", planFile, "--yes", ...approved, ...blind], {
      load: before,
      deadline,
      onEvent: (told, running) => {
        onEvent(told);
        const { event } = told;
        if (event?.kind === "step.settled" && event.step === moved) running.kill("SIGINT");
      },
    });
    const { stderr } = await half.ended;
    const refused = half.events.find(
      ({ event }) => event?.kind === "step.settled" && event.step === moved,
    );
    assert.match(
      JSON.stringify(refused) ?? "",
      /default\/steady-token/,
      `${stderr}\n${lastEvents(half)}`,
    );
  } finally {
    first = await before.stop();
    t.diagnostic(inWords(first));
  }
  await renewTokens(scene);
  const after = await startLoad(scene);
  let second;
  let gaps;
  try {
    const { events } = await reached(
      run(scene, ["resume", ...goOn, ...blind], { load: after, deadline, onEvent }),
    );
    after.enter("after");
    gaps = events.flatMap((event) => (event["gaps"] as readonly Gap[] | undefined) ?? []);
  } finally {
    second = await after.stop();
    t.diagnostic(inWords(second));
  }
  return { first, second, gaps };
};

/** Tokens of the old key are turned away by every API server, and the new pair is alone on every master. */
export const assertNewKeyAlone = async (scene: KubernetesScene, old: Tokens): Promise<void> => {
  const masters = mastersOf(scene);
  const now = await tokensOf(scene, secrets.new);
  for (const { address } of masters) {
    for (const [{ requested, ofSecret }, answer] of [
      [old, 401],
      [now, 200],
    ] as const) {
      assert.equal(await statusWithToken(address, requested), answer);
      assert.equal(await statusWithToken(address, ofSecret), answer);
    }
    const server = ["--server", `https://${address}:${apiPort}`];
    const { keys } = JSON.parse(
      await kubectl(scene, ...server, "get", "--raw", "/openid/v1/jwks"),
    ) as { readonly keys: unknown[] };
    assert.equal(keys.length, 1);
  }
  for (const name of ["sa.pub", "sa.key"]) {
    const files = masters.map((node) =>
      readFileSync(node.path(`/etc/kubernetes/pki/${name}`), "utf8"),
    );
    assert.equal(new Set(files).size, 1, name);
    assert.equal(files[0]!.match(/-----BEGIN /g)?.length, 1, name);
  }
  // kubeadm takes the pair for its own.
  assert.match(await masters[0]!.run(["kubeadm", "init", "phase", "certs", "sa"]), /existing/);
};
