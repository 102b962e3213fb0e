import assert from "node:assert/strict";
import { globSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { TestContext } from "node:test";
import type { Plan } from "../../../src/core/model/plan.ts";
import { startKubernetesLoad } from "../../../tools/kubernetes-load/load.ts";
import { renewsTokens } from "../../../tools/kubernetes-load/renew-tokens.ts";
import type { LoadSummary } from "../../../tools/load/record.ts";
import { succeeded } from "../etcd-workbench.ts";
import type { Cluster } from "../cluster/cluster.ts";
import type { KubernetesScene } from "./kubernetes-scene.ts";
import { statusFor } from "./api-answer.ts";
import type { ApplyEvent } from "./certwright-run.ts";
import { answerAll, type ExternalCa } from "./external-ca.ts";
import { tokenIssuer } from "./rotate-tokens.ts";
import { agreed, goOn, planFile, reached, run } from "./rotate.ts";
import { inWords } from "./scene.ts";
import { watchUndisturbed } from "./undisturbed.ts";

/** Issuers of the estate that discover writes, with kubeadm's file of each. */
const certificates = {
  "kubernetes-ca": "ca.crt",
  "front-proxy-ca": "front-proxy-ca.crt",
  "etcd-ca": "etcd/ca.crt",
} as const;
export type KubernetesIssuer = keyof typeof certificates;

export interface Rotation {
  readonly issuers: readonly KubernetesIssuer[];
  readonly protocol: "bundle" | "cross-signed";
  /** Blind spots of the plan. Nobody else uses the cluster, which certwright cannot know without being told. */
  readonly blind?: readonly string[];
  /** Who signs the new CAs; absent: certwright's authority. */
  readonly external?: ExternalCa;
  /** The key pair of tokens in the same plan. Default false. */
  readonly tokens?: boolean;
  /** Whether kubeadm renews every leaf in the end, as it may then: programs are older than their files after it. Default true. */
  readonly renewed?: boolean;
}
/** The summary has only the first of those that failed. */
export interface RotationSummary extends LoadSummary {
  /** Phases in which requests failed. */
  readonly failedIn: ReadonlySet<string>;
}

/** Three masters took 12 minutes with seven others at work. */
const deadline = 1_500_000;
const pki = "/etc/kubernetes/pki";
const apiPort = 6443;
/** steady.yaml: kube-proxy's own pods are replaced on the way. */
export const steady = {
  namespace: "default",
  selector: "app=steady",
  command: ["/bin/busybox", "date"],
};

const caFiles = ({ nodes }: Cluster, issuers: readonly KubernetesIssuer[]): readonly string[] =>
  issuers.map((issuer) => nodes[0]!.path(`${pki}/${certificates[issuer]}`));

/** Every file of every node in which a CA may be. */
const filesOf = ({ nodes }: Cluster): readonly string[] =>
  nodes.flatMap((node) =>
    globSync([node.path(`${pki}/**/*.crt`), node.path("/etc/kubernetes/*.conf")]),
  );

/** Every object of the kinds in which a CA may be, as the API has it. */
const everyObject = async (kubectl: Cluster["kubectl"]): Promise<string> => {
  const known = await kubectl("api-resources", "--output", "name");
  // From 1.37 on.
  const bundles = known.includes("clustertrustbundles") ? ",clustertrustbundles" : "";
  const kinds =
    "configmaps,secrets,validatingwebhookconfigurations,mutatingwebhookconfigurations,apiservices,customresourcedefinitions";
  return kubectl("get", "--all-namespaces", "-o", "json", `${kinds}${bundles}`);
};

/** A text as it stands in PEM, and in base64 at whichever of three offsets. */
const everyEncoding = (text: string): readonly string[] => [
  text,
  ...[0, 1, 2].map((shift) =>
    Buffer.from(" ".repeat(shift) + text)
      .toString("base64")
      .slice(4, -4),
  ),
];

/** What a rotation neither makes nor removes; what the load made is left out. */
const objectNames = async ({ kubectl }: Pick<Cluster, "kubectl">): Promise<readonly string[]> => {
  const names = await kubectl(
    "get",
    "configmaps,secrets,serviceaccounts,deployments,daemonsets",
    "--all-namespaces",
    "--field-selector",
    "metadata.namespace!=certwright-load",
    "-o",
    "name",
  );
  return names.trim().split("\n").toSorted();
};

/**
 * Rotates under load and looks at everything afterwards: the old CAs are in no file and no object, an old kubeconfig is
 * refused by each API server, there are as many objects as before, and kubeadm finds its way about. What the load met
 * is the caller's to judge.
 */
export const rotateKubernetes = async (
  t: TestContext,
  scene: KubernetesScene,
  {
    issuers,
    protocol,
    blind = ["clients-outside"],
    external,
    tokens = false,
    renewed = true,
  }: Rotation,
): Promise<RotationSummary> => {
  const { cluster } = scene;
  const masters = cluster.nodes.filter(({ role }) => role === "master");
  const files = caFiles(cluster, issuers);
  // A piece of each that no line end cuts.
  const traces = files.map((file) => readFileSync(file, "utf8").split("\n")[3]!);
  // kubectl takes the last --kubeconfig that it is given.
  const kubectl = (...asked: string[]): Promise<string> =>
    cluster.kubectl(...asked, "--kubeconfig", scene.kubeconfig);
  const objectsBefore = await objectNames({ kubectl });

  const all = tokens ? [...issuers, tokenIssuer] : issuers;
  if (tokens) succeeded(await scene.certwright("ca", "adopt", tokenIssuer));
  // Of the rotation before, if there was one.
  rmSync(join(scene.folder, planFile), { force: true });
  const words = ["plan", "rotate", ...all, "--protocol", protocol, "--out", planFile];
  // Nobody else is there, and nobody waits a day for that to show.
  words.push("--soak", "0");
  if (external !== undefined) words.push("--to-external", external.root);
  succeeded(await scene.certwright(...words));
  const plan = JSON.parse(readFileSync(join(scene.folder, planFile), "utf8")) as Plan;
  const assertUndisturbed = await watchUndisturbed(kubectl, plan);
  const load = await startKubernetesLoad({
    servers: masters.map(({ name, address }) => ({ name, host: address, port: apiPort })),
    kubeconfig: scene.kubeconfig,
    pods: steady,
  });
  let summary: LoadSummary;
  try {
    const accepted = blind.flatMap((id) => ["--accept-blind", id]);
    if (external === undefined) {
      const renewing = renewsTokens({ kubectl, plan, load, before: async () => undefined });
      const onEvent = ({ event }: ApplyEvent): void => {
        if (event?.kind !== "step.settled" || event.step === undefined) return;
        if (event.outcome?.kind === "done") renewing.proved(event.step);
      };
      const options = { load, deadline, ...(tokens ? { onEvent } : {}) };
      await reached(run(scene, ["apply", planFile, ...agreed, ...accepted], options));
      if (tokens) await renewing.renewed();
    } else {
      const { code, stderr } = await run(scene, ["apply", planFile, ...agreed]).ended;
      assert.equal(code, 3, stderr);
      await answerAll(scene, external, stderr);
      await reached(run(scene, ["resume", ...goOn, ...accepted], { load, deadline }));
    }
    load.enter("after");
  } finally {
    summary = await load.stop();
    t.diagnostic(inWords(summary));
  }

  const encodings = traces.flatMap(everyEncoding);
  const holding = filesOf(cluster).filter((file) => {
    const text = readFileSync(file, "utf8");
    return encodings.some((one) => text.includes(one));
  });
  assert.deepEqual(holding, []);
  // With one master nodes cannot tell for a while that they are well.
  if (masters.length > 1) await assertUndisturbed(kubectl);
  const objects = await everyObject(kubectl);
  assert.ok(!encodings.some((one) => objects.includes(one)), "an object still holds an old CA");
  for (const { address } of masters) {
    if (issuers.includes("kubernetes-ca")) {
      assert.equal(await statusFor(address, cluster.kubeconfig), 401);
    }
    assert.equal(await statusFor(address, scene.kubeconfig), 200);
  }
  assert.deepEqual(await objectNames({ kubectl }), objectsBefore);
  const [first] = masters;
  assert.match(await first!.run(["kubeadm", "certs", "check-expiration"]), /apiserver/);
  if (renewed) await first!.run(["kubeadm", "certs", "renew", "all"]);
  return { ...summary, failedIn: new Set(load.failures().map(({ phase }) => phase)) };
};
