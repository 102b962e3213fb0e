import type { Plan } from "../../src/core/model/plan.ts";
import type { ConsumerId, Slot, SlotId } from "../../src/core/model/inventory.ts";
import { isHome } from "../../src/core/plan/signers.ts";
import { kubeadmPair } from "../estate/signing.ts";
import type {
  SimulatedConsumer,
  SimulatedGeneration,
  SimulatedSlot,
  SlotFile,
} from "../estate/state.ts";
import { edgeFault } from "../estate/verify-edge.ts";
import { type Simulation, violate } from "../simulation.ts";

/** The estate before certwright came. */
export interface Before {
  readonly files: ReadonlyMap<SlotId, SlotFile>;
  /** Those whose file was not what their consumer had in memory: somebody had changed it, and nobody restarted. */
  readonly unread: ReadonlySet<SlotId>;
  readonly flags: ReadonlyMap<ConsumerId, Readonly<Record<string, string>> | undefined>;
  readonly stages: ReadonlyMap<string, readonly Pick<SimulatedGeneration, "number" | "stage">[]>;
}

export const rememberBefore = ({ estate }: Simulation): Before => ({
  files: new Map([...estate.slots].map(([id, { disk }]) => [id, disk])),
  unread: new Set(
    [...estate.slots].flatMap(([id, { disk, memory }]) => (same(memory, disk) ? [] : [id])),
  ),
  flags: new Map([...estate.consumers.values()].map(({ id, flags }) => [id, flags])),
  stages: new Map(
    [...estate.issuers].map(([issuer, generations]) => [
      issuer,
      generations.map(({ number, stage }) => ({ number, stage })),
    ]),
  ),
});

/** A closed run has done what it says: the goal is there, on disk and in memory; or everything is as it was. */
export const checkFinal = (simulation: Simulation, plan: Plan, before: Before): void => {
  const { estate, view } = simulation;
  for (const edge of estate.edges) {
    const fault = edgeFault(estate, edge, (id) => estate.slots.get(id)!.memory);
    const ends = [edge.serverPresents, edge.clientTrusts, edge.clientPresents, edge.serverTrusts]
      .filter((id) => id !== undefined)
      .map((id) => estate.slots.get(id)!);
    const ours = ends.every((slot) => !isByHand(slot) && isOurs(plan, slot.facts));
    if (fault === undefined || !ours) continue;
    if (view.verdict === "reached") violate(simulation, "goal-reached", `${edge.id}: ${fault}`);
  }
  checkSigners(simulation, before);
  if (view.verdict === "rolled-back") checkRolledBack(simulation, plan, before);
  else if (plan.goal.kind === "rotate") checkRotated(simulation, plan.goal.issuers, before);
  else if (plan.goal.kind === "renew") checkRenewed(simulation, plan.goal.slots, before);
};

/** Whether the goal is about that slot. */
const isOurs = ({ goal }: Plan, { id, issuer }: Pick<Slot, "id" | "issuer">): boolean =>
  goal.kind === "rotate"
    ? goal.issuers.includes(issuer)
    : goal.kind === "renew"
      ? goal.slots.includes(id)
      : goal.kind !== "recover" && goal.kind !== "recover-mesh" && goal.issuer === issuer;

/** Whether what a person wrote stands there, or is still what the program has: nobody but the person mends that. */
const isByHand = ({ edited, takenBack, memory }: SimulatedSlot): boolean =>
  edited !== undefined || takenBack?.includes(memory) === true;

const same = (a: SlotFile, b: SlotFile): boolean =>
  a.certificates.length === b.certificates.length &&
  a.certificates.every((certificate, index) => certificate === b.certificates[index]);

const sameSet = (a: SlotFile, b: SlotFile): boolean =>
  b.certificates.every((certificate) => a.certificates.includes(certificate)) &&
  // What a person had put into one server's bundle for a while stays in what all publish together.
  a.certificates.every(
    ({ issuer, ...rest }) =>
      issuer === "" || b.certificates.some(({ fingerprint }) => fingerprint === rest.fingerprint),
  );

