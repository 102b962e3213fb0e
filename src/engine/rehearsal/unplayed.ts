import type { Claim, Proof } from "../../core/model/claim.ts";
import type { ConsumerId } from "../../core/model/inventory.ts";
import type { Effect } from "../../core/model/plan.ts";
import type { Layout } from "../rotation/layout.ts";
import type { World } from "../../ports/world.ts";

/** A world in which nobody starts pods and no kubelet listens, and what was taken for granted in it. */
export interface PartlyPlayed {
  readonly world: World;
  /** What was not done and what was not seen, in words, each once. */
  readonly unplayed: () => readonly string[];
}

/**
 * A copy has neither kubelets nor their pods. What only those could do or show is passed over, and told at the end;
 * everything else is done and proved as ever.
 */
export const withoutPods = (inner: World, layout: Layout): PartlyPlayed => {
  const passed = new Set<string>();
  const granted = (claim: Claim, at: number): Proof | undefined => {
    const why = unseen(claim, layout);
    if (why === undefined) return undefined;
    passed.add(why);
    return {
      claim,
      verdict: "holds",
      method: "none",
      observedAt: at,
      evidence: `not rehearsed: ${why}`,
    };
  };
  return {
    unplayed: () => [...passed],
    world: {
      observe: async (claims) => {
        const wanted = claims.filter((claim) => unseen(claim, layout) === undefined);
        const proofs = await inner.observe(wanted);
        const at = proofs[0]?.observedAt ?? 0;
        let next = 0;
        return claims.map((claim) => granted(claim, at) ?? proofs[next++]!);
      },
      perform: async (effect, attempt) => {
        const why = undone(effect, layout);
        if (why === undefined) return inner.perform(effect, attempt);
        passed.add(why);
        return { kind: "done" };
      },
    },
  };
};

const isWorkload = ({ consumers }: Layout, id: string): boolean =>
  consumers.get(id as ConsumerId)?.kubernetes?.kind === "workload";

const undone = (effect: Effect, layout: Layout): string | undefined =>
  effect.kind === "consumer.restart" && isWorkload(layout, effect.consumer)
    ? `the replacement of the pods of ${effect.consumer}, which nobody starts`
    : undefined;

const unseen = (claim: Claim, layout: Layout): string | undefined => {
  const { slots, consumers, edges } = layout;
  switch (claim.kind) {
    case "healthy":
      return isWorkload(layout, claim.group)
        ? `whether the pods of ${claim.group} are well`
        : undefined;
    case "restarted":
      return isWorkload(layout, claim.consumer)
        ? `whether the pods of ${claim.consumer} are new`
        : undefined;
    case "accepts":
    case "refuses": {
      const slot = slots.get(claim.slot);
      if (slot === undefined) return undefined;
      if (isWorkload(layout, slot.consumer)) return `what the pods of ${slot.consumer} trust`;
      const listens =
        slot.port !== undefined && consumers.get(slot.consumer)?.kubernetes?.kind === "kubelet";
      return listens ? `whom ${slot.consumer} lets in at its port` : undefined;
    }
    case "verifies": {
      const edge = edges.get(claim.edge);
      return edge !== undefined && isWorkload(layout, edge.client)
        ? `what the pods of ${edge.client} trust`
        : undefined;
    }
    case "informed":
      return `whether ${claim.holder} has been told`;
    case "unused":
      return `whether nobody uses ${claim.issuer} any more: the copy is nobody's`;
    default:
      return undefined;
  }
};
