import assert from "node:assert/strict";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { fileURLToPath } from "node:url";
import { until } from "../../cluster/run.ts";
import type { Host } from "../../hosts/host.ts";
import { readVerdict, type PrintedVerdict } from "../lose-and-recover.ts";
import { restartWords } from "./control-plane.ts";
import { untilReady, type ThreePlanes } from "./three.ts";

// Three control plane nodes whose members of etcd lose their data, and what they are like afterwards.

export const recoverWords = ["recover", "--yes", ...restartWords, "--wait", "3m"] as const;

const hook = fileURLToPath(new URL("../../rotation/crash-hook.ts", import.meta.url));
/** A recovery of the quorum writes about eighty records. */
const oneIn = 10;
const killsMax = 40;
export const manifest = "/etc/kubernetes/manifests/etcd.yaml";

/** The disk is gone with the member: its manifest, too, so that nobody starts it over an empty folder. */
export const loseMember = async (planes: ThreePlanes, host: Host): Promise<void> => {
  rmSync(host.path(manifest));
  await until(`etcd on ${host.name} has ended`, 60_000, async () => {
    const said = await planes.run(host, ["ps", "-e", "-o", "comm="]);
    return said.split("\n").includes("etcd") ? undefined : true;
  });
  rmSync(host.path("/var/lib/etcd/member"), { recursive: true });
};

export const look = async (planes: ThreePlanes, ...words: string[]): Promise<PrintedVerdict> =>
  readVerdict(await planes.certwright(["recover", "--plan-only", "-o", "json", ...words]));

/** Keys of everything in etcd but for what passes by itself. */
export const keysOf = async (planes: ThreePlanes, host: Host): Promise<readonly string[]> =>
  (await planes.etcdctl(host, "get", "--prefix", "/registry/", "--keys-only"))
    .split("\n")
    .filter((key) => key !== "" && !/^\/registry\/(?:events|leases|masterleases)\//.test(key))
    .toSorted();

export const assertWhole = async (
  t: TestContext,
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
export const recoverKilled = async (
  t: TestContext,
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
