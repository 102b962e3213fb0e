import type { Instant } from "../../src/core/model/certificate.ts";
import type { ConsumerId, SlotId } from "../../src/core/model/inventory.ts";
import type { SimulatedConsumer, SimulatedEstate, SimulatedSlot, SlotFile } from "./state.ts";
import { signingPair } from "./signing.ts";
import { clockOf } from "./verify-edge.ts";

/** When a process started, as its machine tells it now. */
export const startTold = (
  estate: SimulatedEstate,
  { node, startedAt }: SimulatedConsumer,
  now: number,
): Instant => clockOf(estate, node) - (now - startedAt);

/** Changes a slot's file as one rename does; who looks at each handshake has it at once. */
export const placeFile = (
  estate: SimulatedEstate,
  id: SlotId,
  file: Omit<SlotFile, "changedAt">,
): void => {
  const { facts } = estate.slots.get(id)!;
  const placed = { ...file, changedAt: clockOf(estate, facts.place.node) };
  for (const slot of slotsBeside(estate, id)) {
    slot.disk = placed;
    if (slot.reload === "handshake") slot.memory = placed;
  }
};

/** Every slot whose file that is: its own at least. */
export const slotsBeside = (estate: SimulatedEstate, id: SlotId): readonly SimulatedSlot[] =>
  (estate.beside.get(id) ?? [id]).map((one) => estate.slots.get(one)!);

/** The process is gone; a group whose leader it was elects another one after a while. */
export const stopProcess = (
  estate: SimulatedEstate,
  id: ConsumerId,
  cause: "us" | "itself",
  now: number,
): void => {
  const consumer = estate.consumers.get(id)!;
  if (consumer.state === "up") consumer.since = now;
  consumer.state = "down";
  consumer.cause = cause;
  const group = consumer.group === undefined ? undefined : estate.groups.get(consumer.group);
  if (group?.leader === id) group.leader = undefined;
};

/**
 * The process starts and reads its files. `stale`: slots whose old file it still saw (a cached page of a network file
 * system, a container started from the image's copy). False when it does not come up: key and certificate disagree.
 */
export const startProcess = (
  estate: SimulatedEstate,
  id: ConsumerId,
  now: number,
  settle: number,
  stale = false,
): boolean => {
  const consumer = estate.consumers.get(id)!;
  for (const word of consumer.slots) {
    const slot = estate.slots.get(word)!;
    if (!(stale && slot.reload === "start")) slot.memory = slot.disk;
  }
  if (consumer.slots.some((slot) => isTornPair(estate.slots.get(slot)!))) return false;
  // ca_provider.go of kube-controller-manager: "expected 1 certificate".
  const pair = signingPair(estate, consumer);
  if (pair !== undefined && !pair.good) return false;
  consumer.state = "up";
  delete consumer.cause;
  consumer.starts++;
  consumer.pid++;
  consumer.startedAt = now;
  consumer.settledAt = now + settle;
  return true;
};

const isTornPair = ({ facts, disk }: SimulatedSlot): boolean =>
  facts.role === "presents" && disk.key !== undefined && disk.key !== disk.certificates[0]?.key;

export const membersUp = (
  estate: SimulatedEstate,
  groupName: string,
): readonly SimulatedConsumer[] =>
  estate.groups
    .get(groupName)!
    .members.map((id) => estate.consumers.get(id)!)
    .filter(({ state }) => state === "up");

/**
 * The members that are up choose a leader when they are a majority; of those who merely stand by, anybody may lead. Nobody
 * leads those of which each answers for all.
 */
export const elect = (estate: SimulatedEstate, groupName: string, now: number): void => {
  const group = estate.groups.get(groupName)!;
  const up = membersUp(estate, groupName);
  if (group.redundancy === "any") return;
  if (group.redundancy === "quorum" && up.length * 2 <= group.members.length) {
    group.leader = undefined;
    return;
  }
  if (group.leader !== undefined && up.some(({ id }) => id === group.leader)) return;
  group.leader = (up.find(({ settledAt }) => settledAt <= now) ?? up[0])?.id;
};
