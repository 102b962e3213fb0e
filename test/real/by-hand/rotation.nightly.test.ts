/**
 * A cluster that kubeadm did not make, with an etcd of its own: found out, its CAs adopted and all of them rotated under
 * load. With three masters nobody notices; with one, requests fail only while the plan says that the API is away. Kubelets
 * are services of their machines as well.
 */
import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import test, { type TestContext } from "node:test";
import type { Plan } from "../../../src/core/model/plan.ts";
import type { Pods } from "../../../tools/kubernetes-load/kubelet.ts";
import type { LoadSummary } from "../../../tools/load/record.ts";
import { succeeded } from "../etcd-workbench.ts";
import type { RunningApply } from "../rotation/certwright-run.ts";
import { agreed, planFile, reached, run } from "../rotation/rotate.ts";
import { assertUnharmed, inWords } from "../rotation/scene.ts";
import { watchUndisturbed } from "../rotation/undisturbed.ts";
import type { ByHandCluster } from "./cluster.ts";
import { apiPort } from "./programs.ts";
import { discoverAndAdopt, inByHand, loadOn, startTalker, talker, tracesOf } from "./scene.ts";

const issuers = ["kubernetes-ca", "front-proxy-ca", "etcd-ca"] as const;
/** One master took 5 minutes with seven others at work. */
const deadline = 1_500_000;

interface Rotated {
  readonly summary: LoadSummary;
  readonly running: RunningApply;
}

/** `prepare` is called with a plan in the operator's folder, before anybody asks anything. */
const rotate = async (
  t: TestContext,
  cluster: ByHandCluster,
  {
    names = issuers,
    pods,
    flags = [],
    prepare = async () => {},
  }: {
    readonly names?: readonly string[];
    readonly pods?: Pods;
    readonly flags?: readonly string[];
    readonly prepare?: () => Promise<void>;
  } = {},
): Promise<Rotated> => {
  await discoverAndAdopt(cluster);
  const words = ["plan", "rotate", ...names, "--soak", "0", "--out", planFile, ...flags];
  succeeded(await cluster.certwright(...words));
  await prepare();
  const load = await loadOn(cluster, pods);
  let summary: LoadSummary;
  let running: RunningApply;
  try {
    const command = ["apply", planFile, ...agreed, "--accept-blind", "clients-outside"];
    running = await reached(run(cluster, command, { load, deadline }));
    load.enter("after");
  } finally {
    summary = await load.stop();
    t.diagnostic(inWords(summary));
  }
  return { summary, running };
};

/** None of the old CAs is anywhere, and every API server takes the operator's new kubeconfig. */
const assertRotated = async (
  cluster: ByHandCluster,
  traces: readonly string[] = tracesOf(cluster),
): Promise<void> => {
  const { masters, members, workers, kubectl } = cluster;
  const inBase64 = traces.flatMap((trace) =>
    [0, 1, 2].map((shift) =>
      Buffer.from(" ".repeat(shift) + trace)
        .toString("base64")
        .slice(4, -4),
    ),
  );
  const files = [...masters, ...members, ...workers].flatMap((host) =>
    globSync([host.path("/srv/{kube,store}/**/*.pem"), host.path("/srv/kube/**/*.kubeconfig")]),
  );
  const fewest = 10 * masters.length + 5 * members.length + 2 * workers.length;
  assert.ok(files.length >= fewest, files.join(" "));
  const holding = [...files, cluster.kubeconfig].filter((file) => {
    const text = readFileSync(file, "utf8");
    return [...traces, ...inBase64].some((one) => text.includes(one));
  });
  assert.deepEqual(holding, []);
  const maps = await kubectl("get", "configmaps", "--all-namespaces", "-o", "yaml");
  assert.ok(maps.includes("requestheader-client-ca-file"));
  assert.ok(!traces.some((one) => maps.includes(one)), "a ConfigMap still holds an old CA");
  for (const { address } of masters) {
    const server = ["--server", `https://${address}:${apiPort}`];
    assert.equal((await kubectl(...server, "get", "--raw", "/readyz")).trim(), "ok");
  }
};

