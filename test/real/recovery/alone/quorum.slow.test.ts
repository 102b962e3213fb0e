/** Members of etcd whose data is gone, on three control plane nodes: two of three, then one, then all. */
import assert from "node:assert/strict";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";
import { fileURLToPath } from "node:url";
import { until } from "../../cluster/run.ts";
import type { Host } from "../../hosts/host.ts";
import { readVerdict, type PrintedVerdict } from "../lose-and-recover.ts";
import { restartWords } from "./control-plane.ts";
import { untilReady, withThreePlanes, type ThreePlanes } from "./three.ts";

const hook = fileURLToPath(new URL("../../rotation/crash-hook.ts", import.meta.url));
/** A recovery of the quorum writes about eighty records. */
const oneIn = 6;
const killsMax = 40;
const snapshot = "/srv/before.db";
const manifest = "/etc/kubernetes/manifests/etcd.yaml";

/** The disk is gone with the member: its manifest, too, so that nobody starts it over an empty folder. */
const loseMember = async (planes: ThreePlanes, host: Host): Promise<void> => {
  rmSync(host.path(manifest));
  await until(`etcd on ${host.name} has ended`, 60_000, async () => {
    const said = await planes.run(host, ["ps", "-e", "-o", "comm="]);
    return said.split("\n").includes("etcd") ? undefined : true;
  });
  rmSync(host.path("/var/lib/etcd/member"), { recursive: true });
};

const look = async (planes: ThreePlanes, ...words: string[]): Promise<PrintedVerdict> =>
  readVerdict(await planes.certwright(["recover", "--plan-only", "-o", "json", ...words]));

/** Keys of everything in etcd but for what passes by itself. */
const keysOf = async (planes: ThreePlanes, host: Host): Promise<readonly string[]> =>
  (await planes.etcdctl(host, "get", "--prefix", "/registry/", "--keys-only"))
    .split("\n")
    .filter((key) => key !== "" && !/^\/registry\/(?:events|leases|masterleases)\//.test(key))
    .toSorted();

const assertWhole = async (
  t: test.TestContext,
  planes: ThreePlanes,
  before: readonly string[],
): Promise<void> => {
  const [first] = planes.hosts;
  const members = await planes.etcdctl(first!, "member", "list");
  assert.equal(members.match(/, started, /g)?.length, 3, members);
  const endpoints = planes.hosts.map(({ address }) => `https://${address}:2379`).join(",");
  t.diagnostic(await planes.etcdctl(first!, "endpoint", "health", `--endpoints=${endpoints}`));
  for (const host of planes.hosts) {
    const keys = new Set(await keysOf(planes, host));
    assert.deepEqual(
      [...keys].filter((key) => !before.includes(key)),
      [],
    );
    assert.deepEqual(
      before.filter((key) => !keys.has(key)),
      [],
    );
    const text = readFileSync(host.path(manifest), "utf8");
    assert.doesNotMatch(text, /force-new-cluster/);
  }
  await untilReady(planes);
  const { verdict } = await look(planes);
  assert.equal(verdict.case, "sound", JSON.stringify(verdict, undefined, 1));
};

/** Killed after drawn records of the journal, and gone on with until nothing kills it. */
const recoverKilled = async (
  t: test.TestContext,
  planes: ThreePlanes,
  words: readonly string[],
): Promise<void> => {
  const seen = join(planes.folder, "crash-seen");
  writeFileSync(seen, "");
  const seed = process.env["CRASH_SEED"] ?? "1";
  const env = { CRASH_SEEN: seen, CRASH_AT: "records", CRASH_SAMPLE: `${seed} ${oneIn}` };
  const options = { node: ["--import", hook], env };
  for (let kills = 0; ; kills++) {
    const began = performance.now();
    const { code, stdout, stderr } = await planes.certwright(
      kills === 0 ? words : ["resume", "--wait", "3m"],
      options,
    );
    const places = readFileSync(seen, "utf8").split("\n").filter(Boolean);
    const told = `seed ${seed}, killed ${kills} times: ${places.join(", ")}`;
    t.diagnostic(`${code} after ${((performance.now() - began) / 1000).toFixed(1)} s`);
    if (code !== 137 && code !== "SIGKILL") {
      assert.equal(code, 0, `${told}:\n${stdout.slice(-6000)}\n${stderr.slice(-6000)}`);
      t.diagnostic(told);
      return;
    }
    // What ended the run was durable already: there is nothing to go on with.
    if ((places.at(-1) ?? "").startsWith("run.closed")) return;
    assert.ok(kills < killsMax, told);
  }
};

test("members whose data is gone are replaced: two of three from the third's data once somebody has decided so, then one from the others, then all from a snapshot", (t) =>
  withThreePlanes(t, async (planes) => {
    const [first, second, third] = planes.hosts as [Host, Host, Host];
    const recover = ["recover", "--yes", ...restartWords, "--wait", "3m"];
    const before = await keysOf(planes, first);
    await planes.etcdctl(third, "snapshot", "save", snapshot);

    for (const host of [second, third]) await loseMember(planes, host);
    const lost = await look(planes);
    assert.equal(lost.verdict.case, "quorum-lost");
    assert.deepEqual(lost.steps, []);
    const undecided = await planes.certwright(recover);
    assert.equal(undecided.code, 1);
    assert.match(undecided.stderr, /quorum-lost/);
    const elsewhere = await planes.certwright([...recover, "--restore-etcd-from", second.name]);
    assert.equal(elsewhere.code, 1);
    assert.match(elsewhere.stderr, /no etcd data of this cluster was found on host-2/);
    const decided = ["--restore-etcd-from", first.name];
    const { steps } = await look(planes, ...decided);
    t.diagnostic(steps.map(({ title }) => title).join("\n"));
    await recoverKilled(t, planes, [...recover, ...decided]);
    await assertWhole(t, planes, before);

    // The first one's manifest makes a cluster of its own over an empty folder.
    await loseMember(planes, first);
    const { verdict } = await look(planes);
    assert.equal(verdict.case, "member-lost");
    const began = performance.now();
    const { code, stdout, stderr } = await planes.certwright(recover);
    assert.equal(code, 0, `${stdout.slice(-6000)}\n${stderr.slice(-6000)}`);
    t.diagnostic(`one of three: ${((performance.now() - began) / 1000).toFixed(1)} s`);
    await assertWhole(t, planes, before);

    await planes.kubectl(first, "create", "configmap", "since");
    // With their manifests, which tell what the data would have told.
    const manifests = planes.hosts.map((host) => readFileSync(host.path(manifest)));
    for (const host of planes.hosts) await loseMember(planes, host);
    for (const [i, host] of planes.hosts.entries())
      writeFileSync(host.path(manifest), manifests[i]!, { mode: 0o600 });
    assert.equal((await look(planes)).verdict.case, "quorum-lost");
    const none = ["--restore-etcd-from", `${third.name}:/etc/hostname`];
    const other = await planes.certwright([...recover, ...none]);
    assert.match(other.stderr, /no snapshot that can be restored: it has no checksum/);
    const asked = ["--restore-etcd-from", `${third.name}:${snapshot}`];
    await recoverKilled(t, planes, [...recover, ...asked]);
    await assertWhole(t, planes, before);
    const status = await planes.etcdctl(third, "endpoint", "status", "-w", "json");
    assert.ok(Number(/"revision":(\d+)/.exec(status)?.[1]) > 1_000_000_000, status);
  }));
