import { isFailure } from "../../core/errors/certwright-error.ts";
import type { EstateNode } from "../../core/model/estate.ts";
import { limitCalls } from "../limit-calls.ts";
import type { Nodes, NodeSession } from "../../ports/node.ts";

/** One open way to each machine for as long as work goes on; one that broke is opened anew at the next use. */
export interface Sessions {
  /** Throws node.*, or whatever `work` throws. Undefined: the operator's own machine. */
  use<T>(node: EstateNode | undefined, work: (session: NodeSession) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/** Files and programs on the machine that certwright itself runs on. */
const here: EstateNode = {
  name: "this machine",
  addresses: [{ kind: "ip4", value: "127.0.0.1" }],
  access: { kind: "local" },
};

interface Way {
  readonly session: Promise<NodeSession>;
  users: number;
}

/**
 * Machines that are connected to at once: each costs a key exchange here and there (0.1 s of a core), and all of a
 * thousand at the same moment would make each late. sshd of one machine takes 10 by itself (MaxStartups).
 */
const atOnce = 32;

export const openSessions = (nodes: Nodes): Sessions => {
  const limited = limitCalls(atOnce);
  const current = new Map<string, Way>();
  const all = new Set<Way>();
  const wayTo = (node: EstateNode): Way => {
    const known = current.get(node.name);
    if (known !== undefined) return known;
    const way: Way = { session: limited(() => nodes.open(node)), users: 0 };
    current.set(node.name, way);
    all.add(way);
    return way;
  };
  const closeWay = async (way: Way): Promise<void> => {
    all.delete(way);
    // One that was never opened has nothing to close, and one that is lost cannot be closed in good order.
    await way.session.then((session) => session.close()).catch(() => undefined);
  };
  return {
    use: async (node = here, work) => {
      const way = wayTo(node);
      const isCurrent = (): boolean => current.get(node.name) === way;
      way.users += 1;
      let opened = false;
      try {
        const session = await way.session;
        opened = true;
        return await work(session);
      } catch (error) {
        if (isCurrent() && (!opened || isLost(error))) current.delete(node.name);
        throw error;
      } finally {
        way.users -= 1;
        // Others may still be under way on it: the last of them closes it.
        if (way.users === 0 && !isCurrent()) await closeWay(way);
      }
    },
    close: async () => {
      current.clear();
      await Promise.all([...all].map(closeWay));
    },
  };
};

/** What may be the connection's fault and not the file's or the program's. */
const isLost = (error: unknown): boolean =>
  isFailure(error, "node.lost") ||
  isFailure(error, "node.unreachable") ||
  isFailure(error, "node.deadline");
