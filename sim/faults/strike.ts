import type { SimulatedConsumer, SimulatedNode } from "../estate/state.ts";
import type { SlotId } from "../../src/core/model/inventory.ts";
import { isHome } from "../../src/core/plan/signers.ts";
import { keyNamed, makeCertificate } from "../estate/certificate.ts";
import { placeFile, slotsBeside, stopProcess } from "../estate/process.ts";
import { kubeadmPair } from "../estate/signing.ts";
import type { SimulatedEstate, SlotFile } from "../estate/state.ts";
import { symbolicDigest } from "../symbolic-digest.ts";
import type { Simulation } from "../simulation.ts";
import { comeUp, electionTime, holdElection } from "../world/effects.ts";
import { describeFault, type Edit, type Fault } from "./fault.ts";

/** Faults that strike the estate; those of engines and people are the operator's business. */
export const strikeEstate = (
  simulation: Simulation,
  fault: Fault,
  asFound: ReadonlyMap<string, SlotFile>,
): void => {
  const { estate, schedule, history } = simulation;
  const note = (who: string): void => {
    history.record("fault", describeFault(fault, editable(estate)), who);
    simulation.disturbedAt = schedule.now();
  };
  switch (fault.kind) {
    case "cut": {
      const node = nth([...estate.nodes.values()], fault.node);
      note(node.name);
      node.cutUntil = Math.max(node.cutUntil, schedule.now() + fault.lasting);
      return;
    }
    case "crash": {
      const consumer = nth([...estate.consumers.values()].filter(isProcess), fault.consumer);
      if (consumer.state !== "up") return;
      note(consumer.id);
      crash(simulation, consumer, fault.lasting);
      return;
    }
    case "clock-step":
    case "clock-drift": {
      const clocks: readonly Pick<SimulatedNode, "name" | "clock">[] = [
        // A client's restart is proved by clocks alone: one that is set in that very moment is out of the model.
        ...[...estate.nodes.values()].filter(({ name }) => !name.endsWith("-host")),
        ...([...estate.consumers.values()].some(({ node }) => node === undefined)
          ? []
          : [{ name: "operator", clock: estate.clock }]),
      ];
      const { name, clock } = nth(clocks, fault.node);
      note(name);
      // What is issued an hour ahead is refused by everybody, and no order of steps helps: the operator's clock is
      // looked at before a plan is made, and only steps of seconds are modelled after that.
      const most = name === "operator" ? 20_000 : Infinity;
      if (fault.kind === "clock-step") clock.step(Math.max(-most, Math.min(most, fault.by)));
      else clock.drift(fault.rate);
      simulation.changed("a clock");
      return;
    }
    case "edit":
      note("somebody");
      editSlot(simulation, nth(editable(estate), fault.slot), fault.how, asFound);
      return;
    case "kubeadm-renew":
      renewByKubeadm(simulation, fault.node, note);
      return;
    default:
  }
};

const nth = <T>(list: readonly T[], index: number): T => list[index % list.length]!;

/** A program dies and comes back by itself, with whatever lies on its disk by then. */
const crash = (simulation: Simulation, consumer: SimulatedConsumer, lasting: number): void => {
  const { estate, schedule, chance } = simulation;
  stopProcess(estate, consumer.id, "itself", schedule.now());
  const { pid } = consumer;
  simulation.changed(`${consumer.id} died`);
  const unled = consumer.redundancy === "standby" ? electionTime(simulation, consumer) : undefined;
  schedule.after(unled ?? 1000 + chance.below(1000), () =>
    holdElection(simulation, consumer.group),
  );
  const back = (): void => {
    if (consumer.pid !== pid) return;
    comeUp(simulation, consumer.id, 100 + chance.below(1500), false);
    simulation.disturbedAt = schedule.now();
  };
  const healed = Math.max(0, simulation.healAt - schedule.now());
  schedule.after(Math.min(lasting, healed), back);
};

/** A person writes a file: no connection that verifies fails through this alone, unless the run goes on over it. */
const editSlot = (
  simulation: Simulation,
  id: SlotId,
  how: Edit,
  asFound: ReadonlyMap<string, SlotFile>,
): void => {
  const { estate, schedule } = simulation;
  const slot = estate.slots.get(id)!;
  if (slot.edited !== undefined) return;
  const before = slot.disk;
  const salt = symbolicDigest(`${before.bytes} by hand at ${schedule.now()}`);
  const stranger = estate.strangers[0]!;
  const file =
    how === "restore-old"
      ? asFound.get(id)!
      : how === "touch" || slot.facts.role === "presents"
        ? { ...before, bytes: salt }
        : { ...before, bytes: salt, certificates: [...before.certificates, stranger] };
  if (file.bytes === before.bytes) return;
  replaceByHand(simulation, id, file, how);
  simulation.changed(`${id} edited by hand`);
};

