import { spawn } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Plan } from "../../src/core/model/plan.ts";
import { replaceAllAtOnce } from "../etcd-cluster/by-hand.ts";
import type { RunningCluster } from "../etcd-cluster/start.ts";
import type { Load } from "../load/clients.ts";
import { startLoad } from "../etcd-load/load.ts";
import type { LoadSummary } from "../load/record.ts";
import { initialise, startEtcd } from "./act-one.ts";
import { certwrightProgram } from "./certwright.ts";
import type { FoundEtcd } from "./find-etcd.ts";
import { setStage, type Stage } from "./stage.ts";

/** What `-o json` prints of act two. */
export interface RotationResult {
  readonly protocol: "bundle" | "cross-signed";
  readonly members: number;
  readonly requests: number;
  readonly failed: number;
  /** Of any client with failover. */
  readonly longestGapMs: number;
  /** Of members. */
  readonly restarts: number;
  readonly seconds: number;
  readonly phases: readonly { readonly id: string; readonly seconds: number }[];
}

const planFile = "rotation.plan.json";
/** A bundle rotation took 60 s on two cores with seven others at work. */
const applyDeadline = 600_000;

const startClients = (
  { cluster, folder }: Stage,
  { etcdctl }: Pick<FoundEtcd, "etcdctl">,
): Promise<Load> => {
  const files = join(folder, "clients", "shop");
  return startLoad({
    endpoints: cluster.members.map(({ name, node, clientPort }) => ({
      name,
      host: node.addresses[0]!.value,
      port: clientPort,
    })),
    files: {
      certificate: join(files, "client.crt"),
      key: join(files, "client.key"),
      trust: join(files, "server-ca.crt"),
    },
    prefix: "/shop/",
    etcdctl,
  });
};

/** The CAs of the running cluster are rotated by certwright, with clients on it. */
export const rotateUnderLoad = async (
  stage: Stage,
  etcd: FoundEtcd,
  running: RunningCluster,
): Promise<RotationResult> => {
  const { story, cluster, folder } = stage;
  const names = [
    ...new Set([cluster.issuers.peer, cluster.issuers.server, cluster.issuers.client]),
  ];
  const command = ["plan", "rotate", ...names, "--out", planFile];
  const planned = story.step(
    "planning from what is really there",
    `certwright ${command.join(" ")}`,
  );
  await stage.ask(command);
  const plan = JSON.parse(await readFile(join(folder, planFile), "utf8")) as Plan;
  if (plan.goal.kind !== "rotate") throw new Error(`${planFile} is no rotation`);
  const steps = plan.phases.reduce((sum, phase) => sum + phase.steps.length, 0);
  planned(`${plan.goal.protocol}: ${plan.phases.length} phases, ${steps} steps`);

  const load = await startClients(stage, etcd);
  const began = performance.now();
  const before = running.restarts().length;
  let phases: RotationResult["phases"];
  try {
    phases = await apply(stage, plan, load);
  } catch (error) {
    await load.stop();
    throw error;
  }
  const seconds = secondsSince(began);
  load.enter("after");
  const summary = await load.stop();
  tellLoad(stage, summary);
  return {
    protocol: plan.goal.protocol,
    members: cluster.members.length,
    requests: summary.requests,
    failed: summary.failed,
    longestGapMs: summary.longestGapMs,
    restarts: running.restarts().length - before,
    seconds,
    phases,
  };
};

const secondsSince = (began: number): number =>
  Number(((performance.now() - began) / 1000).toFixed(1));

