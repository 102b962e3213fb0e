import { spawn, type ChildProcess } from "node:child_process";
import { closeSync, mkdirSync, openSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { grpcEtcd } from "../../src/adapters/etcd/grpc-etcd.ts";
import { singleKey } from "../../src/core/estate/key-range.ts";
import type { EtcdCluster, EtcdMember } from "../../src/core/model/estate.ts";
import { clientTarget, endpointOf } from "../../src/engine/etcd/connect.ts";
import { clientPaths, memberPaths } from "../../src/engine/etcd/layout.ts";

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
}

export interface RunningMember {
  readonly name: string;
  readonly pid: number;
  readonly endpoint: string;
  readonly log: string;
}

export interface RunningCluster {
  readonly members: readonly RunningMember[];
  /** Ends the members, by SIGTERM and then by force. */
  stop(): Promise<void>;
}

/** Three members of 3.4 needed 2.5 s on a machine busy with other work; ten times that and more. */
const readyDeadline = 40_000;
/**
 * The last of the members finds no one to hand its leadership to and would wait 7 s for it (server/etcdserver,
 * TransferLeadership). Its log is on the disk already, so that being killed costs nothing.
 */
const stopDeadline = 1000;

/** Starts the members and waits until each answers a linearizable read as root, which needs a quorum. */
export const startCluster = async (options: StartOptions): Promise<RunningCluster> => {
  const { cluster, etcd, logs, forms = [] } = options;
  mkdirSync(logs, { recursive: true });
  const started = cluster.members.map((member, i) => {
    const log = join(logs, `${member.name}.log`);
    return { member, log, child: startMember(member, forms[i] ?? "unit", etcd, log) };
  });
  const stop = async (): Promise<void> => {
    process.off("exit", killAll);
    await Promise.all(started.map(({ child }) => endProcess(child)));
  };
  const killAll = (): void => {
    for (const { child } of started) child.kill("SIGKILL");
  };
  // A test or a demo that dies must not leave etcd behind.
  process.on("exit", killAll);
  try {
    await Promise.all(
      started.map(({ member, child, log }) => untilReady(cluster, member, child, log)),
    );
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    members: started.map(({ member, child, log }) => ({
      name: member.name,
      pid: child.pid!,
      endpoint: endpointOf(member),
      log,
    })),
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

const untilReady = async (
  cluster: EtcdCluster,
  member: EtcdMember,
  child: ChildProcess,
  log: string,
): Promise<void> => {
  const paths = clientPaths(cluster, cluster.users[0]!);
  const credentials = {
    ca: readFileSync(paths.serverTrust, "utf8"),
    certificate: readFileSync(paths.certificate, "utf8"),
    key: readFileSync(paths.key, "utf8"),
  };
  const deadline = performance.now() + readyDeadline;
  let last = "nothing";
  while (performance.now() < deadline) {
    if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) {
      throw new Error(`${member.name} ended before it was ready:\n${tail(log)}`);
    }
    // A new connection each time: gRPC waits longer and longer between its own attempts.
    const connection = await grpcEtcd.connect(clientTarget(member), credentials, 1000);
    const answer = await connection.count(singleKey("health"));
    connection.close();
    if (answer.ok) return;
    last = answer.message;
    await pause(100);
  }
  throw new Error(
    `${member.name} was not ready after ${readyDeadline / 1000} s (last answer: ${last}):\n${tail(log)}`,
  );
};

const tail = (log: string): string => readFileSync(log, "utf8").split("\n").slice(-20).join("\n");

const endProcess = async (child: ChildProcess): Promise<void> => {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  const { promise, resolve } = Promise.withResolvers<void>();
  child.once("exit", () => resolve());
  child.kill("SIGTERM");
  const timer = setTimeout(() => child.kill("SIGKILL"), stopDeadline);
  await promise;
  clearTimeout(timer);
};

const pause = (milliseconds: number): Promise<void> => {
  const { promise, resolve } = Promise.withResolvers<void>();
  setTimeout(resolve, milliseconds);
  return promise;
};
