import { CertwrightError } from "../../../core/errors/certwright-error.ts";
import type { EstateNode } from "../../../core/model/estate.ts";
import type { NodeFacts } from "../../../core/model/inventory.ts";
import { whyOf } from "../attempt.ts";
import type { Look } from "../look.ts";

export interface GatheredNode {
  readonly facts: NodeFacts;
  /** What to do about a node that is not reachable. */
  readonly cure?: string;
}

/** Each machine on which something of the cluster lies, and whether there is a way to it. */
export const gatherNodes = (look: Look): Promise<readonly GatheredNode[]> =>
  Promise.all(nodesOf(look).map((node) => gatherNode(look, node)));

const nodesOf = ({ at: { layout } }: Look): readonly EstateNode[] => {
  const nodes = [...layout.consumers.values()].flatMap(({ node }) => node ?? []);
  return [...new Map(nodes.map((node) => [node.name, node])).values()];
};

const gatherNode = async (look: Look, node: EstateNode): Promise<GatheredNode> => {
  const { name } = node;
  const access = node.access.kind;
  try {
    const { skew } = await look.at.sessions.use(node, (session) => session.clockSkew());
    return { facts: { name, access, reachable: true, clockSkew: skew } };
  } catch (error) {
    const hint = error instanceof CertwrightError ? error.hint : undefined;
    return {
      facts: { name, access, reachable: false, why: whyOf(error) },
      ...(hint === undefined ? {} : { cure: hint }),
    };
  }
};
