/** `npm run demo [-- --once --stand-in --act rotate -o json]`: from nothing to a three-node etcd under mutual TLS, and new CAs for it while it is used; as root also for a Kubernetes cluster, which may lose its certificates, too. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { parseArgs } from "node:util";
import type { EtcdCluster } from "../../src/core/model/estate.ts";
import type { CheckResult } from "../../src/engine/etcd/check/check-result.ts";
import { whyNoCluster } from "../../test/real/cluster/programs.ts";
import { startFleet } from "../etcd-cluster/fleet.ts";
import type { RunningCluster } from "../etcd-cluster/start.ts";
import { initialise, prove, startEtcd, tellRefusals } from "./act-one.ts";
import { changeByHand, rotateUnderLoad } from "./act-two.ts";
import { playKubernetes } from "./act-kubernetes.ts";
import { playRecover } from "./act-recover.ts";
import { findEtcd, type FoundEtcd } from "./find-etcd.ts";
import { setStage, type Stage } from "./stage.ts";
import { tell } from "./story.ts";

const usage = `usage: npm run demo [-- OPTIONS]

  --once      clean up at the end instead of leaving the cluster running
  --stand-in  do not look for etcd: TLS servers with the members' files, as where no etcd can be had
  --act ACT   "first": a cluster from nothing; "rotate": only what new CAs for it need. Default: both.
              "kubernetes": new CAs for a cluster of three masters; "recover": a cluster whose masters lose
              /etc/kubernetes gets it back. Both need root, and say what is missing
  --masters N of act "recover": 1 or 3. Default: 3
  -o json     print one JSON line {etcd, checks, refusals, seconds}, or for --act rotate {protocol, members,
              requests, failed, longestGapMs, restarts, seconds, phases}, for --act kubernetes {masters,
              version, cas, protocol, requests, failed, longestGapMs, restarts, podsRestarted, seconds,
              imposedSeconds, ratio, phases}, for --act recover {masters, case, seconds, apiGapSeconds,
              workloadFailures, lostObjects, nodesReady}; words go to standard error. Without --act it plays the first.
`;

const fail = (message: string, code: number): never => {
  process.stderr.write(`${message}\n`);
  process.exit(code);
};

const options = (() => {
  try {
    return parseArgs({
      options: {
        once: { type: "boolean", default: false },
        "stand-in": { type: "boolean", default: false },
        act: { type: "string" },
        masters: { type: "string", default: "3" },
        output: { type: "string", short: "o", default: "text" },
        help: { type: "boolean", short: "h", default: false },
      },
    }).values;
  } catch (error) {
    return fail(`${error instanceof Error ? error.message : String(error)}\n\n${usage}`, 2);
  }
})();
if (options.help) {
  process.stdout.write(usage);
  process.exit(0);
}
if (!["text", "json"].includes(options.output)) {
  fail(`-o: "${options.output}" is not text or json\n\n${usage}`, 2);
}

if (![undefined, "first", "rotate", "kubernetes", "recover"].includes(options.act)) {
  fail(`--act: "${options.act}" is not first, rotate, kubernetes or recover\n\n${usage}`, 2);
}
if (!["1", "3"].includes(options.masters)) {
  fail(`--masters: "${options.masters}" is not 1 or 3\n\n${usage}`, 2);
}

const started = performance.now();
const playsBoth = options.act === undefined && options.output === "text";
const story = tell(options.output === "json");
const interrupted = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.on(signal, () => interrupted.abort());
}
const folder = await mkdtemp(join(tmpdir(), "certwright-demo-"));
const open: { stop(): Promise<void> }[] = [];

const cleanUp = async (): Promise<void> => {
  await Promise.all(open.map((members) => members.stop()));
  await rm(folder, { recursive: true, force: true });
};

const untilInterrupted = async (): Promise<void> => {
  if (interrupted.signal.aborted) return;
  const { promise, resolve } = Promise.withResolvers<void>();
  interrupted.signal.addEventListener("abort", () => resolve(), { once: true });
  // Signals alone do not keep the process; the members' being alive is what we wait on.
  const alive = setInterval(() => {}, 60_000);
  await promise;
  clearInterval(alive);
};

/** The members' ports without a database behind them; what only etcd can answer is left out. */
const startStandIn = async ({ cluster }: Stage, why: string): Promise<void> => {
  story.say(`  No etcd is used: ${why.split("\n")[0]}.`);
  story.say("  In its place: TLS servers with the members' files, ports and way of reloading.");
  story.say("  They show certificates and refusals; there is no database, no quorum and no user,");
  story.say(
    "  so the rotation under load, which the demo goes on with where etcd is, is not shown.",
  );
  const done = story.step("starting three stand-ins");
  open.push(await startFleet(cluster));
  done(`${cluster.members.length} stand-ins listen`);
};

const writeChecks = (
  checks: readonly CheckResult[],
  refusals: readonly CheckResult[],
  etcd: { readonly version: string | null; readonly members: number; readonly real: boolean },
): void => {
  const count = (list: readonly CheckResult[]) => ({
    total: list.length,
    passed: list.filter(({ verdict }) => verdict === "pass").length,
  });
  process.stdout.write(
    `${JSON.stringify({
      etcd,
      checks: count(checks),
      refusals: { ...count(refusals), kinds: [...new Set(refusals.map(({ id }) => id))] },
      seconds: Number(((performance.now() - started) / 1000).toFixed(1)),
    })}\n`,
  );
};

