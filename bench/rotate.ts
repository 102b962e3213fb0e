/** How long a rotation of a three-node etcd takes beside what nobody can do without: the restarts, and waiting until the cluster is whole again. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { grpcEtcd } from "../src/adapters/etcd/grpc-etcd.ts";
import type { Plan } from "../src/core/model/plan.ts";
import { clientTarget } from "../src/engine/etcd/connect.ts";
import { initialise, startEtcd } from "../tools/demo/act-one.ts";
import { certwrightProgram } from "../tools/demo/certwright.ts";
import { findEtcd } from "../tools/demo/find-etcd.ts";
import { setStage, type Stage } from "../tools/demo/stage.ts";
import type { RunningCluster } from "../tools/etcd-cluster/start.ts";
import { pause } from "../tools/etcd-load/failover.ts";
import type { Figure } from "./figure.ts";

type Protocol = "bundle" | "cross-signed";

const quiet = { say: () => {}, step: () => () => {}, mark: () => {} };
/** Between two looks whether the cluster is whole; an answer takes a few milliseconds. */
const lookPause = 50;
const applyDeadline = 300_000;

/** Whether every member answers and all have the same leader. */
const isWhole = async ({ cluster, folder }: Stage): Promise<boolean> => {
  const read = (file: string): string => readFileSync(join(folder, "clients/root", file), "utf8");
  const credentials = {
    ca: read("server-ca.crt"),
    certificate: read("client.crt"),
    key: read("client.key"),
  };
  const answers = await Promise.all(
    cluster.members.map(async (member) => {
      const connection = await grpcEtcd.connect(clientTarget(member), credentials, 1000);
      const answer = await connection.status();
      connection.close();
      return answer.ok ? answer.value.leaderId : 0n;
    }),
  );
  return answers[0] !== 0n && new Set(answers).size === 1;
};

/** Milliseconds of each restart from being asked for until the cluster was whole, seen from beside while it goes on. */
const watchRestarts = (stage: Stage, running: RunningCluster) => {
  const waits: number[] = [];
  const stopping = new AbortController();
  const looking = (async () => {
    while (!stopping.signal.aborted) {
      const next = running.restarts()[waits.length];
      if (next !== undefined && (await isWhole(stage))) {
        waits.push(performance.now() - next.askedAt);
      } else await pause(lookPause);
    }
  })();
  return {
    stop: async (): Promise<readonly number[]> => {
      stopping.abort();
      await looking;
      return waits;
    },
  };
};

interface PhaseTime {
  readonly id: string;
  readonly milliseconds: number;
}

const apply = async (stage: Stage, planFile: string): Promise<readonly PhaseTime[]> => {
  const child = spawn(
    process.execPath,
    [...certwrightProgram, "apply", planFile, "--yes", "--approve", "all", "-o", "json"],
    { cwd: stage.folder, env: stage.env, stdio: ["ignore", "pipe", "inherit"] },
  );
  const timer = setTimeout(() => child.kill("SIGTERM"), applyDeadline);
  const begun = new Map<string, number>();
  const ended = new Map<string, number>();
  createInterface({ input: child.stdout }).on("line", (line) => {
    const { event } = JSON.parse(line) as { event?: { step?: string } };
    const phase = event?.step?.split(".")[0];
    if (phase === undefined) return;
    if (!begun.has(phase)) begun.set(phase, performance.now());
    ended.set(phase, performance.now());
  });
  const { promise, resolve } = Promise.withResolvers<number | null>();
  child.on("close", resolve);
  const code = await promise;
  clearTimeout(timer);
  if (code !== 0) throw new Error(`apply ended with ${code}`);
  return [...begun].map(([id, at]) => ({ id, milliseconds: ended.get(id)! - at }));
};

const seconds = (milliseconds: number): number => Number((milliseconds / 1000).toFixed(1));

/** `npm run bench -- rotate`: seconds of the whole apply against the sum of the waits that it could not avoid. */
export const run = async (protocol: Protocol): Promise<Figure> => {
  const etcd = await findEtcd();
  if ("missing" in etcd) throw new Error(`there is no etcd: ${etcd.missing}`);
  const folder = mkdtempSync(join(tmpdir(), "certwright-bench-"));
  const signal = new AbortController().signal;
  const programs = dirname(etcd.etcd);
  const stage = await setStage({ folder, version: etcd.version, programs, story: quiet, signal });
  let running: RunningCluster | undefined;
  try {
    await initialise(stage);
    running = await startEtcd(stage, etcd, () => {});
    const { peer, server, client } = stage.cluster.issuers;
    const planFile = "rotation.plan.json";
    await stage.ask([
      "plan",
      "rotate",
      peer,
      server,
      client,
      "--protocol",
      protocol,
      "--out",
      planFile,
    ]);
    const plan = JSON.parse(readFileSync(join(folder, planFile), "utf8")) as Plan;
    const watched = watchRestarts(stage, running);
    const started = performance.now();
    const phases = await apply(stage, planFile);
    const took = performance.now() - started;
    const waits = await watched.stop();
    const unavoidable = waits.reduce((sum, one) => sum + one, 0);
    for (const { id, milliseconds } of phases) {
      process.stderr.write(`  ${id}: ${seconds(milliseconds)} s\n`);
    }
    process.stderr.write(
      `  ${waits.length} restarts until whole: ${waits.map(seconds).join(" + ")} s\n`,
    );
    return {
      name: `rotate a three-node etcd (${plan.goal.kind === "rotate" ? plan.goal.protocol : ""})`,
      ours: seconds(took),
      peer: seconds(unavoidable),
      ratio: Number((took / unavoidable).toFixed(2)),
      unit: "s of certwright apply beside the sum of restarts and health; less is better",
    };
  } finally {
    await running?.stop();
    rmSync(folder, { recursive: true, force: true });
  }
};
