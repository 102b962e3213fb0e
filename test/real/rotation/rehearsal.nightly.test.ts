/** A cluster's rotation on a copy of its control plane: what it tells, what it finds out, and that nothing of it is left. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import test, { type TestContext } from "node:test";
import type { RunReport } from "../../../src/core/run/report.ts";
import { componentProgram } from "../../../tools/components/cache.ts";
import { certwright, mainFile, type Outcome } from "../../cli/process.ts";
import { until } from "../cluster/run.ts";
import { succeeded } from "../etcd-workbench.ts";
import { inKubernetes, type KubernetesScene } from "./kubernetes-scene.ts";
import { livingIn, namespacesBelow } from "./process-tree.ts";

interface Told extends RunReport {
  readonly goalReached: boolean;
  readonly differences: readonly string[];
  readonly notRehearsed: readonly string[];
}

/** A rotation of a control plane takes minutes, and the machine may have others to do. */
const deadline = 20 * 60_000;
/** A step that takes an API server away is carried out to its end first. */
const leavingDeadline = 180_000;

const issuers = ["kubernetes-ca", "front-proxy-ca", "etcd-ca"];
const pki = "/etc/kubernetes/pki";

/** What every file of a master's PKI holds. */
const digestsOf = ({ cluster }: KubernetesScene): Promise<string> =>
  cluster.nodes[0]!.run(["find", pki, "-type", "f", "-exec", "sha256sum", "{}", "+"]);

const words = (): readonly string[] => [
  "rehearse",
  "all.plan.json",
  "--programs",
  dirname(componentProgram("kubernetes", "kube-apiserver")!),
];

const rehearse = ({ folder, env }: KubernetesScene): Promise<Outcome> =>
  certwright([...words(), "-o", "json"], { cwd: folder, env, deadline });

const folderOf = ({ folder }: KubernetesScene): string =>
  join(folder, "certwright-pki", "rehearsals");

const assertNothingLeft = (scene: KubernetesScene): void => {
  const left = folderOf(scene);
  assert.deepEqual(existsSync(left) ? readdirSync(left) : [], []);
};

const filesBelow = (folder: string): readonly string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((one) => one.isFile())
    .map(({ name }) => name);

/** The signal to a rehearsal that has said so; it has to leave nobody behind. Gives its exit code and what it said. */
const ended = async (
  { folder, env }: KubernetesScene,
  signal: "SIGINT" | "SIGKILL",
  hasSaid: RegExp,
): Promise<{ readonly code: number | null; readonly said: string }> => {
  const child = spawn(process.execPath, [mainFile, ...words()], {
    cwd: folder,
    env,
    stdio: ["ignore", "ignore", "pipe"],
  });
  let said = "";
  child.stderr.setEncoding("utf8").on("data", (piece: string) => (said += piece));
  const closed = once(child, "close") as Promise<[number | null]>;
  try {
    await until(`it says ${hasSaid}`, deadline, () =>
      hasSaid.test(said) || child.exitCode !== null ? true : undefined,
    );
    assert.equal(child.exitCode, null, said);
    // The copy's own network, mounts and processes, and a network and a name for its master.
    const namespaces = await until("the copy has its namespaces", deadline, () => {
      const found = namespacesBelow(child.pid!);
      return found.size >= 5 && livingIn(found).some(isServer) ? found : undefined;
    });
    child.kill(signal);
    await until(`it ends by ${signal}`, leavingDeadline, () =>
      child.exitCode === null && child.signalCode === null ? undefined : true,
    );
    await until("nobody lives in the copy", leavingDeadline, () =>
      livingIn(namespaces).length === 0 ? true : undefined,
    );
    const [code] = await closed;
    return { code, said };
  } finally {
    child.kill("SIGKILL");
    await closed;
  }
};

const isServer = (command: string): boolean => command.includes("kube-apiserver");

