import type { FoundNode } from "../../core/discovery/discovery.ts";
import { failure } from "../../core/errors/certwright-error.ts";
import type { NodeSession } from "../../ports/node.ts";
import type { DiscoveryContext } from "./context.ts";
import { openNode } from "./look-at-node.ts";

/** A machine that is known by an address only, while it is open. */
export interface Machine {
  readonly node: FoundNode;
  readonly session: NodeSession;
}

/** `hostname` answers at once. */
const deadline = 10_000;

/** Opens it, asks what it is called, and lets `work` look. Throws discovery.unreachable, node.*. */
export const onMachine = async <T>(
  context: DiscoveryContext,
  address: string,
  work: (machine: Machine) => Promise<T>,
): Promise<T> => {
  const opened = await openNode(context, { name: address, addresses: [address] });
  if (opened.session === undefined) {
    const nodes = [{ node: address, why: opened.error.message }];
    throw failure("discovery.unreachable", { nodes, configuration: context.ssh.configuration });
  }
  const { session, way } = opened;
  try {
    const { stdout } = await session.run(["hostname"], { deadline });
    const [name = ""] = stdout.trim().split(".");
    const node = { name: name === "" ? address : name, addresses: [address], ssh: way };
    return await work({ node, session });
  } finally {
    await session.close();
  }
};
