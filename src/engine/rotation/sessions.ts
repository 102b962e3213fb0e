import { CertwrightError } from "../../core/errors/certwright-error.ts";
import type { EstateNode } from "../../core/model/estate.ts";
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

export const openSessions = (nodes: Nodes): Sessions => {
  const open = new Map<string, Promise<NodeSession>>();
  const sessionOf = (node: EstateNode): Promise<NodeSession> => {
    const known = open.get(node.name);
    if (known !== undefined) return known;
    const fresh = nodes.open(node);
    open.set(node.name, fresh);
    // One that could not be opened is tried again by who comes next.
    fresh.catch(() => open.get(node.name) === fresh && open.delete(node.name));
    return fresh;
  };
  return {
    use: async (node = here, work) => {
      const opening = sessionOf(node);
      const session = await opening;
      try {
        return await work(session);
      } catch (error) {
        if (isLost(error) && open.get(node.name) === opening) {
          open.delete(node.name);
          session.close().catch(() => undefined);
        }
        throw error;
      }
    },
    close: async () => {
      const all = [...open.values()];
      open.clear();
      await Promise.all(
        all.map((opening) =>
          opening.then(
            (session) => session.close(),
            () => undefined,
          ),
        ),
      );
    },
  };
};

/** What may be the connection's fault and not the file's or the program's. */
const isLost = (error: unknown): boolean =>
  error instanceof CertwrightError && error.code.startsWith("node.") && error.retry !== "never";