const sayWhatNext = (cluster: EtcdCluster, etcdctl: string | undefined): void => {
  const [first] = cluster.members;
  const address = `${first!.node.addresses[0]!.value}:${first!.clientPort}`;
  const path = etcdctl === undefined ? "" : `PATH="${dirname(etcdctl)}:$PATH"; `;
  story.say(`
It is running. In another terminal, in this folder:
  ${path}set -a; . ${folder}/clients/shop/etcdctl.env; set +a; etcdctl put /shop/answer 42
  npm run -s certwright -- inspect ${address}
  npm run -s certwright -- etcd check --in-place -e ${folder}/certwright.yaml
Ctrl-C here stops the members and removes ${folder}.`);
};

/** From nothing to members that refuse whom they must. */
const playFirst = async (
  stage: Stage,
  etcd: FoundEtcd | { missing: string },
): Promise<RunningCluster | undefined> => {
  let running: RunningCluster | undefined;
  story.say("certwright: from nothing to a three-node etcd under mutual TLS\n");
  await initialise(stage);
  if ("missing" in etcd) await startStandIn(stage, etcd.missing);
  else running = await startEtcd(stage, etcd, (members) => open.push(members));
  const checks = await prove(stage, !("missing" in etcd));
  const refusals = tellRefusals(stage, checks);
  if (options.output === "json") {
    writeChecks(checks, refusals, {
      version: "missing" in etcd ? null : etcd.release,
      members: stage.cluster.members.length,
      real: !("missing" in etcd),
    });
  }
  if (checks.some(({ verdict }) => verdict !== "pass")) {
    throw new Error("not everything is as it must be; see above");
  }
  return running;
};

/** New CAs for the members that run, while they are used. */
const playSecond = async (
  stage: Stage,
  etcd: FoundEtcd,
  running: RunningCluster,
): Promise<void> => {
  story.say("\ncertwright: new CAs for the running cluster, with clients on it\n");
  const result = await rotateUnderLoad(stage, etcd, running);
  if (options.output === "json") process.stdout.write(`${JSON.stringify(result)}\n`);
  else {
    story.say("\nwithout certwright, for comparison\n");
    await changeByHand(stage, etcd, (members) => open.push(members));
  }
  if (result.failed > 0) throw new Error("requests failed; see above");
};

/** New CAs for a Kubernetes cluster, while it is used. It is taken down at the end: it is this process's child. */
const playThird = async (): Promise<void> => {
  const why = whyNoCluster();
  if (why !== undefined) throw new Error(why);
  const etcd = await findEtcd();
  if ("missing" in etcd) {
    throw new Error(`a backup is tried with etcd, and there is none: ${etcd.missing}`);
  }
  story.say("certwright: new CAs for a Kubernetes cluster, with clients on it\n");
  const scene = { folder, story, signal: interrupted.signal };
  const result = await playKubernetes(scene, etcd, (cluster) => open.push(cluster));
  if (options.output === "json") process.stdout.write(`${JSON.stringify(result)}\n`);
  if (result.failed > 0) throw new Error("requests failed; see above");
};

/** A cluster's certificates are deleted, and had back. */
const playFourth = async (): Promise<void> => {
  const why = whyNoCluster();
  if (why !== undefined) throw new Error(why);
  story.say("certwright: rm -rf /etc/kubernetes on every master, and back\n");
  const scene = { folder, story, signal: interrupted.signal };
  const masters = options.masters === "3" ? 3 : 1;
  const result = await playRecover(scene, masters, (part) => open.unshift(part));
  if (options.output === "json") process.stdout.write(`${JSON.stringify(result)}\n`);
  if (result.workloadFailures + result.lostObjects > 0) throw new Error("see above");
};

const play = async (): Promise<void> => {
  if (options.act === "kubernetes") return playThird();
  if (options.act === "recover") return playFourth();
  const etcd = options["stand-in"] ? { missing: "--stand-in was given" } : await findEtcd();
  const stage = await setStage({
    folder,
    version: "missing" in etcd ? "3.6" : etcd.version,
    programs: "missing" in etcd ? undefined : dirname(etcd.etcd),
    story,
    signal: interrupted.signal,
  });
  if (options.act === "rotate") {
    if ("missing" in etcd) {
      throw new Error(`a rotation under load needs an etcd, and there is none: ${etcd.missing}`);
    }
    await initialise(stage);
    const running = await startEtcd(stage, etcd, (members) => open.push(members));
    await playSecond(stage, etcd, running);
  } else {
    const running = await playFirst(stage, etcd);
    if (playsBoth && running !== undefined && !("missing" in etcd)) {
      await playSecond(stage, etcd, running);
    }
  }
  if (options.once) return;
  sayWhatNext(stage.cluster, "missing" in etcd ? undefined : etcd.etcdctl);
  await untilInterrupted();
  story.say("\nstopping the members and cleaning up");
};

try {
  await play();
} catch (error) {
  if (interrupted.signal.aborted) {
    process.stderr.write("\ninterrupted: stopping the members and cleaning up\n");
    process.exitCode = 130;
  } else {
    process.stderr.write(`demo: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  }
} finally {
  await cleanUp();
  // What was still starting ends with this process.
  if (interrupted.signal.aborted) process.exit();
}
