import type { ConsumerId, SlotId } from "../../src/core/model/inventory.ts";
import { placeFile } from "../estate/process.ts";
import type { SimulatedConsumer, SimulatedSlot, SlotFile } from "../estate/state.ts";
import { symbolicDigest } from "../symbolic-digest.ts";
import type { Simulation } from "../simulation.ts";
import { isServed } from "./judge-claim.ts";

/**
 * What programs of a cluster do by themselves, asked after each change of the world: who watches a file reads it some
 * time later; who leads the controller-managers writes its root-ca into kube-root-ca.crt, whatever stands there; every
 * API server adds what it trusts to extension-apiserver-authentication, and none takes anything out.
 */
export const createLife = (simulation: Simulation): (() => void) => {
  const { estate, schedule, chance } = simulation;
  const watched = [...estate.slots.values()].filter(({ reload }) => reload === "watch");
  const published = [...estate.slots.values()].filter(({ facts }) =>
    facts.source?.some((id) => estate.slots.get(id)!.facts.place.form?.kind !== "object"),
  );
  if (watched.length === 0 && published.length === 0) return () => undefined;
  const noticing = new Map<SlotId, SlotFile>();
  const publishing = new Set<string>();

  /**
   * fsnotify tells at once as a rule; a minute is what they poll by (dynamic_cafile_content.go). Who dials looks again for
   * each new connection, a second after the last look (client-go transport/cert_rotation.go).
   */
  const notice = (slot: SimulatedSlot): void => {
    const { id, consumer, role, port } = slot.facts;
    const file = slot.disk;
    const dials = role === "presents" && port === undefined;
    noticing.set(id, file);
    schedule.after(chance.pick([10, 200, dials ? 1000 : 20_000]), () => {
      if (noticing.get(id) === file) noticing.delete(id);
      if (slot.disk !== file || slot.memory === file || !isUp(simulation, consumer)) return;
      slot.memory = file;
      simulation.history.record(consumer, "reads", id);
      simulation.changed(`${id} read`);
    });
  };

  const publish = (slot: SimulatedSlot, by: SimulatedConsumer, from: SimulatedSlot): void => {
    const word = `${slot.facts.id} ${by.id}`;
    if (publishing.has(word) || wanted(slot, by, from) === undefined) return;
    publishing.add(word);
    const { pid } = by;
    schedule.after(10 + chance.below(3000), () => {
      publishing.delete(word);
      const file =
        by.pid === pid && mayPublish(simulation, by) ? wanted(slot, by, from) : undefined;
      if (file === undefined) return;
      placeFile(estate, slot.facts.id, file);
      simulation.history.record(by.id, "publishes", slot.facts.id);
      simulation.changed(`${slot.facts.id} published`);
    });
  };

  return () => {
    for (const slot of watched) {
      if (slot.memory !== slot.disk && noticing.get(slot.facts.id) !== slot.disk) notice(slot);
    }
    for (const slot of published) {
      for (const source of slot.facts.source ?? []) {
        const from = estate.slots.get(source)!;
        const by = estate.consumers.get(from.facts.consumer)!;
        if (mayPublish(simulation, by)) publish(slot, by, from);
      }
    }
  };
};

const isUp = ({ estate }: Simulation, id: ConsumerId): boolean =>
  estate.consumers.get(id)!.state === "up";

const mayPublish = (simulation: Simulation, { id, group, state }: SimulatedConsumer): boolean => {
  if (state !== "up" || !isServed(simulation)) return false;
  const { redundancy, leader } = simulation.estate.groups.get(group!)!;
  return redundancy === "any" || leader === id;
};

/** What the publisher would have there; undefined when it is content. */
const wanted = (
  { disk }: SimulatedSlot,
  { redundancy }: SimulatedConsumer,
  from: SimulatedSlot,
): SlotFile | undefined => {
  const own = from.memory.certificates;
  const missing = own.filter((certificate) => !disk.certificates.includes(certificate));
  const certificates =
    redundancy === "any" ? [...disk.certificates, ...missing] : from.memory.certificates;
  if (missing.length === 0 && certificates.length === disk.certificates.length) return undefined;
  const bytes = symbolicDigest(certificates.map(({ fingerprint }) => fingerprint).join(" "));
  return { ...disk, certificates, bytes };
};
