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

/** Names of the API's nodes by each of their addresses. */
export type NodeNames = ReadonlyMap<string, string>;

/**
 * Opens it, asks what it is called unless it is a node, and lets `work` look. Throws discovery.unreachable, node.*.
 */
export const onMachine = async <T>(
  context: DiscoveryContext,
  names: NodeNames,
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
    const name = names.get(address) ?? (await hostname(session));
    const node = { name: name === "" ? address : name, addresses: [address], ssh: way };
    return await work({ node, session });
  } finally {
    await session.close();
  }
};

const hostname = async (session: NodeSession): Promise<string> => {
  const { stdout } = await session.run(["hostname"], { deadline });
  return stdout.trim().split(".")[0] ?? "";
};