/** It reached its goal, nobody noticed but in gaps that the plan announces, and nothing is left of the copy. */
const rehearsedWell = async (t: TestContext, scene: KubernetesScene): Promise<Told> => {
  const good = await rehearse(scene);
  assert.notEqual(good.stdout, "", good.stderr);
  const told = JSON.parse(good.stdout) as Told;
  const { load, gaps = [] } = told;
  t.diagnostic(
    `${told.seconds} s, ${told.restarts.length} restarts, ${load!.failed} of ${load!.requests} requests failed, longest gap ${load!.longestGapMs} ms`,
  );
  assert.equal(told.verdict, "reached", good.stderr);
  assert.deepEqual(told.differences, []);
  assert.ok(told.restarts.length > 0);
  // The only API server and the only etcd are away now and then, as the plan says, and for no longer.
  for (const gap of gaps) assert.ok(gap.asAnnounced, JSON.stringify(gap));
  assert.equal(
    gaps.reduce((sum, { failed }) => sum + failed, 0),
    load!.failed,
  );
  assert.equal(told.goalReached, true);
  assert.equal(good.code, 0, good.stderr);
  assertNothingLeft(scene);
  return told;
};

test("a cluster's rotation is rehearsed on a copy of its control plane, which is left as it was", (t) =>
  inKubernetes(t, { masters: 1, workers: 1 }, async (scene) => {
    succeeded(await scene.certwright("plan", "rotate", ...issuers, "--out", "all.plan.json"));
    const before = await digestsOf(scene);
    const kubeconfig = readFileSync(scene.kubeconfig, "utf8");

    const told = await rehearsedWell(t, scene);
    assert.match(told.notRehearsed.join("\n"), /whom worker-1\/kubelet lets in at its port/);

    const { code, said } = await ended(scene, "SIGINT", / {2}trust {2}.*: begun/);
    assert.equal(code, 130, said);
    assert.match(said, /interrupted: the estate was not touched; the copy is removed/);
    assertNothingLeft(scene);
    // Nobody is left to remove the folder before the next one; but of the cluster nothing is in it.
    await ended(scene, "SIGKILL", /bringing up a copy/);
    assert.deepEqual(filesBelow(folderOf(scene)), []);

    assert.equal(await digestsOf(scene), before);
    assert.equal(readFileSync(scene.kubeconfig, "utf8"), kubeconfig);

    // An API server goes on without a file that it would not start without: nobody but a copy finds that out.
    const [master] = scene.cluster.nodes;
    await master!.run(["mv", `${pki}/sa.pub`, `${pki}/gone.pub`]);
    const lacking = await rehearse(scene);
    assert.equal(lacking.code, 1, lacking.stdout);
    assert.match(lacking.stderr, /master-1\/kube-apiserver: .*sa\.pub/);
    assertNothingLeft(scene);
    await master!.run(["mv", `${pki}/gone.pub`, `${pki}/sa.pub`]);

    // Another CA's key in the place of the CA's, which the running controller-manager has not noticed.
    await master!.run(["cp", `${pki}/front-proxy-ca.key`, `${pki}/ca.key`]);
    const bad = await rehearse(scene);
    assert.equal(bad.code, 1, bad.stdout);
    assert.match(
      bad.stderr,
      /cannot be planned for the copy: .*ca\.crt on master-1 does not belong/,
    );
    assertNothingLeft(scene);
  }));

test("three masters are copied to one machine, and nobody is without an API or an etcd there", (t) =>
  inKubernetes(t, { masters: 3, workers: 1 }, async (scene) => {
    succeeded(await scene.certwright("plan", "rotate", ...issuers, "--out", "all.plan.json"));
    const before = await digestsOf(scene);
    const { gaps = [], load, restarts } = await rehearsedWell(t, scene);
    assert.deepEqual([gaps, load!.failed], [[], 0]);
    const restarted = new Set(restarts.map(({ consumer }) => consumer));
    for (const { name } of scene.cluster.nodes.slice(0, 3))
      for (const program of ["etcd", "kube-apiserver", "kube-controller-manager"])
        assert.ok(restarted.has(`${name}/${program}` as never), `${name}/${program}`);
    assert.equal(await digestsOf(scene), before);
  }));
