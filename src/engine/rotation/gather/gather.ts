import { inventoryDigest } from "../../../core/inventory/parts.ts";
import type { Estate } from "../../../core/model/estate.ts";
import type { Digest, EstateVersion, Inventory } from "../../../core/model/inventory.ts";
import type { PlanFinding } from "../../../core/plan/finding.ts";
import { lookAround } from "../look.ts";
import type { RotationPorts } from "../ports.ts";
import { layoutOf } from "../layout.ts";
import { openStandpoint } from "../standpoint.ts";
import { withApplications } from "./applications.ts";
import { blindSpots } from "./blind-spots.ts";
import { certificateFacts } from "./certificates.ts";
import { gatherConsumers } from "./consumers.ts";
import { contradictions } from "./contradictions.ts";
import { holderFacts } from "./holders.ts";
import { gatherIssuers } from "./issuers.ts";
import { gatherNodes } from "./nodes.ts";
import { presentLayout } from "./present-layout.ts";
import { gatherSlots } from "./slots.ts";
import { tokenFacts } from "./token-facts.ts";

export interface GatherOptions {
  readonly ports: RotationPorts;
  readonly estate: Estate;
  readonly version: EstateVersion;
  /** Milliseconds for one handshake or one call of etcd's. */
  readonly deadline: number;
  /** Told what is being looked at, in words. */
  readonly progress?: (what: string) => void;
}

export interface Gathered {
  readonly inventory: Inventory;
  /** Where the estate and reality contradict each other, so that planning over it makes no sense. */
  readonly findings: readonly PlanFinding[];
}

/** Looks at everything a plan depends on, side by side, and changes nothing. What cannot be seen is in the inventory as that. */
export const gather = async ({
  ports,
  estate,
  version,
  deadline,
  progress = () => undefined,
}: GatherOptions): Promise<Gathered> => {
  const whole = openStandpoint(ports, estate, deadline);
  try {
    progress("the CA");
    const applications = await withApplications(lookAround(whole), estate);
    const all = { ...whole, layout: layoutOf(applications.estate) };
    const layout = await presentLayout(lookAround(all));
    const look = lookAround({ ...whole, layout });
    const issuers = await gatherIssuers(look);
    progress(`${layout.consumers.size} programs and their machines`);
    const [nodes, slots, consumers] = await Promise.all([
      gatherNodes(look),
      gatherSlots(look, issuers),
      gatherConsumers(look),
    ]);
    progress("what they are and should be");
    const [blind, findings] = await Promise.all([
      blindSpots(look, issuers, nodes),
      contradictions(look, issuers, nodes),
    ]);
    const holders = holderFacts(layout);
    const tokens = await tokenFacts(look, issuers);
    const facts = {
      format: "certwright.inventory/1",
      takenAt: ports.clock.now(),
      estate: version,
      certificates: await certificateFacts(look),
      issuers,
      nodes: nodes.map(({ facts: one }) => one),
      consumers,
      slots,
      edges: [...layout.edges.values()],
      blind: [...blind, ...applications.blind],
      ...(holders.length === 0 ? {} : { holders }),
      ...(tokens.length === 0 ? {} : { tokens }),
    } as const;
    const digest = inventoryDigest({ ...facts, digest: "" as Digest }, ports.digests);
    return {
      inventory: { ...facts, digest },
      findings: [...applications.findings, ...findings],
    };
  } finally {
    await whole.close();
  }
};