const replaceByHand = (
  { estate, schedule }: Simulation,
  id: SlotId,
  file: Omit<SlotFile, "changedAt">,
  what: string,
): void => {
  const { disk: before } = estate.slots.get(id)!;
  placeFile(estate, id, file);
  for (const slot of slotsBeside(estate, id)) {
    slot.edited = { before, at: schedule.now(), what };
  }
};

/** Files that people write: not a CA's key, and not what programs publish by themselves. */
export const editable = ({ slots }: SimulatedEstate): readonly SlotId[] =>
  [...slots].flatMap(([id, { facts }]) =>
    facts.role === "signs" || facts.place.form?.kind === "object" ? [] : [id],
  );

const isProcess = ({ program, service }: SimulatedConsumer): boolean =>
  program !== "object" && program !== "kubeadm" && service !== "rollout";

const byKubeadm = "kubeadm certs renew";

/** kubeadm takes the CA that stands first in its bundle, and does nothing when the key beside it is another one's. */
const renewByKubeadm = (
  simulation: Simulation,
  node: number,
  note: (who: string) => void,
): void => {
  const { estate } = simulation;
  const homes = [...estate.slots.values()].filter(({ facts }) => isHome(facts));
  if (homes.length === 0) return;
  const { node: name = "" } = nth(homes, node).facts.place;
  note(name);
  for (const home of homes) {
    const pair = kubeadmPair(estate, home.facts.id);
    const [ca] = pair.certificates;
    if (home.facts.place.node !== name || !pair.good || ca === undefined) continue;
    for (const [id, { facts, disk, edited }] of estate.slots) {
      const { place, role, issuer } = facts;
      if (place.node !== name || role !== "presents" || issuer !== home.facts.issuer) continue;
      if (place.form?.kind === "kubelet-pem" || edited !== undefined) continue;
      const words = `${id} by kubeadm at ${simulation.schedule.now()}`;
      const now = estate.nodes.get(name)!.clock.now();
      const leaf = makeCertificate(words, {
        key: keyNamed(words),
        signedBy: ca.key,
        ca: false,
        issuer,
        generation: ca.generation,
        subject: disk.certificates[0]?.subject ?? `CN=${id}`,
        notBefore: now - 300_000,
        notAfter: now + 365 * 86_400_000,
      });
      const file = { ...disk, certificates: [leaf], key: leaf.key, bytes: symbolicDigest(words) };
      replaceByHand(simulation, id, file, byKubeadm);
    }
  }
  simulation.changed(byKubeadm);
};

/** The estate is changed by somebody before certwright begins: what was planned on it is stale. */
export const changeEstate = (simulation: Simulation, fault: Fault): boolean => {
  if (fault.kind !== "estate-changed") return false;
  const { estate, history } = simulation;
  const id = nth(editable(estate), fault.slot);
  const slot = estate.slots.get(id)!;
  const { certificates } = slot.disk;
  const added =
    slot.facts.role === "trusts" ? [...certificates, estate.strangers[0]!] : certificates;
  placeFile(estate, id, {
    ...slot.disk,
    certificates: [...new Set(added)],
    bytes: symbolicDigest(`${slot.disk.bytes} changed before apply`),
  });
  history.record("fault", describeFault(fault, editable(estate)), "before apply");
  return true;
};

/** The person takes back what was written by hand. */
export const undoEdits = (simulation: Simulation): number => {
  const { estate } = simulation;
  let undone = 0;
  for (const [id, slot] of estate.slots) {
    if (slot.edited === undefined) continue;
    const { before, what } = slot.edited;
    // A leaf that kubeadm renewed is a renewed leaf.
    if (what === byKubeadm && simulation.plan?.goal.kind === "renew") continue;
    // Not with `cp -p`: the file is new, and looks it.
    for (const one of slotsBeside(estate, id)) {
      one.takenBack = [...(one.takenBack ?? []), one.disk];
      delete one.edited;
    }
    placeFile(estate, id, before);
    undone++;
    simulation.history.record("operator", "takes back", id);
  }
  // What API servers have published of it stays until somebody takes it out.
  for (const [id, { facts, disk }] of estate.slots) {
    const ours = disk.certificates.filter(({ issuer }) => issuer !== "");
    if (facts.source === undefined || ours.length === disk.certificates.length) continue;
    const bytes = symbolicDigest(ours.map(({ fingerprint }) => fingerprint).join(" "));
    placeFile(estate, id, { ...disk, certificates: ours, bytes });
    undone++;
  }
  if (undone > 0) simulation.disturbedAt = simulation.schedule.now();
  simulation.changed("edits taken back");
  return undone;
};
