import { spawn, type ChildProcess } from "node:child_process";
import { closeSync, mkdirSync, openSync } from "node:fs";
import { dirname } from "node:path";
import { failure } from "../../core/errors/certwright-error.ts";
import { advertisedPeerUrl } from "../../core/estate/etcd-addresses.ts";
import type { EtcdCluster, EtcdMember, Service } from "../../core/model/estate.ts";
import { memberPaths } from "../../engine/etcd/layout.ts";
import type { Nodes, RunResult } from "../../ports/node.ts";
import { runToEnd } from "../backup/run-to-end.ts";

/** Members of a scratch cluster as processes of this one. */
export interface ScratchMembers {
  /** Machines whose service commands restart these members. */
  readonly nodes: Nodes;
  /** Fills every member's data folder from one snapshot. Throws rehearsal.restore-failed. */
  restore(restorer: string, snapshot: string): Promise<void>;
  start(): void;
  /** Ends all of them. Twice is once. */
  stop(): Promise<void>;
}

/** First word of a command that no shell and no kernel ever sees. */
const serviceWord = "certwright-rehearsal-service";
/** A member that leads hands over first, which takes up to an election (1 s) and a bit; etcd's own limit is 7 s. */
const stopDeadline = 8000;
/** A database of etcd's largest recommended size, 8 GiB, is copied in that time from and to a slow disk. */
const restoreDeadline = 600_000;

export const scratchService = (member: string): Service => ({
  kind: "command",
  restart: [serviceWord, "restart", member],
  stop: [serviceWord, "stop", member],
  start: [serviceWord, "start", member],
});

export const openScratchMembers = (cluster: EtcdCluster, real: Nodes): ScratchMembers => {
  const running = new Map<string, ChildProcess>();
  const begin = (member: EtcdMember): void => {
    const log = openSync(`${member.configDirectory}/etcd.log`, "a", 0o600);
    const child = spawn(cluster.binary, ["--config-file", memberPaths(member).yaml], {
      // Nothing of our own environment: an ETCD_ variable in it would be a setting.
      env: {},
      stdio: ["ignore", log, log],
    });
    closeSync(log);
    // A program that cannot be started is a member that does not answer, and its log says nothing.
    child.on("error", () => running.delete(member.name));
    running.set(member.name, child);
  };
  const killAll = (): void => {
    for (const child of running.values()) child.kill("SIGKILL");
  };
  process.on("exit", killAll);
  const serve = async (verb: string, name: string): Promise<RunResult> => {
    const member = cluster.members.find((one) => one.name === name);
    if (member === undefined) return { code: 1, stdout: "", stderr: `no member ${name}` };
    if (verb !== "start") await end(running.get(name));
    if (verb !== "stop") begin(member);
    return { code: 0, stdout: "", stderr: "" };
  };
  return {
    nodes: {
      open: async (node) => {
        const session = await real.open(node);
        return {
          ...session,
          run: (command, options) => {
            const [word, verb = "", name = ""] = command;
            return word === serviceWord ? serve(verb, name) : session.run(command, options);
          },
        };
      },
    },
    restore: async (restorer, snapshot) => {
      for (const member of cluster.members)
        await restoreMember(cluster, member, restorer, snapshot);
    },
    start: () => cluster.members.forEach(begin),
    stop: async () => {
      process.off("exit", killAll);
      await Promise.all([...running.values()].map(end));
    },
  };
};

const end = async (child: ChildProcess | undefined): Promise<void> => {
  if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const { promise, resolve } = Promise.withResolvers<void>();
  child.once("exit", () => resolve());
  child.once("error", () => resolve());
  child.kill("SIGTERM");
  const timer = setTimeout(() => child.kill("SIGKILL"), stopDeadline);
  await promise;
  clearTimeout(timer);
};

/** Fills a member's data folder from a snapshot, by the program of that path. Throws rehearsal.restore-failed. */
export const restoreMember = async (
  cluster: EtcdCluster,
  member: EtcdMember,
  restorer: string,
  snapshot: string,
): Promise<void> => {
  mkdirSync(dirname(member.dataDirectory), { recursive: true, mode: 0o700 });
  const ran = await runToEnd(
    restorer,
    [
      "snapshot",
      "restore",
      snapshot,
      "--name",
      member.name,
      "--data-dir",
      member.dataDirectory,
      "--initial-cluster",
      initialCluster(cluster),
      "--initial-cluster-token",
      cluster.name,
      "--initial-advertise-peer-urls",
      advertisedPeerUrl(member),
    ],
    // 3.4's etcdctl asks which interface is meant.
    { deadline: restoreDeadline, env: { ETCDCTL_API: "3" } },
  );
  if (ran.code !== 0) {
    throw failure("rehearsal.restore-failed", { member: member.name, restorer, why: ran.why });
  }
};

const initialCluster = ({ members }: EtcdCluster): string =>
  members.map((member) => `${member.name}=${advertisedPeerUrl(member)}`).join(",");
