/** A cluster's rotation on a copy of its control plane: what it tells, what it finds out, and that nothing of it is left. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import test from "node:test";
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

const assertNothingLeft = ({ folder }: KubernetesScene): void => {
  const left = join(folder, "certwright-pki", "rehearsals");
  assert.deepEqual(existsSync(left) ? readdirSync(left) : [], []);
};

/** Ctrl-C while the copy's CAs are rotated. */
const interrupted = async (scene: KubernetesScene): Promise<void> => {
  const { folder, env } = scene;
  const child = spawn(process.execPath, [mainFile, ...words()], {
    cwd: folder,
    env,
    stdio: ["ignore", "ignore", "pipe"],
  });
  let said = "";
  child.stderr.setEncoding("utf8").on("data", (piece: string) => (said += piece));
  const closed = once(child, "close") as Promise<[number | null]>;
  try {
    const begun = (): boolean => / {2}trust {2}.*: begun/.test(said);
    await until("the copy's CAs are being rotated", deadline, () =>
      begun() || child.exitCode !== null ? true : undefined,
    );
    assert.equal(child.exitCode, null, said);
    const namespaces = namespacesBelow(child.pid!);
    // The copy's own network, mounts and processes, and a network and a name for its master.
    assert.ok(namespaces.size >= 5, [...namespaces].join(" "));
    assert.ok(livingIn(namespaces).some((one) => one.includes("kube-apiserver")));
    child.kill("SIGINT");
    await until("the interrupted rehearsal ends", leavingDeadline, () =>
      child.exitCode === null ? undefined : true,
    );
    const [code] = await closed;
    assert.equal(code, 130, said);
    assert.match(said, /interrupted: the estate was not touched; the copy is removed/);
    await until("nobody lives in the copy", 10_000, () =>
      livingIn(namespaces).length === 0 ? true : undefined,
    );
  } finally {
    child.kill("SIGKILL");
    await closed;
  }
  assertNothingLeft(scene);
};

test("a cluster's rotation is rehearsed on a copy of its control plane, which is left as it was", (t) =>
  inKubernetes(t, { masters: 1, workers: 1 }, async (scene) => {
    succeeded(await scene.certwright("plan", "rotate", ...issuers, "--out", "all.plan.json"));
    const before = await digestsOf(scene);
    const kubeconfig = readFileSync(scene.kubeconfig, "utf8");

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
    assert.match(told.notRehearsed.join("\n"), /whom worker-1\/kubelet lets in at its port/);
    assertNothingLeft(scene);

    await interrupted(scene);
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