/** Carries the plan out, telling each phase as it ends. */
const apply = async (
  { story, folder, env, signal }: Stage,
  plan: Plan,
  load: Load,
): Promise<RotationResult["phases"]> => {
  const args = ["apply", planFile, "--yes", "--approve", "all"];
  story.say();
  const child = spawn(process.execPath, [...certwrightProgram, ...args, "-o", "json"], {
    cwd: folder,
    stdio: ["ignore", "pipe", "pipe"],
    env,
    signal,
    killSignal: "SIGINT",
  });
  const phases: { id: string; seconds: number }[] = [];
  let current: { id: string; began: number; done: (result: string) => void } | undefined;
  const end = (): void => {
    if (current === undefined) return;
    phases.push({ id: current.id, seconds: secondsSince(current.began) });
    current.done(plan.phases.find(({ id }) => id === current?.id)?.title ?? current.id);
    current = undefined;
  };
  const enter = (id: string): void => {
    if (current?.id === id) return;
    end();
    load.enter(id);
    const command = phases.length === 0 ? `certwright ${args.join(" ")}` : undefined;
    current = { id, began: performance.now(), done: story.step(id, command) };
  };
  createInterface({ input: child.stdout }).on("line", (line) => {
    const { event } = JSON.parse(line) as { event?: { kind: string; step?: string } };
    if (event?.step !== undefined) enter(event.step.split(".")[0]!);
  });
  let words = "";
  child.stderr.setEncoding("utf8").on("data", (chunk: string) => (words += chunk));
  const { promise, resolve, reject } = Promise.withResolvers<number | null>();
  child.on("error", reject);
  child.on("close", resolve);
  const timer = setTimeout(() => child.kill("SIGTERM"), applyDeadline);
  const code = await promise;
  clearTimeout(timer);
  end();
  if (code !== 0) throw new Error(`certwright ${args.join(" ")} ended with ${code}:\n${words}`);
  return phases;
};

const tellLoad = ({ story }: Stage, summary: LoadSummary): void => {
  const { requests, failed, retried, inDoubt, longestGapMs } = summary;
  story.mark(
    failed === 0,
    `${failed} of ${count(requests)} requests failed`,
    `${retried} answered at a second try, ${inDoubt} of them in doubt before; longest gap ${(longestGapMs / 1000).toFixed(1)} s`,
  );
  const { watches } = summary;
  const missing = watches.reduce((sum, one) => sum + one.missing.length + one.outOfOrder, 0);
  const events = watches.reduce((sum, one) => sum + one.events, 0);
  const resumes = watches.reduce((sum, one) => sum + one.resumes, 0);
  story.mark(
    missing === 0,
    `${watches.length} watches missed ${missing} of ${count(events)} events`,
    `cut ${resumes} times, each went on where it was`,
  );
  const { refusals } = summary;
  story.mark(
    refusals.length === 0,
    `${refusals.length} handshakes failed for a certificate`,
    refusals[0] === undefined ? "from any client at any member" : whyRefused(refusals[0].why),
  );
};

/** The few words of OpenSSL's sentence that say it. */
const whyRefused = (why: string): string =>
  /unable to verify[^;]*|self.signed[^;.]*|alert [a-z ]+/.exec(why)?.[0] ?? why.slice(0, 60);

const count = (number: number): string => number.toLocaleString("en-GB");

/** The same change in a cluster of its own, the way it is done without certwright. */
export const changeByHand = async (
  stage: Stage,
  etcd: FoundEtcd,
  opened: (members: RunningCluster) => void,
): Promise<void> => {
  const { story, folder, signal } = stage;
  const quiet = { say: () => {}, step: () => () => {}, mark: () => {} };
  const prepared = story.step("the same cluster once more, and its files from new CAs");
  const like = { version: etcd.version, story: quiet, signal };
  const one = await setStage({ ...like, folder: join(folder, "by-hand") });
  await initialise(one);
  const running = await startEtcd(one, etcd, opened);
  const other = await setStage({ ...like, folder: join(one.folder, "new"), like: one });
  await initialise(other);
  prepared("three members, the same clients");
  const done = story.step(
    "replacing everything, restarting all at once",
    "cp -r new/. .; systemctl restart etcd  # on all members",
  );
  const load = await startClients(one, etcd);
  try {
    await replaceAllAtOnce({
      running,
      folder: one.folder,
      other: other.folder,
      enter: (phase) => load.enter(phase),
    });
  } finally {
    await afterwards();
  }
  done("all members run with the new files");
  tellLoad(stage, await load.stop());
  await running.stop();
};

/** Clients that waited come back within this. */
const afterwards = (): Promise<void> => {
  const { promise, resolve } = Promise.withResolvers<void>();
  setTimeout(resolve, 3000);
  return promise;
};