/** Requests fail only in phases that restart the only API server or etcd, and every gap was one of the plan's. */
const assertAsAnnounced = (t: TestContext, { summary, running }: Rotated): void => {
  const report = running.events.at(-1) as unknown as {
    readonly gaps?: readonly { readonly asAnnounced: boolean }[];
  };
  t.diagnostic(JSON.stringify(report.gaps));
  const gaps = report.gaps ?? [];
  assert.ok(gaps.length > 0, JSON.stringify(report));
  assert.deepEqual(
    gaps.filter(({ asAnnounced }) => !asAnnounced),
    [],
  );
  // The load's own clients met what certwright's met.
  const words = inWords(summary);
  assert.ok(summary.requests > 50, words);
  const away = new Set(["trust", "switch", "drop"]);
  assert.ok(
    summary.failures.every(({ phase }) => away.has(phase)),
    words,
  );
};

test("one master and one etcd: requests fail only while the plan says that nobody is there", (t) =>
  inByHand(t, { masters: 1, members: 1 }, async (cluster) => {
    const rotated = await rotate(t, cluster);
    await assertRotated(cluster);
    assertAsAnnounced(t, rotated);
  }));

test("with a worker: its kubelet is found, has the new CA and certificate, and its node stays Ready", (t) =>
  inByHand(t, { masters: 1, members: 1, workers: 1 }, async (cluster) => {
    const { kubectl, folder } = cluster;
    await startTalker(cluster);
    let undisturbed: Awaited<ReturnType<typeof watchUndisturbed>> | undefined;
    const rotated = await rotate(t, cluster, {
      names: ["kubernetes-ca"],
      flags: ["--protocol", "bundle"],
      pods: talker,
      prepare: async () => {
        const plan = JSON.parse(readFileSync(join(folder, planFile), "utf8")) as Plan;
        const ids = plan.phases.flatMap(({ steps }) => steps.map(({ id }) => id));
        for (const phase of ["trust", "switch", "drop"])
          assert.ok(ids.includes(`${phase}.restart.worker-1/kubelet` as never), ids.join(" "));
        undisturbed = await watchUndisturbed(kubectl, plan);
      },
    });
    await assertRotated(cluster, tracesOf(cluster).slice(0, 1));
    await undisturbed!(kubectl);
    // No API server and no etcd has to restart for this CA alone.
    assertUnharmed(rotated.summary);
    for (const client of ["logs", "exec"])
      assert.ok(
        rotated.summary.clients.some((one) => one.client === client && one.requests > 5),
        inWords(rotated.summary),
      );
  }));

test("with a worker whose kubeconfig names files, all CAs change, and its node stays Ready", (t) =>
  inByHand(t, { masters: 1, members: 1, workers: 1, kubeletsInFiles: true }, async (cluster) => {
    await startTalker(cluster);
    const before = await cluster.kubectl(...readySince);
    assert.match(before, /^True /);
    const rotated = await rotate(t, cluster, { pods: talker });
    await assertRotated(cluster);
    assert.equal(await cluster.kubectl(...readySince), before);
    assertAsAnnounced(t, rotated);
  }));

/** "True 2026-11-23T19:54:40Z": another time where it was not for a while. */
const readySince = [
  "get",
  "node",
  "worker-1",
  "-o",
  'jsonpath={range .status.conditions[?(@.type=="Ready")]}{.status} {.lastTransitionTime}{end}',
] as const;

test("three masters and three members of etcd: no request fails", (t) =>
  inByHand(t, { masters: 3, members: 3 }, async (cluster) => {
    const { summary } = await rotate(t, cluster);
    await assertRotated(cluster);
    assertUnharmed(summary);
  }));
