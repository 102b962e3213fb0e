import { copyFileSync, globSync } from "node:fs";
import { join } from "node:path";
import { pause } from "../etcd-load/failover.ts";
import type { RunningCluster } from "./start.ts";

/** A change of CA without certwright, on a running cluster whose files lie below `folder`. */
export interface ByHand {
  readonly running: RunningCluster;
  /** Of the estate whose members run. */
  readonly folder: string;
  /** Of the same estate written once more, from new CAs. */
  readonly other: string;
  /** Told of each phase as it begins. */
  enter(phase: string): void;
}

/** Milliseconds. Somebody's script takes so long for a file; on real machines it is longer. */
const betweenFiles = 20;
/** Who goes member by member looks whether the process stays up. */
const betweenMembers = 1500;

/**
 * Every file is replaced, then all members are restarted at once: what operators of large clusters report to have
 * done, "tous en même temps", because with two CAs apart there is no other moment at which all agree.
 */
export const replaceAllAtOnce = async (change: ByHand): Promise<void> => {
  const { running, enter } = change;
  enter("replace");
  await copyOver(change, "run/*/pki/*");
  await copyOver(change, "clients/*/*.{crt,key}");
  enter("restart");
  await Promise.all(running.members.map(({ name }) => running.serve("restart", name)));
};

/** One member after the other, each with the new CA alone: the careful way that splits the cluster. */
export const memberByMember = async (change: ByHand): Promise<void> => {
  const { running, enter } = change;
  for (const { name } of running.members) {
    enter(name);
    await copyOver(change, `run/${name}/pki/*`);
    await running.serve("restart", name);
    await pause(betweenMembers);
  }
  enter("clients");
  await copyOver(change, "clients/*/*.{crt,key}");
};

/** As `cp` does: what is there is truncated and written again, one file after the other. */
const copyOver = async ({ folder, other }: ByHand, pattern: string): Promise<void> => {
  for (const file of globSync(pattern, { cwd: other })) {
    copyFileSync(join(other, file), join(folder, file));
    await pause(betweenFiles);
  }
};
