/**
 * A cluster that kubeadm did not make, with an etcd of its own: found out, its CAs adopted and all of them rotated under
 * load. With three masters nobody notices; with one, requests fail only while the plan says that the API is away.
 */
import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import test, { type TestContext } from "node:test";
import type { LoadSummary } from "../../../tools/load/record.ts";
import { succeeded } from "../etcd-workbench.ts";
import type { RunningApply } from "../rotation/certwright-run.ts";
import { agreed, planFile, reached, run } from "../rotation/rotate.ts";
import { assertUnharmed, inWords } from "../rotation/scene.ts";
import type { ByHandCluster } from "./cluster.ts";
import { apiPort } from "./programs.ts";
import { discoverAndAdopt, inByHand, loadOn, tracesOf } from "./scene.ts";

const issuers = ["kubernetes-ca", "front-proxy-ca", "etcd-ca"] as const;
/** One master took 5 minutes with seven others at work. */
const deadline = 1_500_000;

interface Rotated {
  readonly summary: LoadSummary;
  readonly running: RunningApply;
}

const rotate = async (t: TestContext, cluster: ByHandCluster): Promise<Rotated> => {
  await discoverAndAdopt(cluster);
  const words = ["plan", "rotate", ...issuers, "--soak", "0", "--out", planFile];
  succeeded(await cluster.certwright(...words));
  const load = await loadOn(cluster);
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
const assertRotated = async (cluster: ByHandCluster): Promise<void> => {
  const { masters, members, kubectl } = cluster;
  const traces = tracesOf(cluster);
  const inBase64 = traces.flatMap((trace) =>
    [0, 1, 2].map((shift) =>
      Buffer.from(" ".repeat(shift) + trace)
        .toString("base64")
        .slice(4, -4),
    ),
  );
  const files = [...masters, ...members].flatMap((host) =>
    globSync([host.path("/srv/**/*.pem"), host.path("/srv/**/*.kubeconfig")]),
  );
  assert.ok(files.length >= 10 * masters.length + 5 * members.length, files.join(" "));
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

test("one master and one etcd: requests fail only while the plan says that nobody is there", (t) =>
  inByHand(t, { masters: 1, members: 1 }, async (cluster) => {
    const { summary, running } = await rotate(t, cluster);
    await assertRotated(cluster);
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
    // The load's own clients met what certwright's met, in the phases that restart the only API server or etcd.
    const words = inWords(summary);
    assert.ok(summary.requests > 50, words);
    const away = new Set(["trust", "switch", "drop"]);
    assert.ok(
      summary.failures.every(({ phase }) => away.has(phase)),
      words,
    );
  }));

test("three masters and three members of etcd: no request fails", (t) =>
  inByHand(t, { masters: 3, members: 3 }, async (cluster) => {
    const { summary } = await rotate(t, cluster);
    await assertRotated(cluster);
    assertUnharmed(summary);
  }));
