import type { SimulatedConsumer, SimulatedNode } from "../estate/state.ts";
import { placeFile, stopProcess } from "../estate/process.ts";
import type { SimulatedEstate, SlotFile } from "../estate/state.ts";
import { symbolicDigest } from "../symbolic-digest.ts";
import type { Simulation } from "../simulation.ts";
import { comeUp, holdElection } from "../world/effects.ts";
import { describeFault, type Edit, type Fault } from "./fault.ts";

/** Faults that strike the estate; those of engines and people are the operator's business. */
export const strikeEstate = (
  simulation: Simulation,
  fault: Fault,
  asFound: ReadonlyMap<string, SlotFile>,
): void => {
  const { estate, schedule, history } = simulation;
  const note = (who: string): void => {
    history.record("fault", describeFault(fault, [...estate.slots.keys()]), who);
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
      const consumer = nth([...estate.consumers.values()], fault.consumer);
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
      editSlot(simulation, nth([...estate.slots.keys()], fault.slot), fault.how, asFound);
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
  schedule.after(1000 + chance.below(1000), () => holdElection(simulation, consumer.group));
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
  id: Parameters<SimulatedEstate["slots"]["get"]>[0],
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
  placeFile(estate, id, file);
  slot.edited = { before, at: schedule.now(), what: how };
  simulation.changed(`${id} edited by hand`);
};

/** The estate is changed by somebody before certwright begins: what was planned on it is stale. */
export const changeEstate = (simulation: Simulation, fault: Fault): boolean => {
  if (fault.kind !== "estate-changed") return false;
  const { estate, history } = simulation;
  const [id, slot] = nth([...estate.slots], fault.slot);
  const { certificates } = slot.disk;
  const added =
    slot.facts.role === "trusts" ? [...certificates, estate.strangers[0]!] : certificates;
  placeFile(estate, id, {
    ...slot.disk,
    certificates: [...new Set(added)],
    bytes: symbolicDigest(`${slot.disk.bytes} changed before apply`),
  });
  history.record("fault", describeFault(fault, [...estate.slots.keys()]), "before apply");
  return true;
};

/** The person takes back what was written by hand. */
export const undoEdits = (simulation: Simulation): number => {
  const { estate } = simulation;
  let undone = 0;
  for (const [id, slot] of estate.slots) {
    if (slot.edited === undefined) continue;
    const { before } = slot.edited;
    // Not with `cp -p`: the file is new, and looks it.
    slot.takenBack = slot.disk;
    placeFile(estate, id, before);
    delete slot.edited;
    undone++;
    simulation.history.record("operator", "takes back", id);
  }
  if (undone > 0) simulation.disturbedAt = simulation.schedule.now();
  simulation.changed("edits taken back");
  return undone;
};
