import type { Instant } from "../../src/core/model/certificate.ts";
import type { Edge, SlotId } from "../../src/core/model/inventory.ts";
import { isAccepted } from "./certificate.ts";
import type { SimulatedEstate, SlotFile } from "./state.ts";

/** Which file of a slot counts: what the process has read, or what lies there. */
export type Look = (slot: SlotId) => SlotFile;

/** Milliseconds since 1970 by the clock of the consumer's machine. */
export const clockOf = (estate: SimulatedEstate, node: string | undefined): Instant =>
  (node === undefined ? estate.clock : estate.nodes.get(node)!.clock).now();

/**
 * Why a handshake over the edge fails, in words; undefined when it succeeds.
 * `trueTime`: as if every machine's clock were right.
 */
export const edgeFault = (
  estate: SimulatedEstate,
  edge: Edge,
  look: Look,
  trueTime = false,
): string | undefined => {
  const time = (node: string | undefined): Instant =>
    trueTime ? estate.trueTime() : clockOf(estate, node);
  const client = estate.consumers.get(edge.client)!;
  const server = estate.consumers.get(edge.server)!;
  const fault = (
    presents: SlotId | undefined,
    trusts: SlotId | undefined,
    node: string | undefined,
  ): string | undefined => {
    if (presents === undefined || trusts === undefined) return undefined;
    const { key, certificates } = look(presents);
    if (key !== certificates[0]?.key) return `${presents} has a key that is not its certificate's`;
    return isAccepted(certificates, look(trusts).certificates, time(node))
      ? undefined
      : `${trusts} does not accept ${presents}`;
  };
  return (
    fault(edge.serverPresents, edge.clientTrusts, client.node) ??
    fault(edge.clientPresents, edge.serverTrusts, server.node)
  );
};
