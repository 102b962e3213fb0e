import { failure, isFailure } from "../../core/errors/certwright-error.ts";
import { utf8Bytes, utf8Of } from "../../core/bytes/utf8.ts";
import type { EstateNode } from "../../core/model/estate.ts";
import type { Nodes, NodeSession } from "../../ports/node.ts";

// While a cluster is recovered no API holds a Lease: a file on each control plane node says whose recovery it is.

/** Whose recovery a node's is, as the file has it. */
export interface NodeLock {
  readonly run: string;
  /** "alice@bastion" */
  readonly holder: string;
}

const folder = "/var/lib/certwright";
const path = `${folder}/recovery.json`;
const runDeadline = 10_000;

/**
 * Takes every node for the run, one after the other, so that of two only one gets beyond the first. `isOwn`: whether a
 * run that has a node is of this directory, which another lock holds already. Throws recovery.of-another-run, node.*.
 */
export const takeNodes = async (
  nodes: Nodes,
  machines: readonly EstateNode[],
  lock: NodeLock,
  isOwn: (run: string) => boolean,
): Promise<void> => {
  for (const machine of machines)
    await withSession(nodes, machine, async (session) => {
      const there = await session.read(path);
      if (there !== undefined) {
        const holder = lockIn(there.bytes);
        if (holder === undefined || !isOwn(holder.run)) throw taken(session, holder);
      }
      await session.run(["mkdir", "-p", "-m", "0700", folder], { deadline: runDeadline });
      const bytes = utf8Bytes(`${JSON.stringify(lock)}\n`);
      try {
        await session.write([{ path, bytes, expect: there?.facts.digest, mode: 0o600 }]);
      } catch (error) {
        if (!isFailure(error, "node.changed")) throw error;
        const now = await session.read(path);
        throw taken(session, now === undefined ? undefined : lockIn(now.bytes));
      }
    });
};

/** Gives them back where they are still this run's. */
export const giveNodesBack = async (
  nodes: Nodes,
  machines: readonly EstateNode[],
  run: string,
): Promise<void> => {
  for (const machine of machines)
    await withSession(nodes, machine, async (session) => {
      const there = await session.read(path);
      if (there !== undefined && lockIn(there.bytes)?.run === run)
        await session.remove(path, there.facts.digest);
    });
};

const withSession = async (
  nodes: Nodes,
  machine: EstateNode,
  work: (session: NodeSession) => Promise<void>,
): Promise<void> => {
  const session = await nodes.open(machine);
  try {
    await work(session);
  } finally {
    await session.close();
  }
};

const taken = ({ name }: NodeSession, lock: NodeLock | undefined) =>
  failure("recovery.of-another-run", {
    node: name,
    path,
    holder: lock?.holder ?? "somebody",
    run: lock?.run ?? "unknown",
  });

const lockIn = (bytes: Uint8Array): NodeLock | undefined => {
  try {
    const { run, holder } = JSON.parse(utf8Of(bytes).text) as Partial<NodeLock>;
    return typeof run === "string" && typeof holder === "string" ? { run, holder } : undefined;
  } catch {
    return undefined;
  }
};
