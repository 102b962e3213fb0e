import { spawn, type ChildProcess } from "node:child_process";
import { closeSync, mkdirSync, openSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { EtcdCluster, EtcdMember } from "../../src/core/model/estate.ts";
import { endpointOf } from "../../src/engine/etcd/connect.ts";
import { memberPaths } from "../../src/engine/etcd/layout.ts";
import { untilReady } from "./until-ready.ts";
import type { ServiceVerb } from "./service-verb.ts";
import { supervise } from "./supervise.ts";

/** Which of the written configurations a member is started from. */
export type ConfigurationForm = "yaml" | "environment" | "unit";

export interface StartOptions {
  /** Read from the estate whose files were written in place. */
  readonly cluster: EtcdCluster;
  /** Path of the etcd program. */
  readonly etcd: string;
  /** One for each member, in order; "unit" when there are fewer. */
  readonly forms?: readonly ConfigurationForm[];
  /** Folder for one log file a member. */
  readonly logs: string;
  /** Path of the socket where restarts are asked for, as the estate's services do; without it nobody can. */
  readonly supervisor?: string;
}

export interface RunningMember {
  readonly name: string;
  /** Of the process that runs now, or that ran last. */
  readonly pid: number;
  readonly endpoint: string;
  readonly log: string;
}

export interface Restart {
  readonly member: string;
  /** By performance.now(): when it was asked for, and when the new process was begun. */
  readonly askedAt: number;
  readonly begunAt: number;
}

export interface RunningCluster {
  readonly members: readonly RunningMember[];
  /** As `systemctl restart|stop|start`: resolves when the old process has ended and the new one has begun. */
  serve(verb: ServiceVerb, member: string): Promise<void>;
  /** Every start of a member after its first, in order. */
  restarts(): readonly Restart[];
  /** Ends the members, by SIGTERM and then by force. */
  stop(): Promise<void>;
}

/**
 * The last of the members finds no one to hand its leadership to and would wait 7 s for it (server/etcdserver,
 * TransferLeadership). Its log is on the disk already, so that being killed costs nothing.
 */
const stopDeadline = 1000;
/** systemd's own is 90 s; etcd needs up to 7 s for giving its leadership away. */
const restartDeadline = 15_000;

/** Starts the members and waits until each answers a linearizable read as root, which needs a quorum. */
export const startCluster = async (options: StartOptions): Promise<RunningCluster> => {
  const { cluster, etcd, logs, forms = [], supervisor } = options;
  mkdirSync(logs, { recursive: true });
  const started = cluster.members.map((member, i) => {
    const log = join(logs, `${member.name}.log`);
    const start = (): ChildProcess => startMember(member, forms[i] ?? "unit", etcd, log);
    return { member, log, start, child: start() };
  });
  const restarts: Restart[] = [];
  const serve = async (verb: ServiceVerb, name: string): Promise<void> => {
    const one = started.find(({ member }) => member.name === name);
    if (one === undefined) throw new Error(`no member is called "${name}"`);
    const askedAt = performance.now();
    if (verb !== "start") await endProcess(one.child, restartDeadline);
    if (verb === "stop" || isRunning(one.child)) return;
    one.child = one.start();
    restarts.push({ member: name, askedAt, begunAt: performance.now() });
  };
  const service = supervisor === undefined ? undefined : await supervise(supervisor, serve);
  const stop = async (): Promise<void> => {
    process.off("exit", killAll);
    await service?.close();
    await Promise.all(started.map(({ child }) => endProcess(child, stopDeadline)));
  };
  const killAll = (): void => {
    for (const { child } of started) child.kill("SIGKILL");
  };
  // A test or a demo that dies must not leave etcd behind.
  process.on("exit", killAll);
  try {
    await Promise.all(
      started.map(({ member, child, log }) =>
        untilReady(cluster, member, () => (isRunning(child) ? undefined : tail(log))),
      ),
    );
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    members: started.map((one) => ({
      name: one.member.name,
      get pid() {
        return one.child.pid!;
      },
      endpoint: endpointOf(one.member),
      log: one.log,
    })),
    serve,
    restarts: () => restarts,
    stop,
  };
};

const startMember = (
  member: EtcdMember,
  form: ConfigurationForm,
  etcd: string,
  log: string,
): ChildProcess => {
  const paths = memberPaths(member);
  const descriptor = openSync(log, "a");
  const child = spawn(etcd, form === "yaml" ? ["--config-file", paths.yaml] : [], {
    // Nothing else of our own environment: an ETCD_ variable in it would be a setting.
    env: {
      PATH: process.env["PATH"],
      ...(form === "environment" ? variablesOf(paths.environment) : {}),
      ...(form === "unit" ? variablesOf(environmentFileOf(paths.unit)) : {}),
    },
    stdio: ["ignore", descriptor, descriptor],
  });
  closeSync(descriptor);
  return child;
};

/** The way systemd gets from the unit to the configuration. */
const environmentFileOf = (unit: string): string => {
  const path = /^EnvironmentFile=(.+)$/m.exec(readFileSync(unit, "utf8"))?.[1];
  if (path === undefined) throw new Error(`${unit} names no EnvironmentFile`);
  return path;
};

/** What systemd and a shell read; our own files quote with double quotes only. */
const variablesOf = (path: string): Record<string, string> =>
  Object.fromEntries(
    readFileSync(path, "utf8")
      .split("\n")
      .filter((line) => line !== "" && !line.startsWith("#"))
      .map((line) => {
        const cut = line.indexOf("=");
        const value = line.slice(cut + 1);
        const bare = value.startsWith('"')
          ? value.slice(1, -1).replaceAll(/\\([\\"$`])/g, "$1")
          : value;
        return [line.slice(0, cut), bare];
      }),
  );

const tail = (log: string): string => readFileSync(log, "utf8").split("\n").slice(-20).join("\n");

const isRunning = (child: ChildProcess): boolean =>
  child.exitCode === null && child.signalCode === null && child.pid !== undefined;

const endProcess = async (child: ChildProcess, deadline: number): Promise<void> => {
  if (!isRunning(child)) return;
  const { promise, resolve } = Promise.withResolvers<void>();
  child.once("exit", () => resolve());
  child.kill("SIGTERM");
  const timer = setTimeout(() => child.kill("SIGKILL"), deadline);
  await promise;
  clearTimeout(timer);
};
