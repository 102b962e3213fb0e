import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import type { TestContext } from "node:test";
import { parseEstate } from "../../src/adapters/estate/read-estate.ts";
import { etcdVersions, type EtcdCluster, type EtcdVersion } from "../../src/core/model/estate.ts";
import type { CheckResult } from "../../src/engine/etcd/check/check-result.ts";
import { componentProgram, recipeOf } from "../../tools/components/cache.ts";
import type { Recipe } from "../../tools/components/recipes.ts";
import { freePorts } from "../../src/adapters/etcd/free-ports.ts";
import { localEstate } from "../../tools/etcd-cluster/local-estate.ts";
import {
  startCluster,
  type ConfigurationForm,
  type RunningCluster,
} from "../../tools/etcd-cluster/start.ts";
import { certwright, runProgram, type Outcome } from "../cli/process.ts";
import { leaveOut } from "../left-out.ts";

export interface EtcdPrograms {
  readonly version: EtcdVersion;
  readonly etcd: string;
  readonly etcdctl: string;
}

export const etcdVersionOf = (recipe: Recipe): EtcdVersion => {
  const found = etcdVersions.find((version) => recipe.version.startsWith(`${version}.`));
  assert.ok(found, `no table knows etcd ${recipe.version}`);
  return found;
};

/** The programs of a component; says what is missing and gives undefined where they are not. */
export const etcdPrograms = (
  t: TestContext,
  component: "etcd" | "etcd-debian",
): EtcdPrograms | undefined => {
  const etcd = componentProgram(component, "etcd");
  const etcdctl = componentProgram(component, "etcdctl");
  if (etcd === undefined || etcdctl === undefined) {
    leaveOut(t, `${component} is not in the cache; npm run components ${component}`);
    return undefined;
  }
  return { version: etcdVersionOf(recipeOf(component)), etcd, etcdctl };
};

export interface Workbench {
  /** A part of the test, whose failure keeps the files too. */
  step(title: string, body: () => Promise<void>): Promise<void>;
  readonly folder: string;
  readonly cluster: EtcdCluster;
  /** What certwright is started with. */
  readonly env: Readonly<Record<string, string>>;
  path(...parts: string[]): string;
  read(...parts: string[]): string;
  certwright(...args: string[]): Promise<Outcome>;
  /** etcdctl with that user's files, or with those of `files`. */
  etcdctl(user: string, ...args: string[]): Promise<Outcome>;
  etcdctlWith(certificate: string, key: string, ...args: string[]): Promise<Outcome>;
  start(...forms: ConfigurationForm[]): Promise<RunningCluster>;
  check(
    ...args: string[]
  ): Promise<{ readonly code: Outcome["code"]; readonly checks: readonly CheckResult[] }>;
}

/** Roles and users that most tests use. */
export const appAndReader = `  roles:
    app: [{ prefix: /app/, access: readwrite }]
    reader: [{ prefix: /app/, access: read }]
  users:
    app: { roles: [app] }
    reader: { roles: [reader] }
`;

/** A folder with an estate of three members on 127.0.0.1 and a passphrase; removed unless the test fails. */
export const inWorkbench = async (
  t: TestContext,
  programs: EtcdPrograms,
  extra: string,
  body: (bench: Workbench) => Promise<void>,
): Promise<void> => {
  const folder = mkdtempSync(join(tmpdir(), "certwright-etcd-"));
  let failed = false;
  const noting = async (work: () => Promise<void>): Promise<void> => {
    try {
      await work();
    } catch (error) {
      failed = true;
      throw error;
    }
  };
  const clusters: RunningCluster[] = [];
  try {
    const bench = await openWorkbench(programs, extra, folder, clusters);
    const step = (title: string, part: () => Promise<void>): Promise<void> =>
      t.test(title, () => noting(part));
    await noting(() => body({ ...bench, step }));
  } finally {
    await Promise.all(clusters.map((cluster) => cluster.stop()));
    if (failed) t.diagnostic(`files and logs are kept in ${folder}`);
    else rmSync(folder, { recursive: true, force: true });
  }
};

const openWorkbench = async (
  programs: EtcdPrograms,
  extra: string,
  folder: string,
  clusters: RunningCluster[],
): Promise<Omit<Workbench, "step">> => {
  const path = (...parts: string[]): string => join(folder, ...parts);
  const supervisor = path("supervisor.sock");
  const ports = await freePorts(6);
  const text = localEstate({ version: programs.version, ports, extra, supervisor });
  writeFileSync(path("certwright.yaml"), text);
  writeFileSync(path("passphrase"), "a passphrase for tests\n", { mode: 0o600 });
  const cluster = parseEstate(text, path("certwright.yaml")).etcd!;
  const env = {
    // The etcd of the members, with which a backup is restored for trial.
    PATH: [dirname(programs.etcd), process.env["PATH"] ?? ""].join(delimiter),
    HOME: folder,
    CERTWRIGHT_PASSPHRASE_FILE: path("passphrase"),
  };
  const run = (...args: string[]): Promise<Outcome> =>
    certwright(args, { cwd: folder, env, deadline: 60_000 });
  const etcdctlWith = (certificate: string, key: string, ...args: string[]): Promise<Outcome> =>
    runProgram(
      programs.etcdctl,
      [
        "--endpoints",
        `127.0.0.1:${cluster.members[0]!.clientPort}`,
        "--cacert",
        path("clients/root/server-ca.crt"),
        ...(certificate === "" ? [] : ["--cert", certificate, "--key", key]),
        // Its default is 5 s, which every refusal takes in full.
        "--command-timeout=2s",
        "--dial-timeout=2s",
        ...args,
      ],
      { cwd: folder, env: { ...env, ETCDCTL_API: "3" } },
    );
  return {
    folder,
    cluster,
    env,
    path,
    read: (...parts) => readFileSync(path(...parts), "utf8"),
    certwright: run,
    etcdctlWith,
    etcdctl: (user, ...args) =>
      etcdctlWith(
        path("clients", user, "client.crt"),
        path("clients", user, "client.key"),
        ...args,
      ),
    start: async (...forms) => {
      const running = await startCluster({
        cluster,
        etcd: programs.etcd,
        forms,
        logs: path("logs"),
        supervisor,
      });
      clusters.push(running);
      return running;
    },
    check: async (...args) => {
      const outcome = await run("etcd", "check", "--in-place", "-o", "json", ...args);
      assert.notEqual(outcome.stdout, "", outcome.stderr);
      const { checks } = JSON.parse(outcome.stdout) as { checks: readonly CheckResult[] };
      return { code: outcome.code, checks };
    },
  };
};

/** Outcome with exit code 0, or the test ends with what it said. */
export const succeeded = (outcome: Outcome): Outcome => {
  assert.equal(outcome.code, 0, `${outcome.stdout}\n${outcome.stderr}`);
  return outcome;
};