const checkRotated = (simulation: Simulation, issuers: readonly string[], before: Before): void => {
  const { estate } = simulation;
  for (const issuer of issuers) {
    const generations = estate.issuers.get(issuer)!;
    const old = before.stages.get(issuer)!.find(({ stage }) => stage === "issuing")!.number;
    const next = generations.at(-1)!;
    const stages = generations.map(({ number, stage }) => `${number} ${stage}`).join(", ");
    if (generations.length !== before.stages.get(issuer)!.length + 1)
      violate(simulation, "generation-made-once", `${issuer} has ${stages}`);
    if (
      next.stage !== "issuing" ||
      generations.find((one) => one.number === old)?.stage !== "retired"
    )
      violate(simulation, "goal-reached", `${issuer} has ${stages}`);
    for (const [id, slot] of estate.slots) {
      if (slot.facts.issuer !== issuer || isByHand(slot)) continue;
      for (const [where, file] of [
        ["disk", slot.disk],
        ["memory", slot.memory],
      ] as const) {
        const own = file.certificates.filter((certificate) => certificate.issuer === issuer);
        const good = isNew(slot, file, own, next, estate.consumers.get(slot.facts.consumer)!);
        if (!good)
          violate(
            simulation,
            "goal-reached",
            `${id} on ${where}: ${own.map(({ generation }) => generation).join(", ")}`,
          );
      }
    }
  }
};

/** Whether a slot, on disk or in memory, is as it shall be at a rotation's end. */
const isNew = (
  { facts, disk }: SimulatedSlot,
  file: SlotFile,
  own: SlotFile["certificates"],
  next: SimulatedGeneration,
  { service }: SimulatedConsumer,
): boolean => {
  switch (facts.role) {
    case "trusts":
      // Pods that trust the old one besides are harmless; the next that start do not.
      if (service === "rollout" && file !== disk) return own.includes(next.certificate);
      return own.length === 1 && own[0] === next.certificate;
    case "presents":
      return own[0]?.signedBy === next.key && file.key === own[0].key;
    case "signs":
      return disk.key === next.key;
  }
};

/** Every controller-manager signs with kubeadm's files, as it did before, and kubeadm finds what it needs in them. */
const checkSigners = (simulation: Simulation, before: Before): void => {
  const { estate } = simulation;
  for (const { id, flags } of estate.consumers.values()) {
    const was = before.flags.get(id);
    for (const [name, value] of Object.entries(was ?? {}))
      if (flags?.[name] !== value)
        violate(simulation, "goal-reached", `${id} has ${name}=${flags?.[name]}`);
  }
  for (const slot of estate.slots.values()) {
    if (!isHome(slot.facts) || kubeadmPair(estate, slot.facts.id).good) continue;
    violate(simulation, "goal-reached", `${slot.facts.id} is not its certificate's`);
  }
};

const checkRenewed = (simulation: Simulation, slots: readonly SlotId[], before: Before): void => {
  for (const id of slots) {
    const slot = simulation.estate.slots.get(id)!;
    if (!isByHand(slot) && same(slot.memory, before.files.get(id)!))
      violate(simulation, "goal-reached", `${id} shows the leaf it had`);
  }
};

const checkRolledBack = (simulation: Simulation, plan: Plan, before: Before): void => {
  const { estate } = simulation;
  const mended = new Set(
    plan.phases
      .filter(({ rollback }) => rollback.length === 0)
      .flatMap(({ steps }) => steps.map(({ effect }) => effect))
      .flatMap((effect) =>
        effect.kind === "slots.write" ? effect.writes.map(({ slot }) => slot) : [],
      ),
  );
  for (const [id, slot] of estate.slots) {
    // What was mended stays: an expired leaf brought back would cut its member off.
    if (isByHand(slot) || mended.has(id)) continue;
    const was = before.files.get(id)!;
    // What was split stays behind, and nobody reads it; what programs publish they write anew, in their own way.
    if (was.absent === true) continue;
    const isPublished = slot.facts.source !== undefined;
    if (isPublished && sameSet(slot.disk, was)) continue;
    if (slot.disk.bytes !== was.bytes || slot.disk.mode !== was.mode)
      violate(simulation, "rolled-back", `${id} is not byte for byte as it was`);
    else if (!same(slot.memory, was) && !before.unread.has(id))
      violate(simulation, "rolled-back", `${id} is as it was, but not in use`);
  }
  for (const [issuer, generations] of estate.issuers) {
    const was = before.stages.get(issuer)!;
    const wrong = generations.find(
      ({ number, stage }) =>
        stage !== (was.find((one) => one.number === number)?.stage ?? "staged"),
    );
    if (wrong !== undefined)
      violate(simulation, "rolled-back", `${issuer} ${wrong.number} is ${wrong.stage}`);
  }
};
