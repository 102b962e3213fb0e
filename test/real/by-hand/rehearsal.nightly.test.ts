/**
 * A cluster that kubeadm did not make is copied with its etcd: the rotation reaches its goal there as it will on the real
 * one, nothing of the real one is touched, and what would keep a program from starting is found out.
 */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { existsSync, globSync, readdirSync, readFileSync, renameSync } from "node:fs";
import { dirname, join } from "node:path";
import test, { type TestContext } from "node:test";
import type { RunReport } from "../../../src/core/run/report.ts";
import { componentProgram } from "../../../tools/components/cache.ts";
import { certwright, type Outcome } from "../../cli/process.ts";
import { succeeded } from "../etcd-workbench.ts";
import type { Host } from "../hosts/host.ts";
import { planFile } from "../rotation/rotate.ts";
import type { ByHandCluster } from "./cluster.ts";
import { places } from "./programs.ts";
import { discoverAndAdopt, inByHand } from "./scene.ts";

interface Told extends RunReport {
  readonly goalReached: boolean;
  readonly differences: readonly string[];
  readonly notRehearsed: readonly string[];
  readonly crashes: readonly string[];
}

const issuers = ["kubernetes-ca", "front-proxy-ca", "etcd-ca"] as const;
/** As a rotation of the original's takes, on a machine that has others to do. */
const deadline = 20 * 60_000;

const planned = async (cluster: ByHandCluster): Promise<void> => {
  await discoverAndAdopt(cluster);
  const words = ["plan", "rotate", ...issuers, "--soak", "0", "--out", planFile];
  succeeded(await cluster.certwright(...words));
};

const rehearse = ({ folder, env }: ByHandCluster): Promise<Outcome> => {
  const programs = dirname(componentProgram("kubernetes", "kube-apiserver")!);
  const words = ["rehearse", planFile, "--programs", programs, "-o", "json"];
  return certwright(words, { cwd: folder, env, deadline });
};

/** What every file of the hosts and of the operator holds, and which processes the hosts have. */
const stateOf = ({
  masters,
  members,
  kubeconfig,
}: ByHandCluster): Readonly<Record<string, string>> => {
  const hosts = [...masters, ...members];
  const files = hosts.flatMap((host) =>
    globSync([host.path("/srv/**/*.pem"), host.path("/srv/**/*.kubeconfig")]),
  );
  assert.ok(files.length >= 10 * masters.length + 5 * members.length, files.join(" "));
  return Object.fromEntries([
    ...[...files, kubeconfig].map((file) => [file, digestOf(readFileSync(file))]),
    ...hosts.flatMap((host) => servicesOf(host)),
  ]);
};

const digestOf = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

const servicesOf = (host: Host): readonly (readonly [string, string])[] =>
  globSync(host.path("/srv/units/*/service.pid")).map((file) => [file, readFileSync(file, "utf8")]);

const assertNothingLeft = ({ folder }: ByHandCluster): void => {
  const left = join(folder, "certwright-pki", "rehearsals");
  assert.deepEqual(existsSync(left) ? readdirSync(left) : [], []);
};

const rehearsedWell = async (t: TestContext, cluster: ByHandCluster): Promise<Told> => {
  const before = stateOf(cluster);
  const good = await rehearse(cluster);
  assert.notEqual(good.stdout, "", good.stderr);
  const told = JSON.parse(good.stdout) as Told;
  const { load, gaps = [] } = told;
  t.diagnostic(
    `${told.seconds} s, ${told.restarts.length} restarts, ${load!.failed} of ${load!.requests} requests failed, longest gap ${load!.longestGapMs} ms`,
  );
  const { notRehearsed, crashes } = told;
  t.diagnostic(JSON.stringify({ gaps, notRehearsed, crashes }));
  assert.equal(told.verdict, "reached", good.stderr);
  assert.deepEqual(told.differences, []);
  for (const gap of gaps) assert.ok(gap.asAnnounced, JSON.stringify(gap));
  assert.equal(
    gaps.reduce((sum, { failed }) => sum + failed, 0),
    load!.failed,
  );
  assert.equal(told.goalReached, true);
  assert.equal(good.code, 0, good.stderr);
  const restarted = new Set<string>(told.restarts.map(({ consumer }) => consumer));
  const programs = ["kube-apiserver", "kube-controller-manager", "kube-scheduler"];
  for (const consumer of [
    ...cluster.masters.flatMap(({ name }) => programs.map((program) => `${name}/${program}`)),
    ...cluster.members.map(({ name }) => `${name}/etcd`),
  ])
    assert.ok(restarted.has(consumer), `${consumer} of ${[...restarted].join(" ")}`);
  assert.deepEqual(stateOf(cluster), before);
  assertNothingLeft(cluster);
  return told;
};

test("one master and one etcd are copied with their flags, and a file that a start needs is missed there", (t) =>
  inByHand(t, { masters: 1, members: 1 }, async (cluster) => {
    await planned(cluster);
    await rehearsedWell(t, cluster);
    // An API server goes on without a file that it would not start without: nobody but a copy finds that out.
    const [master] = cluster.masters;
    const key = master!.path(`${places.ssl}/service-accounts.pem`);
    renameSync(key, `${key}.gone`);
    const lacking = await rehearse(cluster);
    assert.equal(lacking.code, 1, lacking.stdout);
    assert.match(lacking.stderr, /kube-apiserver: .*service-accounts\.pem/);
    assertNothingLeft(cluster);
    renameSync(`${key}.gone`, key);
  }));

test("three masters and three members of etcd are copied to one machine, and nobody is without either there", (t) =>
  inByHand(t, { masters: 3, members: 3 }, async (cluster) => {
    await planned(cluster);
    const { gaps = [], load } = await rehearsedWell(t, cluster);
    assert.deepEqual([gaps, load!.failed], [[], 0]);
  }));
