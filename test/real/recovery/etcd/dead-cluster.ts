import assert from "node:assert/strict";
import { cpSync, globSync, rmSync } from "node:fs";
import type { TestContext } from "node:test";
import { fileURLToPath } from "node:url";
import { mainFile, runProgram } from "../../../cli/process.ts";
import { etcdPrograms, succeeded, type Workbench } from "../../etcd-workbench.ts";
import { inScene, type Scene } from "../../rotation/scene.ts";

const clockHook = fileURLToPath(new URL("../../rotation/clock-hook.ts", import.meta.url));

/** Leaves live for a year, CAs for ten. */
const twoYears = 2 * 365 * 86_400_000;

const keys = 40;

/** What must be the same afterwards. */
export interface Data {
  readonly cluster: string;
  readonly count: number;
  /** Up to the revision that the cluster had before. */
  readonly hash: number;
  readonly revision: number;
}

/** A real cluster of three with data, beside which lie leaves of two years ago, for letExpire. */
export const inDeadCluster = async (
  t: TestContext,
  body: (scene: Scene, before: Data) => Promise<void>,
): Promise<void> => {
  const programs = etcdPrograms(t, "etcd");
  if (programs === undefined) return;
  await inScene(
    t,
    programs,
    async (scene) => {
      for (let i = 0; i < keys; i++)
        succeeded(await scene.etcdctl("app", "put", `/app/${i}`, `value ${i}`));
      await body(scene, await dataOf(scene));
    },
    { initialise },
  );
};

const leafFiles = ["run/*/pki/{server,peer}.{crt,key}", "clients/*/client.{crt,key}"];

const init = ["etcd", "init", "--in-place"];

/** CAs and leaves as somebody made them so many milliseconds from now. */
export const initialiseAt = async (
  folder: string,
  env: Workbench["env"],
  shift: number,
): Promise<void> => {
  const words = ["--import", clockHook, mainFile, ...init];
  const shifted = { ...env, CLOCK_SHIFT: String(shift) };
  const options = { cwd: folder, env: shifted, deadline: 60_000 };
  succeeded(await runProgram(process.execPath, words, options));
};

const initialise = async (bench: Workbench): Promise<void> => {
  await initialiseAt(bench.folder, bench.env, -twoYears);
  for (const file of globSync(leafFiles, { cwd: bench.folder })) {
    cpSync(bench.path(file), bench.path("expired", file));
    rmSync(bench.path(file));
  }
  succeeded(await bench.certwright(...init));
};

/** Puts leaves of two years ago in the place of all that are valid. */
export const letExpire = (scene: Scene): void => {
  for (const file of globSync(leafFiles, { cwd: scene.path("expired") }))
    cpSync(scene.path("expired", file), scene.path(file));
};

/** As a machine does that is switched off and on. */
export const restartAll = async ({ cluster, running }: Scene): Promise<void> => {
  await Promise.all(cluster.members.map(({ name }) => running.serve("restart", name)));
};

export const stopAll = async ({ cluster, running }: Scene): Promise<void> => {
  await Promise.all(cluster.members.map(({ name }) => running.serve("stop", name)));
};

interface Header {
  readonly cluster_id: bigint;
  readonly revision: number;
}

/** Asked of a cluster that works; ids have more digits than JSON.parse keeps. */
export const dataOf = async (scene: Scene, revision?: number): Promise<Data> => {
  const counted = succeeded(
    await scene.etcdctl("root", "get", "", "--prefix", "--keys-only", "-w", "json"),
  );
  const [, cluster = ""] = /"cluster_id":(\d+)/.exec(counted.stdout) ?? [];
  const { header, count } = JSON.parse(counted.stdout) as { header: Header; count: number };
  const at = revision ?? header.revision;
  const hashed = succeeded(
    await scene.etcdctl(
      "root",
      "endpoint",
      "hashkv",
      "--cluster",
      "--rev",
      String(at),
      "-w",
      "json",
    ),
  );
  const found = (JSON.parse(hashed.stdout) as { HashKV: { hash: number } }[]).map(
    ({ HashKV }) => HashKV.hash,
  );
  assert.equal(found.length, scene.cluster.members.length);
  assert.equal(new Set(found).size, 1, found.join());
  return { cluster, count, hash: found[0]!, revision: at };
};

export const works = async (scene: Scene): Promise<boolean> =>
  (await scene.etcdctl("app", "get", "/app/1")).code === 0;

export interface PrintedVerdict {
  readonly verdict: { readonly case: string; readonly not: readonly string[] };
  readonly lost: readonly string[];
  readonly recoverable: readonly string[];
  readonly interruptions: readonly { readonly what: string }[];
  readonly steps: readonly { readonly id: string }[];
}

export const planOnly = async (
  scene: Scene,
): Promise<{ readonly code: number | string; readonly printed: PrintedVerdict }> => {
  const { code, stdout, stderr } = await scene.certwright("recover", "--plan-only", "-o", "json");
  assert.notEqual(stdout, "", stderr);
  return { code, printed: JSON.parse(stdout) as PrintedVerdict };
};

/** What certwright and the members had of it. */
export const loseEverything = async (scene: Scene): Promise<void> => {
  await stopAll(scene);
  rmSync(scene.path("certwright-pki"), { recursive: true });
  for (const { certificateDirectory } of scene.cluster.members)
    rmSync(certificateDirectory, { recursive: true });
};

/** It works, has what it had, and a second recovery finds nothing to do. */
export const assertBack = async (scene: Scene, before: Data): Promise<void> => {
  assert.equal(await works(scene), true);
  assert.deepEqual(await dataOf(scene, before.revision), before);
  const again = await planOnly(scene);
  assert.deepEqual([again.code, again.printed.verdict.case], [0, "sound"]);
  const { code, checks } = await scene.check();
  assert.equal(code, 0, JSON.stringify(checks.filter(({ verdict }) => verdict !== "pass")));
};
