import type { EdgeId } from "../../src/core/model/inventory.ts";
import { edgeFault } from "../estate/verify-edge.ts";
import type { SimulatedSlot, SlotFile } from "../estate/state.ts";
import { type Simulation, violate } from "../simulation.ts";

const isTakenBack = ({ takenBack = [], memory }: SimulatedSlot): boolean =>
  takenBack.includes(memory);

/**
 * Promise 5: at no instant does an edge fail to verify. Asked at every change of the world, of everything that runs,
 * with what each process has read. Not counted is an edge that did not verify when certwright came, until it does; and
 * one that fails through nothing but what a person has written or a clock that was set meanwhile.
 */
export const createEdgeCheck = (simulation: Simulation): ((why: string) => void) => {
  const { estate } = simulation;
  const look = (id: Parameters<typeof estate.slots.get>[0]): SlotFile =>
    estate.slots.get(id)!.memory;
  /** What would be read had nobody but certwright written. */
  const ours = (id: Parameters<typeof estate.slots.get>[0]): SlotFile => {
    const slot = estate.slots.get(id)!;
    if (slot.edited === undefined) return isTakenBack(slot) ? slot.disk : slot.memory;
    return slot.memory === slot.disk ? slot.edited.before : slot.memory;
  };
  const broken = new Set<EdgeId>();
  for (const edge of estate.edges)
    if (edgeFault(estate, edge, look) !== undefined) broken.add(edge.id);
  return (why) => {
    for (const edge of estate.edges) {
      const client = estate.consumers.get(edge.client)!;
      const server = estate.consumers.get(edge.server)!;
      if (client.state !== "up" || server.state !== "up") continue;
      const fault = edgeFault(estate, edge, look);
      if (fault === undefined) {
        broken.delete(edge.id);
        continue;
      }
      if (broken.has(edge.id) || edgeFault(estate, edge, ours) === undefined) continue;
      if (edgeFault(estate, edge, ours, true) === undefined) continue;
      violate(simulation, "edge-verifies", `${edge.id}: ${fault} (${why})`);
    }
  };
};
